import { createHash, randomUUID } from "node:crypto";
import {
  functionTable,
  RULE_FUNCTIONS as PURE_FUNCTIONS,
  toText,
  type FunctionSpec,
  type FunctionTable,
  type Value,
} from "../../etl/expressions";
import { toDouble } from "../../etl/expressions/values";
import { parseTimestampFormat, timestampWriter } from "../../etl";

/** What a rule's expressions can know besides the message. */
export interface RuleContext {
  topic: string;
  clientId: string;
  principal: string;
  account: string;
  traceId: string;
  /** ms since 1970-01-01 UTC, of the local clock */
  time: number;
  /** the payload, if the statement looks into it */
  message: Value;
}

type Spec = FunctionSpec<RuleContext>;
type Entry = readonly [string, Spec];

function define(
  signature: string,
  min: number,
  max: number,
  result: Spec["result"],
  evaluate: Spec["evaluate"],
): Entry {
  return [signature.slice(0, signature.indexOf("(")), { signature, min, max, result, evaluate }];
}

/** A function of texts: an argument that has no text makes it Undefined. */
function ofTexts(signature: string, min: number, max: number, evaluate: (...texts: string[]) => Value): Entry {
  return define(signature, min, max, "String", (args) => {
    const texts = args.map(toText);
    return texts.includes(undefined) ? undefined : evaluate(...(texts as string[]));
  });
}

function ofNumbers(signature: string, count: number, evaluate: (...numbers: number[]) => Value): Entry {
  return define(signature, count, count, "Decimal", (args) => {
    const numbers = args.map(toDouble);
    return numbers.includes(undefined) ? undefined : evaluate(...(numbers as number[]));
  });
}

const CONTEXT: Entry[] = [
  define("topic(n)", 0, 1, "String", ([n], { topic }) => {
    if (n === undefined) return topic;
    const level = toDouble(n);
    return level === undefined ? undefined : topic.split("/")[level - 1];
  }),
  define("timestamp()", 0, 0, "Int", (_, { time }) => Math.floor(time)),
  define("clientid()", 0, 0, "String", (_, { clientId }) => clientId),
  define("principal()", 0, 0, "String", (_, { principal }) => principal),
  define("accountid()", 0, 0, "String", (_, { account }) => account),
  define("traceid()", 0, 0, "String", (_, { traceId }) => traceId),
  define("newuuid()", 0, 0, "String", () => randomUUID()),
  define("sql_version()", 0, 0, "String", () => "2016-03-23"),
];

/** What depends on the arguments alone and is in no filter: hashes, encodings, bits. */
const PURE: Entry[] = [
  ...["md5", "sha1", "sha224", "sha256", "sha384", "sha512"].map((name) =>
    ofTexts(`${name}(s)`, 1, 1, (s) => createHash(name).update(s!).digest("hex")),
  ),
  define("encode(x, 'base64')", 2, 2, "String", ([x, scheme]) =>
    scheme === "base64" ? Buffer.from(toText(x) ?? "").toString("base64") : undefined,
  ),
  define("decode(x, 'base64')", 2, 2, "String", ([x, scheme]) =>
    scheme === "base64" && typeof x === "string" ? Buffer.from(x, "base64").toString("utf8") : undefined,
  ),
  ofNumbers("bitand(a, b)", 2, (a, b) => Number(BigInt.asIntN(64, BigInt(Math.trunc(a!)) & BigInt(Math.trunc(b!))))),
  ofNumbers("bitor(a, b)", 2, (a, b) => Number(BigInt.asIntN(64, BigInt(Math.trunc(a!)) | BigInt(Math.trunc(b!))))),
  ofNumbers("bitxor(a, b)", 2, (a, b) => Number(BigInt.asIntN(64, BigInt(Math.trunc(a!)) ^ BigInt(Math.trunc(b!))))),
  define("rand()", 0, 0, "Decimal", () => Math.random()),
];

const TIMES: Entry[] = [
  define("parse_time(pattern, ms, zone)", 2, 3, "String", ([pattern, ms, zone = "UTC"]) => {
    const time = toDouble(ms);
    if (typeof pattern !== "string" || typeof zone !== "string" || time === undefined) return undefined;
    return timestampWriter(pattern)(time, zone);
  }),
  define("time_to_epoch(text, pattern)", 2, 2, "Int", ([text, pattern]) =>
    typeof text === "string" && typeof pattern === "string" ? parseTimestampFormat(pattern).parse(text) : undefined,
  ),
];

/** The functions of rule SQL that the local cloud runs; any other is refused by name when the program is loaded. */
export const RULE_FUNCTIONS: FunctionTable<RuleContext> = functionTable<RuleContext>(
  PURE_FUNCTIONS as FunctionTable<RuleContext>,
  // the same under its other name
  [["remainder", { ...(PURE_FUNCTIONS.get("mod") as Spec), signature: "remainder(a, b)" }]],
  CONTEXT,
  PURE,
  TIMES,
);
