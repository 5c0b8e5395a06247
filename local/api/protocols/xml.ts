import { XmlShapeSerializer } from "@aws-sdk/core/protocols";
import { parseXML } from "@aws-sdk/xml-builder";
import type { NormalizedSchema } from "@smithy/core/schema";
import { checkRequired, DecodeError, MemberError, QUERY_SCALARS, scalar } from "../model/decode";

/** Writes a value as XML by its shape, with the root element that the shape names. */
export function toXml(schema: NormalizedSchema, value: unknown, xmlNamespace: string): string {
  const serializer = new XmlShapeSerializer({
    xmlNamespace,
    serviceNamespace: "",
    timestampFormat: { useTrait: true, default: 5 },
  });
  serializer.write(schema, value);
  return withReferences(String(serializer.flush()));
}

/** Control characters, which a key of S3 may hold, as references: no parser takes them as they are, and some take these. */
function withReferences(xml: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is replaced
  return xml.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Text between tags. */
export function escapeXml(text: string): string {
  return withReferences(text.replace(/[&<>"'\r\n]/g, (sign) => `&#${sign.charCodeAt(0)};`));
}

/**
 * Reads a body in XML by its shape, strictly.
 * @param root name of the root element, where the shape has one
 * @throws DecodeError, MemberError
 */
export function fromXml(schema: NormalizedSchema, body: Buffer): unknown {
  let parsed: Record<string, unknown>;
  try {
    parsed = parseXML(body.toString("utf8")) as Record<string, unknown>;
  } catch {
    throw new DecodeError("the body is not XML");
  }
  const root = Object.keys(parsed)[0];
  if (root === undefined || root.startsWith("?")) throw new DecodeError("the body has no XML element");
  return value(schema, parsed[root], "", 0);
}

const MAX_DEPTH = 40;

function value(schema: NormalizedSchema, tree: unknown, path: string, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new DecodeError(`${path} is nested more than ${MAX_DEPTH} levels deep`);
  if (schema.isStructSchema()) return struct(schema, tree, path, depth);
  if (schema.isListSchema() || schema.isMapSchema()) throw new DecodeError(`${path} is a list where none can be`);
  return scalar(schema, typeof tree === "object" && tree !== null ? textOf(tree) : tree, path, QUERY_SCALARS);
}

function struct(schema: NormalizedSchema, tree: unknown, path: string, depth: number): Record<string, unknown> {
  // An element without content is an empty structure.
  const given: Record<string, unknown> =
    tree === "" || tree === undefined
      ? {}
      : typeof tree === "object"
        ? (tree as Record<string, unknown>)
        : noText(path);
  const result: Record<string, unknown> = {};
  const known = new Set<string>();
  for (const [name, member] of schema.structIterator()) {
    const { xmlName = name, xmlFlattened } = member.getMergedTraits();
    known.add(xmlName);
    if (!Object.hasOwn(given, xmlName)) continue;
    const each = given[xmlName];
    const at = path === "" ? name : `${path}.${name}`;
    if (!member.isListSchema()) result[name] = value(member, each, at, depth + 1);
    else {
      const item = member.getValueSchema();
      const inner = item.getMergedTraits().xmlName ?? "member";
      const items = xmlFlattened ? each : (each as Record<string, unknown> | "")[inner as never];
      result[name] = (items === undefined ? [] : [items].flat()).map((entry, i) =>
        value(item, entry, `${at}[${i}]`, depth + 1),
      );
    }
  }
  for (const name of Object.keys(given))
    if (!known.has(name) && !/^(?:xmlns|xsi:|#text)/.test(name))
      throw new MemberError(`the element ${name} is not part of ${schema.getName() ?? "the input"}`);
  checkRequired(schema, result, path);
  return result;
}

/** The text of an element that has attributes, too. */
function textOf(tree: object): unknown {
  return (tree as Record<string, unknown>)["#text"] ?? "";
}

function noText(path: string): never {
  throw new DecodeError(`${path === "" ? "the root element" : path} holds text, not elements`);
}
