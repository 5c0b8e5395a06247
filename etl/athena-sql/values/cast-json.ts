/** CAST between JSON and other types. https://trino.io/docs/current/functions/json.html#cast-to-json */
import { SqlError } from "../syntax/error";
import { BIGINT, BOOLEAN, DOUBLE, formatType, isWhole, VARCHAR, type Type } from "../types/type";
import { identityOf } from "./compare";
import { quoteJson, readJson, writeJson, type JsonNode } from "./json-document";
import { formatDouble, formatReal } from "./number-text";
import { MapValue, type Cast, type Value } from "./value";
import { formatDecimal } from "./whole";

type MakeCast = (from: Type, to: Type) => Cast;

/** A value as JSON text. @param makeCast converts between types that are not JSON */
export function castToJson(from: Type, makeCast: MakeCast): Cast {
  const inside = (type: Type): ((value: Value) => string) => {
    const write = castToJson(type, makeCast);
    return (value) => (value === null ? "null" : (write(value) as string));
  };
  switch (from.kind) {
    case "boolean":
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return String;
    case "double":
    case "real": {
      const format = from.kind === "double" ? formatDouble : formatReal;
      return (value: number) => (Number.isFinite(value) ? format(value) : quoteJson(format(value)));
    }
    case "decimal":
      return (value: bigint) => formatDecimal(value, from.scale);
    case "varchar":
      return quoteJson;
    case "json":
      return (text: string) => text;
    case "array": {
      const element = inside(from.element);
      return (items: Value[]) => `[${items.map(element).join(",")}]`;
    }
    case "map": {
      const key = makeCast(from.key, VARCHAR);
      const value = inside(from.value);
      return ({ entries }: MapValue) =>
        `{${entries
          .map(([name, item]) => [key(name) as string, value(item)] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, item]) => `${quoteJson(name)}:${item}`)
          .join(",")}}`;
    }
    case "row": {
      const fields = from.fields.map(({ name = "", type }) => [quoteJson(name), inside(type)] as const);
      return (items: Value[]) => `{${fields.map(([name, write], i) => `${name}:${write(items[i]!)}`).join(",")}}`;
    }
    default: {
      const text = makeCast(from, VARCHAR);
      return (value: Value) => quoteJson(text(value) as string);
    }
  }
}

/** A JSON text as a value of a type. @param makeCast converts between types that are not JSON */
export function castFromJson(to: Type, makeCast: MakeCast): Cast {
  const convert = converter(to, makeCast);
  return (text: string) => {
    const node = readJson(text);
    if (node === undefined) throw new SqlError("INVALID_CAST_ARGUMENT", `Cannot cast '${text}' to ${formatType(to)}`);
    return convert(node);
  };
}

function converter(to: Type, makeCast: MakeCast): (node: JsonNode) => Value {
  const name = formatType(to);
  const expected = (what: string, node: JsonNode): never => {
    const text = writeJson(node, true);
    throw new SqlError(
      "INVALID_CAST_ARGUMENT",
      `Cannot cast to ${name}. Expected a json ${what}, but got ${text}\n${text}`,
    );
  };
  const inside = (type: Type): ((node: JsonNode) => Value) => converter(type, makeCast);
  switch (to.kind) {
    case "json":
      return (node) => writeJson(node, true);
    case "array": {
      const element = inside(to.element);
      return (node) =>
        node.kind === "null" ? null : node.kind === "array" ? node.items.map(element) : expected("array", node);
    }
    case "map": {
      const key = makeCast(VARCHAR, to.key);
      const value = inside(to.value);
      const identity = identityOf(to.key);
      return (node) => {
        if (node.kind === "null") return null;
        if (node.kind !== "object") return expected("object", node);
        const members = new Map(node.members);
        if (members.size < node.members.length)
          throw new SqlError("INVALID_CAST_ARGUMENT", `Cannot cast to ${name}. Duplicate keys are not allowed`);
        const entries = [...members].map(([member, item]): [Value, Value] => [key(member), value(item)]);
        if (new Set(entries.map(([one]) => identity(one))).size < entries.length)
          throw new SqlError("INVALID_CAST_ARGUMENT", `Cannot cast to ${name}. Duplicate keys are not allowed`);
        return new MapValue(entries);
      };
    }
    case "row": {
      const fields = to.fields.map((field) => inside(field.type));
      const places = new Map(to.fields.map((field, i) => [field.name?.toLowerCase(), i]));
      return (node) => {
        if (node.kind === "null") return null;
        if (node.kind === "array") {
          if (node.items.length !== fields.length) return expected(`array with ${fields.length} elements`, node);
          return node.items.map((item, i) => fields[i]!(item));
        }
        if (node.kind !== "object") return expected("array or object", node);
        const row = fields.map((): Value => null);
        for (const [member, item] of node.members) {
          const place = places.get(member.toLowerCase());
          if (place !== undefined) row[place] = fields[place]!(item);
        }
        return row;
      };
    }
    default:
      return scalar(to, makeCast);
  }
}

function scalar(to: Type, makeCast: MakeCast): (node: JsonNode) => Value {
  const [text, whole, double, boolean] = [VARCHAR, BIGINT, DOUBLE, BOOLEAN].map((from) => makeCast(from, to));
  return (node) => {
    switch (node.kind) {
      case "null":
        return null;
      case "string":
        return text!(node.text);
      case "boolean":
        return boolean!(node.value);
      case "number": {
        if (to.kind === "decimal") return text!(node.text);
        const isInteger = /^-?\d+$/.test(node.text);
        if (!isInteger) return double!(Number(node.text));
        const value = BigInt(node.text);
        if (value === BigInt.asIntN(64, value)) return whole!(value);
        return isWhole(to) || to.kind === "varchar" ? text!(node.text) : double!(Number(node.text));
      }
      default:
        throw new SqlError("INVALID_CAST_ARGUMENT", `Cannot cast '${writeJson(node, true)}' to ${formatType(to)}`);
    }
  };
}
