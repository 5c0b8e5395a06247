/**
 * The functions of topic rule SQL.
 * https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html
 */
import {
  functionTable,
  isArray,
  PURE_FUNCTIONS,
  toInt,
  toJson,
  toText,
  type FunctionSpec,
  type FunctionTable,
  type ObjectValue,
  type Value,
} from "../expressions";
import { parseJson } from "../json";
import type { MqttProperties, RuleContext } from "./context";
import { hash } from "./hashes";
import { parseTime, readPatternProblem, timeToEpoch, writtenPatternProblem } from "./times";

type Spec = FunctionSpec<RuleContext>;
type Entry = readonly [string, Spec];

/** Bytes of what `transform` yields at most. */
const TRANSFORMED_BYTES = 128 * 1024;

function define(
  signature: string,
  [min, max]: readonly [number, number],
  result: Spec["result"],
  evaluate: Spec["evaluate"],
  more: Partial<Spec> = {},
): Entry {
  return [signature.slice(0, signature.indexOf("(")), { signature, min, max, result, evaluate, ...more }];
}

const NONE = [0, 0] as const;
const ONE = [1, 1] as const;
const TWO = [2, 2] as const;

const FACTS: Entry[] = [
  define("topic(n)", [0, 1], "String", (args, { facts: { topic } }) =>
    args.length === 0 ? topic : segment(topic, args[0]),
  ),
  define("timestamp()", NONE, "Int", (_, { facts }) => Math.floor(facts.time)),
  define("clientid()", NONE, "String", (_, { facts }) => facts.clientId ?? "n/a"),
  define("principal()", NONE, "String", (_, { facts }) => facts.principal),
  define("accountid()", NONE, "String", (_, { facts }) => facts.account),
  define("traceid()", NONE, "String", (_, { facts }) => facts.traceId),
  define("sourceip()", NONE, "String", (_, { facts }) => facts.sourceIp),
  define("newuuid()", NONE, "String", (_, context) => context.newUuid()),
  define("rand()", NONE, "Decimal", (_, context) => context.draw(Math.random)),
  define("sql_version()", NONE, "String", () => "2016-03-23"),
  define("get_mqtt_property(name)", ONE, "String", ([name], { facts }) => property(facts.properties, name)),
  define("get_user_properties(key)", [0, 1], "Any", (args, { facts: { properties } }) =>
    args.length === 0 ? allUserProperties(properties) : userProperties(properties, args[0]),
  ),
];

/** The level of a topic, counted from 1. */
function segment(topic: string, place: Value): Value {
  const level = toInt(place);
  return level === undefined ? undefined : topic.split("/")[Number(level) - 1];
}

function property(properties: MqttProperties | undefined, name: Value): Value {
  switch (name) {
    case "content_type":
      return properties?.contentType;
    case "response_topic":
      return properties?.responseTopic;
    case "format_indicator": {
      const isText = properties?.payloadFormatIndicator;
      return isText === undefined ? undefined : isText ? "UTF8_DATA" : "UNSPECIFIED_BYTES";
    }
    case "correlation_data":
      return properties?.correlationData && Buffer.from(properties.correlationData).toString("base64");
    default:
      return undefined;
  }
}

function userProperties(properties: MqttProperties | undefined, key: Value): Value {
  const values = (properties?.userProperties ?? []).filter(([name]) => name === key).map(([, value]) => value);
  return values.length === 0 ? undefined : values;
}

function allUserProperties(properties: MqttProperties | undefined): Value {
  return (properties?.userProperties ?? []).map(([name, value]) => ({ [name]: value }));
}

const HASHES: Entry[] = ["md2", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"].map((name) =>
  define(
    `${name}(text)`,
    ONE,
    "String",
    ([value]) => {
      const text = toText(value);
      return text === undefined ? undefined : hash(name, text);
    },
    { takes: "texts" },
  ),
);

const ENCODINGS: Entry[] = [
  define(
    "encode(value, 'base64')",
    TWO,
    "String",
    ([value, scheme]) => {
      const text = toText(value);
      return text === undefined || scheme !== "base64" ? undefined : Buffer.from(text).toString("base64");
    },
    { check: ([, scheme]) => checkScheme(scheme) },
  ),
  // `encode(*, 'base64')`, of which the parser makes this
  define(
    "encode*('base64')",
    ONE,
    "String",
    ([scheme], { payload }) => (scheme === "base64" ? payload.bytes.toString("base64") : undefined),
    { check: ([scheme]) => checkScheme(scheme) },
  ),
  define(
    "decode(value, 'base64')",
    [2, 7],
    "Any",
    ([value, scheme, ...more]) => (scheme === "base64" && more.length === 0 ? decode(value) : undefined),
    { check: ([, scheme]) => checkScheme(scheme) },
  ),
];

