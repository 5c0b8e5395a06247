import assert from "node:assert/strict";
import * as http from "node:http";
import fc from "fast-check";
import { TestCloud, smallStack } from "../stack";

/** A valid request of every operation; the JSON body, if it has one, is changed in every place. */
const OPERATIONS: { name: string; service: string; method: string; path: string; target?: string; body?: object }[] = [
  { name: "Publish", service: "iotdata", method: "POST", path: "/topics/a?qos=1", body: { a: { b: [1] } } },
  { name: "GetThingShadow", service: "iotdata", method: "GET", path: "/things/t/shadow" },
  {
    name: "UpdateThingShadow",
    service: "iotdata",
    method: "POST",
    path: "/things/t/shadow",
    body: {
      state: { desired: { a: 1, b: { c: [1, { d: 2 }] } }, reported: { a: 2 } },
      version: 1,
      clientToken: "t",
    },
  },
  { name: "DeleteThingShadow", service: "iotdata", method: "DELETE", path: "/things/t/shadow" },
  {
    name: "ListNamedShadowsForThing",
    service: "iotdata",
    method: "GET",
    path: "/api/things/shadow/ListNamedShadowsForThing/t?pageSize=1",
  },
  { name: "GetRetainedMessage", service: "iotdata", method: "GET", path: "/retainedMessage/a%2Fb" },
  { name: "ListRetainedMessages", service: "iotdata", method: "GET", path: "/retainedMessage?maxResults=1" },
  { name: "ListThings", service: "iot", method: "GET", path: "/things?maxResults=1" },
  { name: "DescribeThing", service: "iot", method: "GET", path: "/things/t" },
  {
    name: "CreateThing",
    service: "iot",
    method: "POST",
    path: "/things/t",
    body: { attributePayload: { attributes: { site: "north" }, merge: true } },
  },
  {
    name: "UpdateThing",
    service: "iot",
    method: "PATCH",
    path: "/things/t",
    body: {
      thingTypeName: "x",
      attributePayload: { attributes: { site: "north" }, merge: false },
      expectedVersion: 1,
      removeThingType: true,
    },
  },
  { name: "DeleteThing", service: "iot", method: "DELETE", path: "/things/t?expectedVersion=1" },
  {
    name: "Invoke",
    service: "lambda",
    method: "POST",
    path: "/2015-03-31/functions/transform/invocations",
    body: { records: [{ recordId: "1", data: "e30=" }] },
  },
  {
    name: "GetTable",
    service: "glue",
    method: "POST",
    path: "/",
    target: "AWSGlue.GetTable",
    body: { CatalogId: "000000000000", DatabaseName: "db", Name: "readings" },
  },
  {
    name: "UpdateTable",
    service: "glue",
    method: "POST",
    path: "/",
    target: "AWSGlue.UpdateTable",
    body: {
      DatabaseName: "db",
      VersionId: "0",
      SkipArchive: true,
      TableInput: {
        Name: "readings",
        Parameters: { a: "b" },
        StorageDescriptor: { Columns: [{ Name: "a", Type: "int" }], Location: "s3://x/y" },
      },
    },
  },
];

/** JSON texts of every kind, those that JSON.stringify never writes among them. */
const VALUES = [
  "null",
  "true",
  "false",
  "0",
  "-1",
  "1.5",
  "1e999",
  "12345678901234567890",
  '""',
  '"text"',
  '"\\ud83c"',
  '"\\u0000"',
  `"${"x".repeat(70_000)}"`,
  "[]",
  "[null]",
  "[[1]]",
  "{}",
  '{"__proto__":{"a":1}}',
  '{"constructor":null}',
  '{"toString":1}',
  `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`,
];
const BODIES = [...VALUES, "", "{", "not json", '{"a":1}x', "\u0000", '{"a":1,"a":2}', "[1,]"];

/** Paths to every value of a document. */
function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  const below =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([name, item]) =>
          places(item, [...path, Array.isArray(value) ? Number(name) : name]),
        )
      : [];
  return [path, ...below];
}

