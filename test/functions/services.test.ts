import assert from "node:assert/strict";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { AwsServices } from "../../functions/services";

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** never answers */
  silent?: true;
}

/** What asynchronous activities call, by AWS's SDK against a server that answers what it is told. */
describe("functions/services", () => {
  let server: http.Server;
  let answer: (request: { method: string; path: string; body: string }) => Answer;
  const before: Record<string, string | undefined> = {};
  const settings = (endpoint: string): Record<string, string> => ({
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "any",
    AWS_SECRET_ACCESS_KEY: "any",
  });
  beforeEach(async () => {
    server = http.createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const {
          status = 200,
          headers = {},
          body: text = "",
          silent,
        } = answer({
          method: request.method!,
          path: decodeURIComponent(request.url!),
          body,
        });
        if (silent !== true) response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    for (const [name, value] of Object.entries(
      settings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    )) {
      before[name] = process.env[name];
      process.env[name] = value;
    }
  });
  afterEach(async () => {
    for (const [name, value] of Object.entries(before))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("calls a function by its name, or by what the stack names for it", async () => {
    const seen: string[] = [];
    answer = ({ path, body }) => {
      seen.push(`${path} ${body}`);
      return { body: '[{"n":2}]' };
    };
    const services = new AwsServices({ f: "arn:aws:lambda:eu-central-1:123456789012:function:g:live" });
    assert.deepEqual(await services.invoke("f", '[{"n":1}]'), { ok: true, payload: '[{"n":2}]' });
    assert.deepEqual(await services.invoke("h", "[]"), { ok: true, payload: '[{"n":2}]' });
    assert.deepEqual(seen, [
      '/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:g:live/invocations [{"n":1}]',
      "/2015-03-31/functions/h/invocations []",
    ]);
  });

  const FAILURES: [name: string, answer: Answer, reason: string][] = [
    [
      "throws",
      {
        headers: { "x-amz-function-error": "Unhandled" },
        body: '{"errorType":"TypeError","errorMessage":"x is undefined","trace":[]}',
      },
      "failed: TypeError: x is undefined",
    ],
    [
      "runs out of its time",
      {
        headers: { "x-amz-function-error": "Unhandled" },
        body: '{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 6e1c8a1e-1d6a-4e53-9f5e-0b1f5f8f2a3b Error: Task timed out after 3.00 seconds"}',
      },
      "failed: Sandbox.Timedout: Task timed out after 3.00 seconds",
    ],
    ["fails in words of its own", { headers: { "x-amz-function-error": "Unhandled" }, body: "oops" }, "failed: oops"],
    [
      "may not be called",
      { status: 403, headers: { "x-amzn-errortype": "AccessDeniedException" }, body: '{"Message":"not authorized"}' },
      "could not be called: AccessDeniedException: not authorized",
    ],
    [
      "is not there",
      {
        status: 404,
        headers: { "x-amzn-errortype": "ResourceNotFoundException" },
        body: '{"Message":"Function not found: f"}',
      },
      "could not be called: ResourceNotFoundException: Function not found: f",
    ],
  ];
  for (const [name, given, reason] of FAILURES)
    it(`says why of a function that ${name}`, async () => {
      answer = () => given;
      assert.deepEqual(await new AwsServices().invoke("f", "[]"), { ok: false, reason });
    });

  it("gives a call up while there is time to say so", async () => {
    answer = () => ({ silent: true });
    assert.deepEqual(await new AwsServices().within(() => 3_020).invoke("f", "[]"), {
      ok: false,
      reason:
        "could not be called: no answer in the time that the transform function has for a batch (functionTimeoutSeconds)",
    });
  });

  it("finds things and shadows, with the members that the retired service had", async () => {
    const thing = {
      thingName: "pump-1",
      thingId: "i",
      attributes: { site: "north" },
      version: 3,
      billingGroupName: "b",
    };
    answer = ({ path }) =>
      path === "/things/pump-1"
        ? { body: JSON.stringify(thing) }
        : path === "/things/pump-1/shadow"
          ? { body: '{"state":{"reported":{"n":9007199254740993}}}' }
          : {
              status: 404,
              headers: { "x-amzn-errortype": "ResourceNotFoundException" },
              body: '{"message":"Thing none not found."}',
            };
    const services = new AwsServices();
    const { billingGroupName, ...expected } = thing;
    assert.equal(billingGroupName, "b");
    const found = await services.describeThing("pump-1");
    assert.deepEqual(found.ok && JSON.parse(found.json), expected);
    assert.deepEqual(await services.thingShadow("pump-1"), {
      ok: true,
      json: '{"state":{"reported":{"n":9007199254740993}}}',
    });
    assert.deepEqual(await services.describeThing("none"), {
      ok: false,
      reason: "the thing was not found in the registry: ResourceNotFoundException: Thing ... not found.",
    });
    const missing = await services.thingShadow("none");
    assert.match(missing.ok ? "" : missing.reason, /^the thing's shadow was not found: ResourceNotFoundException/);
  });
});
