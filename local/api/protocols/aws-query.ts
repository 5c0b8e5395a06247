import type { NormalizedSchema } from "@smithy/core/schema";
import { checkRequired, DecodeError, MemberError, QUERY_SCALARS, scalar } from "../model/decode";
import { headerOf, type ApiRequest } from "../model/request";
import type { ProtocolCodes, WireProtocol } from "./protocol";
import { queryCode } from "./query-code";
import { escapeXml, toXml } from "./xml";

/** Codes of the query protocol (https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html). */
const CODES: ProtocolCodes = {
  unsigned: "MissingAuthenticationToken",
  wrongSignature: "SignatureDoesNotMatch",
  unknownToken: "InvalidClientTokenId",
  expiredToken: "ExpiredToken",
  denied: "AccessDenied",
  notImplemented: "InvalidAction",
  serialization: "MalformedInput",
  internal: "InternalFailure",
};
const XML = { "content-type": "text/xml" };

/**
 * AWS query: a form whose member `Action` is the operation; answers are XML
 * (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html).
 */
export const AWS_QUERY: WireProtocol = {
  codes: CODES,
  speaks: (request) => request.query.some(([name]) => name === "Action") || isForm(request),
  find(request, model, body) {
    const name = formOf(request, body).get("Action") ?? "(no Action)";
    const operation = model.operations.get(name);
    return operation === undefined ? name : { operation, labels: {} };
  },
  decode(request, { operation }, body) {
    const form = formOf(request, body);
    form.delete("Action");
    form.delete("Version");
    for (const name of form.keys()) if (/^X-Amz-/i.test(name) || name === "AWSAccessKeyId") form.delete(name);
    const tree = treeOf(form);
    return operation.input.isUnitSchema() ? {} : struct(operation.input, tree, "");
  },
  encode(output, { name, output: schema }, model, requestId) {
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    const inner = schema.isUnitSchema() ? "" : resultOf(toXml(schema, output, ""), name);
    return {
      status: 200,
      headers: XML,
      body: `<${name}Response xmlns="${model.facts.xmlNamespace}">${inner}${metadata}</${name}Response>`,
    };
  },
  fail: ({ status, code, message }, model, requestId) => ({
    status,
    headers: XML,
    body:
      `<ErrorResponse xmlns="${model.facts.xmlNamespace}"><Error><Type>${status < 500 ? "Sender" : "Receiver"}</Type>` +
      `<Code>${escapeXml(queryCode(code, model))}</Code><Message>${escapeXml(message)}</Message></Error>` +
      `<RequestId>${requestId}</RequestId></ErrorResponse>`,
  }),
};

/** Exchanges the shape's root element for that of the result. */
function resultOf(xml: string, name: string): string {
  const inner = xml.replace(/^<[^>]*?\/>$/, "").replace(/^<[^>]+>([\s\S]*)<\/[^>]+>$/, "$1");
  return `<${name}Result>${inner}</${name}Result>`;
}

function isForm({ headers }: ApiRequest): boolean {
  return headerOf(headers, "content-type")?.startsWith("application/x-www-form-urlencoded") === true;
}

function formOf(request: ApiRequest, body: Buffer): Map<string, string> {
  const form = new Map(request.query);
  if (isForm(request)) for (const [name, value] of new URLSearchParams(body.toString("utf8"))) form.set(name, value);
  return form;
}

/** `A.member.1.B=x` as nested maps. */
interface Tree {
  text?: string;
  parts: Map<string, Tree>;
}

function treeOf(form: ReadonlyMap<string, string>): Tree {
  const root: Tree = { parts: new Map() };
  for (const [name, text] of form) {
    let at = root;
    const parts = name.split(".");
    if (parts.length > 40) throw new DecodeError(`${name.slice(0, 100)} is nested too deep`);
    for (const part of parts) {
      let next = at.parts.get(part);
      if (next === undefined) at.parts.set(part, (next = { parts: new Map() }));
      at = next;
    }
    at.text = text;
  }
  return root;
}

function value(schema: NormalizedSchema, tree: Tree, path: string): unknown {
  if (schema.isStructSchema()) return struct(schema, tree, path);
  return scalar(schema, tree.text, path, QUERY_SCALARS);
}

function struct(schema: NormalizedSchema, tree: Tree, path: string): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const known = new Set<string>();
  for (const [name, member] of schema.structIterator()) {
    const { xmlName = name, xmlFlattened } = member.getMergedTraits();
    // Flattened members are known by the names of their items, and by their own in some clients.
    const wire = [xmlName, name].find((each) => tree.parts.has(each));
    known.add(xmlName).add(name);
    if (wire === undefined) continue;
    const part = tree.parts.get(wire)!;
    const at = path === "" ? name : `${path}.${name}`;
    if (member.isListSchema()) result[name] = list(member, part, at, xmlFlattened !== undefined);
    else if (member.isMapSchema()) result[name] = map(member, part, at, xmlFlattened !== undefined);
    else result[name] = value(member, part, at);
  }
  for (const name of tree.parts.keys())
    if (!known.has(name))
      throw new MemberError(
        `${path === "" ? name : `${path}.${name}`} is not a parameter; there are ${[...known].join(", ") || "none"}`,
      );
  if (path !== "") checkRequired(schema, result, path);
  return result;
}

/** Items are numbered from 1; an empty list is the member without items. */
function list(schema: NormalizedSchema, tree: Tree, path: string, flat: boolean): unknown[] {
  const item = schema.getValueSchema();
  const holder = flat ? tree : (tree.parts.get(String(item.getMergedTraits().xmlName ?? "member")) ?? tree);
  return numbered(holder, path).map((each, i) => value(item, each, `${path}[${i}]`));
}

function map(schema: NormalizedSchema, tree: Tree, path: string, flat: boolean): Record<string, unknown> {
  const key = String(schema.getKeySchema().getMergedTraits().xmlName ?? "key");
  const member = schema.getValueSchema();
  const named = String(member.getMergedTraits().xmlName ?? "value");
  const entries = numbered(flat ? tree : (tree.parts.get("entry") ?? tree), path);
  return Object.fromEntries(
    entries.map((entry) => {
      const name = entry.parts.get(key)?.text;
      const each = entry.parts.get(named);
      if (name === undefined || each === undefined)
        throw new DecodeError(`${path} has an entry without ${key} or ${named}`);
      return [name, value(member, each, `${path}.${name}`)];
    }),
  );
}

function numbered(tree: Tree, path: string): Tree[] {
  const keys = [...tree.parts.keys()];
  if (keys.some((key) => !/^\d{1,6}$/.test(key))) throw new DecodeError(`${path}: items are numbered from 1`);
  return keys.sort((a, b) => Number(a) - Number(b)).map((key) => tree.parts.get(key)!);
}
