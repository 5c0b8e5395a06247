import { ThingError, type ThingDescription, type Things } from "../services/things/registry";
import { Refusal } from "./refusal";
import type { Call, Reply, Route } from "./route";

/** Decides a call about a thing, "*" for all of them. @throws Refusal */
export type Allow = (call: Call, action: string, thing: string) => void;

const SIGNED_FOR = ["iot", "execute-api"];
const THING_PATH = /^\/things\/([^/]+)$/;
const BODY = 128 * 1024;

/** The thing registry's operations (AWS IoT API reference): things are made, changed, listed and deleted as by any SDK. */
export function registryRoutes(things: Things, allow: Allow): Route[] {
  const route = (
    name: string,
    method: string,
    path: RegExp,
    answer: (call: Call) => Reply | Promise<Reply>,
  ): Route => ({ name, method, path, signedFor: SIGNED_FOR, bodyLimit: BODY, answer });
  const thingOf = (call: Call): string => call.parameters[0] as string;
  return [
    route("DescribeThing (GET /things/NAME)", "GET", THING_PATH, (call) => {
      allow(call, "iot:DescribeThing", thingOf(call));
      const description = things.describe(thingOf(call));
      if (description === undefined)
        throw new Refusal(404, "ResourceNotFoundException", `Thing ${thingOf(call)} not found.`);
      return json(description);
    }),
    route("CreateThing (POST /things/NAME)", "POST", THING_PATH, async (call) => {
      allow(call, "iot:CreateThing", thingOf(call));
      const { thingTypeName, attributePayload } = await bodyOf(call, ["thingTypeName", "attributePayload"]);
      const { attributes } = payloadOf(attributePayload);
      const made = inHttp(() =>
        things.create(thingOf(call), { thingTypeName: textOf(thingTypeName, "thingTypeName"), attributes }),
      );
      const { thingName, thingArn, thingId } = made;
      return json({ thingName, thingArn, thingId });
    }),
    route("UpdateThing (PATCH /things/NAME)", "PATCH", THING_PATH, async (call) => {
      allow(call, "iot:UpdateThing", thingOf(call));
      const given = await bodyOf(call, ["thingTypeName", "attributePayload", "expectedVersion", "removeThingType"]);
      const payload = given.attributePayload === undefined ? undefined : payloadOf(given.attributePayload);
      inHttp(() =>
        things.update(thingOf(call), {
          thingTypeName: given.removeThingType === true ? null : textOf(given.thingTypeName, "thingTypeName"),
          attributes: payload?.attributes,
          merge: payload?.merge ?? false,
          expectedVersion: numberOf(given.expectedVersion),
        }),
      );
      return json({});
    }),
    route("DeleteThing (DELETE /things/NAME)", "DELETE", THING_PATH, (call) => {
      allow(call, "iot:DeleteThing", thingOf(call));
      const { expectedVersion } = queryOf(call, ["expectedVersion"]);
      inHttp(() => things.delete(thingOf(call), numberOf(expectedVersion)));
      return json({});
    }),
    route("ListThings (GET /things)", "GET", /^\/things$/, (call) => {
      allow(call, "iot:ListThings", "*");
      return json(page(things.list(), queryOf(call, LIST_PARAMETERS)));
    }),
  ];
}

const LIST_PARAMETERS = ["maxResults", "nextToken", "thingTypeName", "attributeName", "attributeValue"];

/** The next token is the name that the page before ended with. */
function page(things: readonly ThingDescription[], query: Record<string, string>): object {
  const { maxResults = "250", nextToken, thingTypeName, attributeName, attributeValue } = query;
  const size = Number(maxResults);
  if (!Number.isInteger(size) || size < 1 || size > 250) throw invalid(`maxResults is ${maxResults}; it is 1 to 250`);
  const found = things.filter(
    (thing) =>
      (nextToken === undefined || thing.thingName > nextToken) &&
      (thingTypeName === undefined || thing.thingTypeName === thingTypeName) &&
      (attributeName === undefined ||
        (attributeName in thing.attributes &&
          (attributeValue === undefined || thing.attributes[attributeName] === attributeValue))),
  );
  const shown = found.slice(0, size);
  return {
    things: shown.map(({ thingName, thingTypeName: type, thingArn, attributes, version }) => ({
      thingName,
      ...(type === undefined ? {} : { thingTypeName: type }),
      thingArn,
      attributes,
      version,
    })),
    ...(found.length > size ? { nextToken: shown.at(-1)!.thingName } : {}),
  };
}

function json(body: object): Reply {
  return { status: 200, body: JSON.stringify(body) };
}

function invalid(message: string): Refusal {
  return new Refusal(400, "InvalidRequestException", message);
}

/** The members of a request's body. @throws Refusal for others, which would be accepted and ignored */
async function bodyOf(call: Call, names: readonly string[]): Promise<Record<string, unknown>> {
  const text = (await call.body()).toString("utf8");
  let value: unknown;
  try {
    value = text === "" ? {} : JSON.parse(text);
  } catch {
    throw invalid("the body is no JSON");
  }
  return membersOf(value, names, "the body");
}

function membersOf(value: unknown, names: readonly string[], what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(`${what} is no object`);
  for (const name of Object.keys(value))
    if (!names.includes(name))
      throw invalid(`${name} is not executed by the local cloud; there is ${names.join(", ")}`);
  return value as Record<string, unknown>;
}

function queryOf({ url }: Call, names: readonly string[]): Record<string, string> {
  return membersOf(Object.fromEntries(url.searchParams), names, "the query") as Record<string, string>;
}

function payloadOf(value: unknown): { attributes: Record<string, string>; merge: boolean } {
  if (value === undefined) return { attributes: {}, merge: false };
  const { attributes = {}, merge } = membersOf(value, ["attributes", "merge"], "attributePayload");
  const entries = Object.entries(attributes as object);
  if (entries.some(([, text]) => typeof text !== "string")) throw invalid("the attributes of a thing are texts");
  return { attributes: attributes as Record<string, string>, merge: merge === true };
}

function textOf(value: unknown, name: string): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw invalid(`${name} is no text`);
}

function numberOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isInteger(number)) return number;
  throw invalid("expectedVersion is no whole number");
}

function inHttp<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (!(error instanceof ThingError)) throw error;
    throw new Refusal(error.code, error.type, error.message);
  }
}