function checkScheme(scheme: { kind: string; value?: unknown } | undefined): string | undefined {
  if (scheme?.kind !== "string" || scheme.value === "base64") return undefined;
  return scheme.value === "proto"
    ? "protobuf is not decoded here; decode it in a lambda activity of the pipeline, or let devices send JSON"
    : `'${String(scheme.value)}' is not a scheme; there is 'base64'`;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The JSON, or else the text, that a text in base64 holds; Null for what cannot be decoded. */
function decode(value: Value): Value {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || !BASE64.test(value) || value.replace(/=+$/, "").length % 4 === 1) return null;
  const bytes = Buffer.from(value, "base64");
  try {
    return parseJson(bytes);
  } catch {
    return bytes.toString("utf8");
  }
}

const callFloor = (value: Value): Value => (PURE_FUNCTIONS.get("floor") as FunctionSpec).evaluate([value], undefined);

/** A function of whole numbers; others are rounded down. */
function ofBits(signature: string, count: readonly [number, number], apply: (...bits: bigint[]) => bigint): Entry {
  return define(
    signature,
    count,
    "Int",
    (args) => {
      const bits: bigint[] = [];
      for (const arg of args) {
        const number = callFloor(arg);
        if (typeof number !== "number" && typeof number !== "bigint") return undefined;
        bits.push(BigInt(number));
      }
      return toInt(apply(...bits).toString());
    },
    { takes: "numbers" },
  );
}

const BITS: Entry[] = [
  ofBits("bitand(a, b)", TWO, (a, b) => a! & b!),
  ofBits("bitor(a, b)", TWO, (a, b) => a! | b!),
  ofBits("bitxor(a, b)", TWO, (a, b) => a! ^ b!),
  ofBits("bitnot(a)", ONE, (a) => ~a!),
];

const VALUES: Entry[] = [
  define("get_or_default(value, otherwise)", [1, 2], "Any", ([value, otherwise]) => value ?? otherwise),
  define("transform('enrichArray', object, array)", [3, 3], "Any", ([mode, object, array]) =>
    mode === "enrichArray" ? enrichArray(object, array) : undefined,
  ),
];

function isObject(value: Value): value is ObjectValue {
  return typeof value === "object" && value !== null && !isArray(value);
}

/** Each object of the array with the members of the other one; Undefined when an element is no object, or it gets too large. */
function enrichArray(object: Value, array: Value): Value {
  if (!isObject(object) || !isArray(array) || !array.every(isObject)) return undefined;
  const enriched = array.map((element) => {
    const members = Object.create(null) as Record<string, Value>;
    return Object.assign(members, element, object) as ObjectValue;
  });
  return Buffer.byteLength(toJson(enriched)) > TRANSFORMED_BYTES ? undefined : enriched;
}

const TIMES: Entry[] = [
  define(
    "parse_time(pattern, ms, zone)",
    [2, 3],
    "String",
    ([pattern, ms, ...zone]) => parseTime(pattern, ms, zone.length === 0 ? "UTC" : zone[0]),
    { check: ([pattern]) => (pattern?.kind === "string" ? writtenPatternProblem(pattern.value) : undefined) },
  ),
  define("time_to_epoch(text, pattern)", TWO, "Int", ([text, pattern]) => timeToEpoch(text, pattern), {
    check: ([, pattern]) => (pattern?.kind === "string" ? readPatternProblem(pattern.value) : undefined),
  }),
];

/** A function that something outside of the rule answers. */
function outside(signature: string, count: readonly [number, number], more: Partial<Spec>): Entry {
  const name = signature.slice(0, signature.indexOf("("));
  return define(signature, count, "Any", (args, context) => context.call(name, args, `${name}${toJson(args)}`), {
    external: true,
    ...more,
  });
}

const OUTSIDE: Entry[] = [
  outside("get_thing_shadow(thing, shadow, roleArn)", [2, 3], { lastIsRole: true }),
  outside("get_registry_data(api, thing, roleArn)", [3, 3], {
    lastIsRole: true,
    check: ([api]) =>
      api?.kind === "string" && !REGISTRY_APIS.includes(api.value)
        ? `'${api.value}' is not among ${REGISTRY_APIS.join(" and ")}`
        : undefined,
  }),
  outside("aws_lambda(functionArn, input)", TWO, {}),
];
const REGISTRY_APIS = ["DescribeThing", "ListThingGroupsForThing"];

/** Functions that AWS IoT has and that are not executed here, with the alternative. */
export const REFUSED_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  [
    "get_dynamodb",
    "a channel's rule reads no table; join it in a lambda activity of the pipeline, or keep the facts in the thing registry (get_registry_data, deviceRegistryEnrich)",
  ],
  ["get_secret", "a channel's rule needs no secret; read it in a lambda activity of the pipeline"],
  [
    "machinelearning_predict",
    "Amazon Machine Learning is closed to new customers; call a model in a lambda activity of the pipeline",
  ],
]);

/** All that a rule may call; any other function is an error when the statement is parsed. */
export const RULE_FUNCTIONS: FunctionTable<RuleContext> = functionTable<RuleContext>(
  PURE_FUNCTIONS as FunctionTable<RuleContext>,
  // the same under its other name
  [["remainder", { ...(PURE_FUNCTIONS.get("mod") as Spec), signature: "remainder(a, b)" }]],
  FACTS,
  HASHES,
  ENCODINGS,
  BITS,
  VALUES,
  TIMES,
  OUTSIDE,
);
