import { ThingError, type ThingDescription, type Things } from "../services/things/registry";
import { Input } from "./input";
import { Refusal } from "./refusal";
import type { Call, Reply, Route } from "./route";

/** Decides a call about a thing, "*" for all of them. @throws Refusal when it is not allowed */
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
      const input = await bodyOf(call, ["thingTypeName", "attributePayload"]);
      const attributes = payloadOf(input)?.attributes ?? {};
      const made = inHttp(() =>
        things.create(thingOf(call), { thingTypeName: input.text("thingTypeName"), attributes }),
      );
      const { thingName, thingArn, thingId } = made;
      return json({ thingName, thingArn, thingId });
    }),
    route("UpdateThing (PATCH /things/NAME)", "PATCH", THING_PATH, async (call) => {
      allow(call, "iot:UpdateThing", thingOf(call));
      const input = await bodyOf(call, ["thingTypeName", "attributePayload", "expectedVersion", "removeThingType"]);
      const payload = payloadOf(input);
      const thingTypeName = input.text("thingTypeName");
      const removed = input.flag("removeThingType") === true;
      if (removed && thingTypeName !== undefined)
        throw invalid("removeThingType is true and thingTypeName names one; give one of them");
      inHttp(() =>
        things.update(thingOf(call), {
          thingTypeName: removed ? null : thingTypeName,
          attributes: payload?.attributes,
          merge: payload?.merge ?? false,
          expectedVersion: input.integer("expectedVersion"),
        }),
      );
      return json({});
    }),
    route("DeleteThing (DELETE /things/NAME)", "DELETE", THING_PATH, (call) => {
      allow(call, "iot:DeleteThing", thingOf(call));
      const { expectedVersion } = queryOf(call, ["expectedVersion"]);
      inHttp(() => things.delete(thingOf(call), versionOf(expectedVersion)));
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
        (Object.hasOwn(thing.attributes, attributeName) &&
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

const ERRORS = { serialization: "InvalidRequestException", validation: "InvalidRequestException" };

function invalid(message: string): Refusal {
  return new Refusal(400, ERRORS.validation, message);
}

/** The members of a request's body. @throws Refusal for others, which would be accepted and ignored */
async function bodyOf(call: Call, names: readonly string[]): Promise<Input> {
  return Input.parse(await call.body(), ERRORS).only(...names);
}

function queryOf({ url }: Call, names: readonly string[]): Record<string, string> {
  for (const name of url.searchParams.keys())
    if (!names.includes(name))
      throw invalid(`${name} is not executed by the local cloud; there is ${names.join(", ")}`);
  return Object.fromEntries(url.searchParams);
}

function payloadOf(input: Input): { attributes: Record<string, string>; merge: boolean } | undefined {
  const payload = input.object("attributePayload")?.only("attributes", "merge");
  return payload && { attributes: payload.texts("attributes") ?? {}, merge: payload.flag("merge") ?? false };
}

function versionOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalid("expectedVersion is not a whole number");
}

function inHttp<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (!(error instanceof ThingError)) throw error;
    throw new Refusal(error.code, error.type, error.message);
  }
}
