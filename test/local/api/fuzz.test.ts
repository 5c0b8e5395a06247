import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type { NormalizedSchema } from "@smithy/core/schema";
import fc from "fast-check";
import { ApiEndpoint, parseTarget, ServiceModel, type ServiceApi } from "../../../local/api";
import { requiredMembers, type OperationModel } from "../../../local/api/model/model";
import { apisOf } from "../../../local/apis";
import { scheduledStack, TestCloud } from "../stack";

/** Names that the test's stack has, and others. */
const WORDS = fc.oneof(
  fc.constantFrom(
    "in",
    "store",
    "db",
    "readings",
    "m",
    "/p",
    "default",
    "s",
    "a",
    "",
    "../x",
    "__proto__",
    "\u0000",
    "💥",
  ),
  fc.string({ maxLength: 20 }),
);

/** A value of the shape, or now and then one of another type. */
function valueOf(schema: NormalizedSchema, depth = 0): fc.Arbitrary<unknown> {
  const other = fc.oneof(fc.constant(null), fc.integer(), WORDS, fc.constant([]), fc.constant({}), fc.boolean());
  return fc.oneof({ weight: 12, arbitrary: ownValue(schema, depth) }, { weight: 1, arbitrary: other });
}

function ownValue(schema: NormalizedSchema, depth: number): fc.Arbitrary<unknown> {
  if (depth > 4) return fc.constant(null);
  if (schema.isDocumentSchema()) return fc.jsonValue();
  if (schema.isStructSchema()) return struct(schema, depth);
  if (schema.isListSchema()) return fc.array(valueOf(schema.getValueSchema(), depth + 1), { maxLength: 3 });
  if (schema.isMapSchema()) return fc.dictionary(WORDS, valueOf(schema.getValueSchema(), depth + 1), { maxKeys: 3 });
  if (schema.isStringSchema()) return WORDS;
  if (schema.isBooleanSchema()) return fc.boolean();
  if (schema.isBlobSchema()) return WORDS.map((text) => Buffer.from(text).toString("base64"));
  return fc.oneof(fc.integer({ min: -2, max: 2000 }), fc.double(), fc.constant(1e300));
}

function struct(schema: NormalizedSchema, depth = 0): fc.Arbitrary<Record<string, unknown>> {
  const required = new Set(requiredMembers(schema));
  const members = Object.entries(schema.getMemberSchemas());
  const [needed, others] = [true, false].map((is) => members.filter(([name]) => required.has(name) === is));
  // Most members of AWS's shapes are optional, and few are given at a time.
  return fc
    .subarray(others!, { maxLength: Math.min(4, others!.length) })
    .map((some) => [...needed!, ...some])
    .chain((some) => fc.record(Object.fromEntries(some.map(([name, member]) => [name, valueOf(member, depth + 1)]))));
}

interface Call {
  target: string;
  method: string;
  headers: Record<string, string>;
  body: string;
}

function callOf(model: ServiceModel, operation: OperationModel, input: Record<string, unknown>): Call {
  const authorization = `AWS4-HMAC-SHA256 Credential=A/20260101/eu-central-1/${model.facts.signedFor[0]}/aws4_request, SignedHeaders=host, Signature=0`;
  const headers: Record<string, string> = { authorization, "x-amz-date": "20260101T000000Z", host: "localhost" };
  const { http } = operation;
  if (http === undefined) {
    headers["x-amz-target"] = `${model.facts.target}.${operation.name}`;
    if (model.facts.protocols[0] !== "awsQuery")
      return { target: "/", method: "POST", headers, body: JSON.stringify(input) };
    delete headers["x-amz-target"];
    headers["content-type"] = "application/x-www-form-urlencoded";
    const form = Object.entries(input).map(([name, value]): [string, string] => [
      name,
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]);
    return {
      target: "/",
      method: "POST",
      headers,
      body: new URLSearchParams([["Action", operation.name], ...form]).toString(),
    };
  }
  const path = http.segments.map((part) =>
    "literal" in part ? part.literal : encodeURIComponent(String(input[part.label] ?? "x")),
  );
  const query = http.query.map(([name, value]) => `${name}=${value}`);
  const body: Record<string, unknown> = {};
  for (const [name, member] of operation.input.isStructSchema() ? operation.input.structIterator() : []) {
    const { httpLabel, httpQuery, httpHeader } = member.getMergedTraits();
    if (httpLabel !== undefined || input[name] === undefined) continue;
    if (httpQuery !== undefined) query.push(`${httpQuery}=${encodeURIComponent(String(input[name] as string))}`);
    else if (httpHeader !== undefined)
      headers[httpHeader.toLowerCase()] = encodeURIComponent(String(input[name] as string));
    else body[name] = input[name];
  }
  const target = `/${path.join("/")}${query.length === 0 ? "" : `?${query.join("&")}`}`;
  return { target, method: http.method, headers, body: Object.keys(body).length === 0 ? "" : JSON.stringify(body) };
}

/** Replaces every service by one that a request can end, and looks for answers that are no answers. */
describe("local/api: whatever an operation is asked, it answers", () => {
  let cloud: TestCloud, endpoint: ApiEndpoint;
  before(() => {
    cloud = new TestCloud(scheduledStack());
    const { iam, credentials, defects } = cloud.cloud;
    endpoint = new ApiEndpoint({ credentials, defects, backend: () => ({ iam, apis: apisOf(cloud.cloud) }) });
  });
  after(() => cloud.close());

  const ask = async ({ target, method, headers, body }: Call): Promise<number> => {
    const answer = await endpoint.answer({
      ...parseTarget(target),
      method,
      headers,
      body: Readable.from([Buffer.from(body)]),
    });
    if (answer.body instanceof Readable) for await (const chunk of answer.body) void chunk;
    return answer.status;
  };
  /** Of the type alone: the names of the operations; rows are the cloud's. */
  const tables: readonly ServiceApi[] = apisOf({} as never);

  for (const { service, operations } of tables)
    for (const name of Object.keys(operations))
      it(`${service} ${name}`, async () => {
        const model = ServiceModel.of(service);
        const operation = model.operations.get(name)!;
        const input = operation.input.isStructSchema() ? struct(operation.input) : fc.constant({});
        await fc.assert(
          fc.asyncProperty(input, async (value) => {
            const call = callOf(model, operation, value);
            const status = await ask(call);
            assert.ok(
              status < 500 || status === 501 || status === 503,
              `${status}: ${JSON.stringify(call)} ${JSON.stringify(cloud.cloud.defects.list()[0])}`,
            );
          }),
          { numRuns: 15 },
        );
        assert.deepEqual(cloud.cloud.defects.list(), []);
      });
});