/** The document's JSON with the text in place of the value at the path. */
function changed(document: unknown, [name, ...rest]: readonly (string | number)[], text: string): string {
  if (name === undefined) return text;
  const entries = Object.entries(document as object).map(
    ([key, item]) => [key, key === String(name) ? changed(item, rest, text) : JSON.stringify(item)] as const,
  );
  return Array.isArray(document)
    ? `[${entries.map(([, item]) => item).join(",")}]`
    : `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${item}`).join(",")}}`;
}

describe("local/http: every operation with bodies of every kind in every place", () => {
  let cloud: TestCloud, port: number;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  before(async () => {
    cloud = new TestCloud(smallStack({ code: "exports.handler = async (event) => event;" }));
    port = Number(new URL((await cloud.cloud.listen({ mqtt: 0, http: 0 })).http).port);
  });
  after(async () => {
    agent.destroy();
    await cloud.close();
  });

  const send = (operation: (typeof OPERATIONS)[number], body: string, path = operation.path) =>
    new Promise<{ status: number; type: string | undefined; body: string }>((resolve, reject) => {
      const authorization = `AWS4-HMAC-SHA256 Credential=AKIA1/20260101/eu-central-1/${operation.service}/aws4_request, SignedHeaders=host, Signature=00`;
      const headers: http.OutgoingHttpHeaders = {
        authorization,
        "x-amz-date": "20260101T000000Z",
        "content-length": Buffer.byteLength(body),
      };
      if (operation.target !== undefined) headers["x-amz-target"] = operation.target;
      const request = http.request(
        { host: "127.0.0.1", port, method: operation.method, path, agent, headers },
        (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => (text += chunk.toString()));
          response.on("end", () =>
            resolve({
              status: response.statusCode!,
              type: response.headers["x-amzn-errortype"] as string | undefined,
              body: text,
            }),
          );
        },
      );
      request.on("error", reject);
      request.end(body);
    });
  const check = async (operation: (typeof OPERATIONS)[number], body: string, path?: string): Promise<void> => {
    const answer = await send(operation, body, path);
    const what = `${operation.name} ${path ?? ""} ${body.slice(0, 200)}: ${answer.status} ${answer.body}`;
    assert.ok(answer.status < 500 || answer.status === 501, what);
    if (answer.status < 400) return;
    // A path that is no operation's may be an object of S3, whose errors are XML.
    if (answer.body.startsWith("<")) return assert.match(answer.body, /<Error><Code>\w+<\/Code><Message>[^<]+</, what);
    const { __type, message } = JSON.parse(answer.body) as { __type: string; message: string };
    assert.ok(__type === answer.type && message !== "", what);
  };

  for (const operation of OPERATIONS)
    it(`${operation.name} answers with a result or with an error of its protocol`, async function () {
      this.timeout(30_000);
      for (const body of BODIES) await check(operation, body);
      if (operation.body !== undefined)
        for (const place of places(operation.body))
          for (const text of VALUES) await check(operation, changed(operation.body, place, text));
      assert.deepEqual(cloud.cloud.defects.list(), []);
      assert.deepEqual(cloud.errors, []);
    });

  it("any path and query is answered", async () => {
    const segment = fc.oneof(
      fc.constantFrom("things", "shadow", "topics", "t", "%24aws", "%2F", "%ff", "..", "", "api", "2015-03-31"),
      fc.string({ maxLength: 8 }).map(encodeURIComponent),
    );
    const query = fc.oneof(
      fc.constant(""),
      fc
        .tuple(
          fc.constantFrom("qos", "retain", "messageExpiry", "name", "pageSize", "nextToken", "maxResults", "Qualifier"),
          fc.oneof(fc.integer().map(String), fc.constantFrom("", "%", "%00", "9999999999", "true", "1e9", "💥")),
        )
        .map(([name, value]) => `?${name}=${encodeURI(value)}`),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...OPERATIONS),
        fc.array(segment, { maxLength: 6 }),
        query,
        async (operation, segments, parameters) => check(operation, "{}", `/${segments.join("/")}${parameters}`),
      ),
      { numRuns: 400 },
    );
    assert.deepEqual(cloud.cloud.defects.list(), []);
  });

  it("a message expiry beyond every limit is the longest one of AWS, and a retained message with it is kept", async () => {
    const [publish] = OPERATIONS;
    for (const expiry of ["9999999999", "0", "9223372036854775807"])
      assert.equal((await send(publish!, "1", `/topics/kept?retain=true&messageExpiry=${expiry}`)).status, 200);
    assert.equal((await send(publish!, "1", "/topics/kept?messageExpiry=-1")).status, 400);
  });

  it("a column without a type, or with one that is none, fails queries until it is changed", async () => {
    const get = OPERATIONS.find(({ name }) => name === "GetTable")!;
    const update = OPERATIONS.find(({ name }) => name === "UpdateTable")!;
    const TableInput = {
      Name: "readings",
      StorageDescriptor: { Columns: [{ Name: "a" }, { Name: "b", Type: "int" }] },
    };
    const body = JSON.stringify({ DatabaseName: "db", TableInput });
    assert.deepEqual(await send(update, body), { status: 200, type: undefined, body: "{}" });
    const { Table } = JSON.parse((await send(get, JSON.stringify(get.body))).body) as {
      Table: { StorageDescriptor: { Columns: object[] } };
    };
    assert.deepEqual(Table.StorageDescriptor.Columns, [{ Name: "a" }, { Name: "b", Type: "int" }]);
    await assert.rejects(cloud.rows("SELECT * FROM readings"), {
      name: "AthenaError",
      message: "HIVE_INVALID_METADATA: Glue table 'db.readings' column 'a' has no data type",
    });
    TableInput.StorageDescriptor.Columns = [{ Name: "a", Type: "fruit" }];
    await send(update, JSON.stringify({ DatabaseName: "db", TableInput }));
    await assert.rejects(cloud.rows("SELECT * FROM readings"), { name: "AthenaError", message: /data type 'fruit'/ });
    TableInput.StorageDescriptor.Columns = [{ Name: "a", Type: "int" }];
    await send(update, JSON.stringify({ DatabaseName: "db", TableInput }));
    assert.deepEqual(await cloud.rows("SELECT a FROM readings"), []);
  });
});
