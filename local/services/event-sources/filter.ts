import { isRecord } from "../../../aws/text/record";

type Json = unknown;
/** @param values what the event has at this place: none, one, or those of a list */
type Test = (values: readonly Json[]) => boolean;

/** Whether a record passes one of a mapping's filters. */
export type Filter = (record: Readonly<Record<string, Json>>) => boolean;

/**
 * Compiles the filter criteria of a mapping: a record passes that fits one of the patterns.
 * @param payload the member that holds what the producer sent (`data` of Kinesis, `body` of SQS), as text
 * @throws Error for a pattern that Lambda does not take
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export function compileFilters(patterns: readonly string[], payload: string): Filter {
  const tests = patterns.map((text) => compileFilter(text, payload));
  return (record) => tests.length === 0 || tests.some((test) => test(record));
}

function compileFilter(text: string, payload: string): Filter {
  const pattern: unknown = JSON.parse(text);
  if (!isRecord(pattern)) throw new Error("it is a JSON object");
  const { [payload]: ofPayload, ...rest } = pattern;
  const metadata = compileObject(rest, "");
  if (ofPayload === undefined) return (record) => metadata(record);
  // Text is compared with a list of values, JSON with a pattern of its own; a payload of the other kind does not pass.
  if (Array.isArray(ofPayload)) {
    const test = compileLeaf(ofPayload, payload);
    return (record) => parsed(record[payload]) === undefined && test([record[payload]]) && metadata(record);
  }
  if (!isRecord(ofPayload)) throw new Error(`${payload} is an object, or a list of values`);
  const test = compileObject(ofPayload, payload);
  return (record) => {
    const value = parsed(record[payload]);
    return value !== undefined && test(value) && metadata(record);
  };
}

function parsed(text: Json): Record<string, Json> | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function compileObject(pattern: Record<string, Json>, at: string): (value: Json) => boolean {
  const tests = Object.entries(pattern).map(([key, part]): ((value: Json) => boolean) => {
    const place = at === "" ? key : `${at}.${key}`;
    if (key === "$or") {
      if (!Array.isArray(part) || part.length < 2 || !part.every(isRecord))
        throw new Error("$or is a list of at least two patterns");
      const choices = (part as Record<string, Json>[]).map((choice) => compileObject(choice, at));
      return (value) => choices.some((choice) => choice(value));
    }
    if (Array.isArray(part)) {
      const test = compileLeaf(part, place);
      return (value) => {
        const found = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
        return test(found === undefined ? [] : Array.isArray(found) ? (found as Json[]) : [found]);
      };
    }
    if (!isRecord(part)) throw new Error(`${place} is ${JSON.stringify(part)}; leaves are lists: ["x"]`);
    const inner = compileObject(part, place);
    return (value) => {
      const found = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
      return Array.isArray(found) ? found.some(inner) : inner(found);
    };
  });
  return (value) => tests.every((test) => test(value));
}

function compileLeaf(choices: readonly Json[], at: string): Test {
  if (choices.length === 0) throw new Error(`${at} is an empty list, which nothing fits`);
  const tests = choices.map((choice): Test => {
    if (isRecord(choice)) return compileMatcher(choice, at);
    if (typeof choice === "object" && choice !== null) throw new Error(`${at} holds a list within a list`);
    return (values) => values.some((value) => value === choice);
  });
  return (values) => tests.some((test) => test(values));
}

function compileMatcher(matcher: Record<string, Json>, at: string): Test {
  const [[name, given] = ["", undefined], ...others] = Object.entries(matcher);
  const wrong = (rule: string): never => {
    throw new Error(`${at}: ${JSON.stringify(matcher)}; ${rule}`);
  };
  if (others.length > 0) wrong("a comparison has one member");
  const ofText = (test: (value: string, given: string) => boolean): Test => {
    if (typeof given !== "string") return wrong(`${name} wants a text`);
    return (values) => values.some((value) => typeof value === "string" && test(value, given));
  };
  switch (name) {
    case "prefix":
      return ofText((value, text) => value.startsWith(text));
    case "suffix":
      return ofText((value, text) => value.endsWith(text));
    case "equals-ignore-case":
      return ofText((value, text) => value.toLowerCase() === text.toLowerCase());
    case "exists":
      if (typeof given !== "boolean") return wrong("exists wants true or false");
      return (values) => values.length > 0 === given;
    case "anything-but": {
      const not = Array.isArray(given) ? (given as Json[]) : [given];
      if (!not.every((value) => typeof value === "string" || typeof value === "number"))
        return wrong("anything-but wants texts or numbers");
      return (values) => values.length > 0 && values.every((value) => !(not as Json[]).includes(value));
    }
    case "numeric":
      return numeric(given, wrong);
    default:
      return wrong("it is prefix, suffix, equals-ignore-case, exists, anything-but or numeric");
  }
}

const COMPARE: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** One comparison, or the two ends of a range. */
function numeric(given: Json, wrong: (rule: string) => never): Test {
  const parts = Array.isArray(given) ? (given as Json[]) : [];
  if (parts.length !== 2 && parts.length !== 4) return wrong('numeric wants [">", 0] or [">", 0, "<=", 5]');
  const tests = [0, 2]
    .filter((i) => i < parts.length)
    .map((i) => {
      const compare = COMPARE[String(parts[i])];
      const bound = parts[i + 1];
      if (compare === undefined || typeof bound !== "number")
        return wrong("numeric compares by = < <= > >= with a number");
      return (value: number): boolean => compare(value, bound);
    });
  return (values) => values.some((value) => typeof value === "number" && tests.every((test) => test(value)));
}
