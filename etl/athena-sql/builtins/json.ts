/** Functions of JSON texts. https://trino.io/docs/current/functions/json.html */
import { SqlError } from "../syntax/error";
import { readJson, writeJson, type JsonNode } from "../values/json-document";
import { scalar } from "./registry";

const invalid = (text: string): never => {
  throw new SqlError("INVALID_FUNCTION_ARGUMENT", text);
};

const STEP = /\.((?:[\p{L}\p{Nd}_:])+)|\[((?:[\p{L}\p{Nd}_])+)\]|\["((?:[^"\\]|\\["\\])*)"\]/uy;
const paths = new Map<string, readonly string[]>();

/** `$.a["b c"][0]` as names. @throws SqlError for any other path */
function pathOf(text: string): readonly string[] {
  const known = paths.get(text);
  if (known !== undefined) return known;
  const wrong = (): never => invalid(`Invalid JSON path: '${text}'`);
  if (!text.startsWith("$")) wrong();
  const steps: string[] = [];
  let at = 1;
  while (at < text.length) {
    STEP.lastIndex = at;
    const match = STEP.exec(text) ?? wrong();
    steps.push(match[1] ?? match[2] ?? match[3]!.replace(/\\(.)/g, "$1"));
    at = STEP.lastIndex;
  }
  if (paths.size > 1000) paths.clear();
  paths.set(text, steps);
  return steps;
}

function follow(node: JsonNode | undefined, path: string): JsonNode | undefined {
  let found = node;
  for (const step of pathOf(path)) {
    if (found === undefined) return undefined;
    if (found.kind === "object") found = found.members.find(([name]) => name === step)?.[1];
    else if (found.kind === "array" && /^\d+$/.test(step)) found = found.items[Number(step)];
    else return undefined;
  }
  return found;
}

function scalarText(node: JsonNode | undefined): string | null {
  switch (node?.kind) {
    case "string":
    case "number":
      return node.text;
    case "boolean":
      return String(node.value);
    default:
      return null;
  }
}

function items(text: string): readonly JsonNode[] | undefined {
  const node = readJson(text);
  return node?.kind === "array" ? node.items : undefined;
}

for (const type of ["varchar(x)", "json"]) {
  scalar(`json_extract(${type}, varchar(y)): json`, (text: string, path: string) => {
    const found = follow(readJson(text), path);
    return found === undefined ? null : writeJson(found, false);
  });
  scalar(
    `json_extract_scalar(${type}, varchar(y)): ${type === "json" ? "varchar" : type}`,
    (text: string, path: string) => scalarText(follow(readJson(text), path)),
  );
  scalar(`json_size(${type}, varchar(y)): bigint`, (text: string, path: string) => {
    const found = follow(readJson(text), path);
    if (found === undefined) return null;
    return BigInt(found.kind === "object" ? found.members.length : found.kind === "array" ? found.items.length : 0);
  });
  scalar(`json_array_length(${type}): bigint`, (text: string) => {
    const all = items(text);
    return all === undefined ? null : BigInt(all.length);
  });
  scalar(`json_array_get(${type}, bigint): json`, (text: string, index: bigint) => {
    const all = items(text);
    const found = all?.[Number(index < 0n ? BigInt(all.length) + index : index)];
    if (found === undefined || found.kind === "null") return null;
    // Trino gives a text without its quotes.
    return scalarText(found) ?? writeJson(found, false);
  });
  scalar(`is_json_scalar(${type}): boolean`, (text: string) => {
    const node = readJson(text) ?? invalid(`Invalid JSON value: ${text}`);
    return node.kind !== "object" && node.kind !== "array";
  });
  // The value's type is said by the parameter.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const contains = (parameter: string, is: (node: JsonNode, value: any) => boolean): void =>
    scalar(
      `json_array_contains(${type}, ${parameter}): boolean`,
      (text: string, value: unknown) => items(text)?.some((node) => is(node, value)) ?? null,
    );
  contains(
    "bigint",
    (node, value: bigint) => node.kind === "number" && /^-?\d+$/.test(node.text) && BigInt(node.text) === value,
  );
  contains(
    "double",
    (node, value: number) => node.kind === "number" && /[.eE]/.test(node.text) && Number(node.text) === value,
  );
  contains("varchar(y)", (node, value: string) => node.kind === "string" && node.text === value);
  contains("boolean", (node, value: boolean) => node.kind === "boolean" && node.value === value);
}

scalar("json_parse(varchar(x)): json", (text: string) => {
  const node = readJson(text) ?? invalid(`Cannot convert value to JSON: '${text}'`);
  return writeJson(node, true);
});
scalar("json_format(json): varchar", (text: string) => text);
