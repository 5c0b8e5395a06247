import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { loadDocuments } from "../../etl";
import { checkNames } from "../../stacks/names";
import { validate } from "../../stacks/validate";

describe("stacks/names: functions and things", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "functions-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** Everything that is wrong with a configuration, beside an empty folder of documents. */
  const errors = (config: Record<string, unknown>): string[] => {
    const texts = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, JSON.stringify(value)]));
    const { settings, problems } = validate(texts, "dev");
    const documents = loadDocuments(folder, {});
    return [...problems.map(({ key, message }) => `${key}: ${message}`), ...checkNames(settings, documents).errors].map(
      (error) => error.replaceAll(folder, "").replace("iot-telemetry-etl:", ""),
    );
  };
  const functionErrors = (f: Record<string, unknown>): string[] => errors({ functions: { f } });
  const file = (name: string): string => {
    const target = path.join(folder, name);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, "");
    return target;
  };

  it("refuses settings of earlier versions by name, and says what is there instead", () => {
    assert.deepEqual(errors({ datastores: { readings: { partitionValues: { site: ["north"] } } } }), [
      "datastores.readings.partitionValues: is no setting any more: partitions are registered when their first row arrives, so queries find every value without naming it; remove it",
    ]);
    assert.deepEqual(errors({ projection: { fromYear: 2020 } }), [
      "projection: is no setting any more: partitions are registered when their first row arrives, so queries find every row, of any year. Remove it: pulumi config rm projection",
    ]);
  });

  it("takes a folder, a file, and one that is there already", () => {
    file("a/index.mjs");
    file("b/src/app.py");
    assert.deepEqual(functionErrors({ path: path.join(folder, "a") }), []);
    assert.deepEqual(
      functionErrors({ path: path.join(folder, "b"), runtime: "python3.12", handler: "src/app.main" }),
      [],
    );
    assert.deepEqual(
      functionErrors({ path: path.join(folder, "b"), runtime: "python3.12", handler: "src.app.main" }),
      [],
    );
    assert.match(
      functionErrors({ path: path.join(folder, "b"), runtime: "python3.12" }).join(),
      /handler: saw "lambda_function.lambda_handler"; .* holds no lambda_function.py/,
    );
    assert.deepEqual(functionErrors({ path: file("fill.js") }), []);
    assert.deepEqual(functionErrors({ path: file("fill.py") }), []);
    assert.deepEqual(functionErrors({ arn: "arn:aws:lambda:eu-central-1:123456789012:function:fill" }), []);
  });

  for (const [what, settings, expected] of [
    ["neither path nor arn", {}, /^functions.f: has neither path nor arn; give the folder/],
    [
      "both",
      { path: "x", arn: "arn:aws:lambda:eu-central-1:123456789012:function:f" },
      /^functions.f: saw path beside arn/,
    ],
    ["a path to nothing", { path: "/nowhere" }, /^functions.f.path: saw "\/nowhere"; there is no such folder or file/],
    [
      "an archive",
      { path: "f.zip" },
      /^functions.f.path: saw "\/f.zip"; a function's file ends in .*\(unpack an archive\)/,
    ],
    [
      "a folder without the handler's file",
      { path: "." },
      /^functions.f.handler: saw "index.handler"; .* holds no index.js or index.mjs/,
    ],
    [
      "a runtime for other files",
      { path: "f.js", runtime: "python3.13" },
      /^functions.f.runtime: saw "python3.13", which does not run/,
    ],
    [
      "an unknown runtime",
      { path: "f.js", runtime: "nodejs18.x" },
      /^functions.f.runtime: saw "nodejs18.x"; must be one of/,
    ],
    [
      "a variable without a name",
      { path: "f.js", environment: { "1": "a" } },
      /^functions.f.environment.1: saw the name "1"/,
    ],
    [
      "an unknown member",
      { path: "f.js", timeoutSecond: 3 },
      /^functions.f.timeoutSecond: is no setting; did you mean timeoutSeconds\?/,
    ],
  ] as [string, Record<string, string>, RegExp][])
    it(`says the way out for ${what}`, () => {
      for (const name of ["f.js", "f.zip"]) file(name);
      const given =
        settings.path === undefined || settings.path === "x" || settings.path.startsWith("/")
          ? settings
          : { ...settings, path: path.join(folder, settings.path) };
      const [first, ...others] = functionErrors(given);
      assert.match(first ?? "", expected);
      assert.deepEqual(others, []);
    });

  it("refuses documents whose names differ in upper and lower case only", () => {
    for (const name of ["Plant", "plant", "other"])
      fs.writeFileSync(path.join(folder, `${name}.channel.json`), JSON.stringify({ channelName: name }));
    const [error, ...more] = errors({});
    assert.match(
      error!,
      /^.*channel\.json: (Plant and plant|plant and Plant) differ in upper and lower case only, which IAM/,
    );
    assert.deepEqual(more, []);
  });

  it("checks things by the limits of AWS IoT", () => {
    const attributes = { a: "1", b: "2", c: "3", d: "4" };
    assert.deepEqual(errors({ things: { "pump-1": { type: "pump", attributes } } }), []);
    assert.deepEqual(errors({ things: { "pump-1": { attributes } } }), [
      "things.pump-1.attributes: saw 4 attributes; a thing without a type has at most 3: give it a type",
    ]);
    assert.match(errors({ things: { "pump 1": {} } })[0]!, /^things.pump 1: saw the name "pump 1"; must be 1-128/);
  });
});
