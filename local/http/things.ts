import type { Iam } from "../iam";
import { ACCOUNT } from "../core/model";
import { notAuthorized } from "../core/access-denied";
import { stringifyDocument, type JsonObject } from "../services/shadows/json";
import { ShadowError, type Shadows } from "../services/shadows/shadows";
import { publishChange } from "../services/shadows/topics";
import { registryRoutes } from "./registry";
import type { Things } from "../services/things/registry";
import { Refusal } from "./refusal";
import type { Call, Route } from "./route";

/** What the operations on things and shadows need. */
export interface ThingRoutesContext {
  iam: Iam;
  region: string;
  things: Things;
  shadows: Shadows;
  /** hands an answer to whoever listens on a shadow's topics */
  publish(topic: string, document: JsonObject): void;
}

const DATA = ["iotdata", "iotdevicegateway"];
const SHADOW_PATH = /^\/things\/([^/]+)\/shadow$/;
/** Bytes of a request; what is over the limit of a shadow is refused as AWS does. */
const BODY = 128 * 1024;

/** The registry of the control plane; shadows and their names of the data plane. */
export function thingRoutes(context: ThingRoutesContext): Route[] {
  const { things, shadows, publish } = context;
  return [
    ...registryRoutes(things, (call, action, thing) => allow(context, call, action, thing)),
    {
      name: "GetThingShadow (GET /things/NAME/shadow)",
      method: "GET",
      path: SHADOW_PATH,
      signedFor: DATA,
      bodyLimit: BODY,
      answer: (call) => {
        const { thing, name } = targetOf(call);
        allow(context, call, "iot:GetThingShadow", thing);
        return { status: 200, body: stringifyDocument(inHttp(() => shadows.get(thing, name))) };
      },
    },
    {
      name: "UpdateThingShadow (POST /things/NAME/shadow)",
      method: "POST",
      path: SHADOW_PATH,
      signedFor: DATA,
      bodyLimit: BODY,
      answer: async (call) => {
        const { thing, name } = targetOf(call);
        allow(context, call, "iot:UpdateThingShadow", thing);
        const payload = await call.body();
        const change = inHttp(() => shadows.update(thing, name, payload));
        publishChange(topicOf(thing, name, "update"), change, publish);
        return { status: 200, body: stringifyDocument(change.accepted) };
      },
    },
    {
      name: "DeleteThingShadow (DELETE /things/NAME/shadow)",
      method: "DELETE",
      path: SHADOW_PATH,
      signedFor: DATA,
      bodyLimit: BODY,
      answer: (call) => {
        const { thing, name } = targetOf(call);
        allow(context, call, "iot:DeleteThingShadow", thing);
        const accepted = inHttp(() => shadows.delete(thing, name));
        publish(`${topicOf(thing, name, "delete")}/accepted`, accepted);
        return { status: 200, body: stringifyDocument(accepted) };
      },
    },
    {
      name: "ListNamedShadowsForThing (GET /api/things/shadow/ListNamedShadowsForThing/NAME)",
      method: "GET",
      path: /^\/api\/things\/shadow\/ListNamedShadowsForThing\/([^/]+)$/,
      signedFor: DATA,
      bodyLimit: BODY,
      answer: (call) => {
        const thing = call.parameters[0] as string;
        allow(context, call, "iot:ListNamedShadowsForThing", thing);
        return {
          status: 200,
          body: JSON.stringify(
            namesPage(
              call,
              inHttp(() => shadows.names(thing)),
            ),
          ),
        };
      },
    },
  ];
}

function targetOf({ url, parameters }: Call): { thing: string; name: string | undefined } {
  for (const parameter of url.searchParams.keys())
    if (parameter !== "name")
      throw new Refusal(
        400,
        "InvalidRequestException",
        `${parameter} is not a parameter of this operation; there is name`,
      );
  return { thing: parameters[0] as string, name: url.searchParams.get("name") ?? undefined };
}

function topicOf(thing: string, name: string | undefined, operation: string): string {
  return `$aws/things/${thing}/shadow/${name === undefined ? "" : `name/${name}/`}${operation}`;
}

/** The next token is the name that the page before ended with. */
function namesPage({ url }: Call, names: string[]): { results: string[]; nextToken?: string; timestamp: number } {
  const size = Number(url.searchParams.get("pageSize") ?? 25);
  if (!Number.isInteger(size) || size < 1 || size > 100)
    throw new Refusal(
      400,
      "InvalidRequestException",
      `pageSize is ${url.searchParams.get("pageSize")}; it is 1 to 100`,
    );
  const after = url.searchParams.get("nextToken");
  const rest = after === null ? names : names.filter((name) => name > after);
  const results = rest.slice(0, size);
  const timestamp = Math.floor(Date.now() / 1000);
  return rest.length > size ? { results, nextToken: results.at(-1), timestamp } : { results, timestamp };
}

/** Named shadows are decided by their thing too; the service authorization reference names no other resource. */
function allow({ iam, region }: ThingRoutesContext, { principal }: Call, action: string, thing: string): void {
  const resource = thing === "*" ? "*" : `arn:aws:iot:${region}:${ACCOUNT}:thing/${thing}`;
  const { allowed, decidedBy } = iam.check({ principal, action, resource });
  if (!allowed)
    throw new Refusal(
      403,
      action.endsWith("Shadow") || action.endsWith("ForThing") ? "ForbiddenException" : "UnauthorizedException",
      notAuthorized(principal, action, resource, decidedBy),
    );
}

const TYPES: Readonly<Record<ShadowError["code"], string>> = {
  400: "InvalidRequestException",
  404: "ResourceNotFoundException",
  409: "ConflictException",
  413: "RequestEntityTooLargeException",
  500: "InternalFailureException",
};

function inHttp<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (!(error instanceof ShadowError)) throw error;
    throw new Refusal(error.code, TYPES[error.code], error.message);
  }
}
