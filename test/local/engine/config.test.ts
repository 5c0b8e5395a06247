import assert from "node:assert/strict";
import { createCipheriv, pbkdf2Sync } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { readConfig, type StackConfig } from "../../../local/engine/config";
import { Problems } from "../../../local/engine/problems";
import { readProject } from "../../../local/engine/project";
import { Passphrase } from "../../../local/engine/secrets";

/** From the tests of Pulumi's own passphrase manager; the passphrase is "password". */
const SALT = "v1:fozI5u6B030=:v1:F+6ZduKKd8G0/V7L:PGMFeIzwobWRKmEAzUdaQHqC5mMRIQ==";

function encrypt(text: string): string {
  const key = pbkdf2Sync("password", Buffer.from("fozI5u6B030=", "base64"), 1_000_000, 32, "sha256");
  const nonce = Buffer.alloc(12, 7);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const bytes = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${bytes.toString("base64")}`;
}

describe("configuration of a stack", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "config-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const write = (name: string, content: unknown): void =>
    fs.writeFileSync(path.join(folder, name), typeof content === "string" ? content : stringify(content));
  function read(
    stack: unknown,
    {
      project = {},
      overrides = {},
      env = {},
    }: { project?: object; overrides?: Record<string, string>; env?: NodeJS.ProcessEnv } = {},
  ): { config: StackConfig | undefined; errors: string[]; warnings: string[] } {
    write("Pulumi.yaml", { name: "proj", runtime: "nodejs", ...project });
    if (stack !== undefined) write("Pulumi.dev.yaml", stack);
    const problems = new Problems();
    const found = readProject(folder, problems);
    const config = found && readConfig(found, "dev", overrides, env, problems);
    const texts = (list: { message: string }[]): string[] =>
      list.map(({ message }) => message.replaceAll(folder, "DIR"));
    return { config, errors: texts(problems.errors), warnings: texts(problems.warnings) };
  }

  it("refuses unquoted texts that Pulumi reads as something else", () => {
    // What Pulumi 3.259 made of them (`pulumi config --json`): "2026-01-01 00:00:00 +0000 UTC", the same with 10:00:00, 511, 1000.
    const texts = ["2026-01-01", "2026-1-1", "2026-01-01 10:00:00", "2026-01-01T10:00:00Z", "0777", "1_000"];
    const { errors } = read(`config:\n  aws:region: eu-central-1\n  a: {b: [${texts.join(", ")}]}\n`);
    assert.deepEqual(
      errors.map(
        (error) => /^Pulumi\.dev\.yaml:3:\d+: (.*) without quotes is .* for Pulumi\b.*; write "\1"$/.exec(error)?.[1],
      ),
      texts,
    );
    const quoted = texts.map((text) => JSON.stringify(text));
    const plain = ["1:30", "0o17", "0x1F", "on", "2026", "10.5", "v1_0", "-5"];
    assert.deepEqual(
      read(`config:\n  aws:region: eu-central-1\n  a: [${[...quoted, ...plain].join(", ")}]\n`).errors,
      [],
    );
  });

  it("is what the program gets: full keys, scalars as text, the rest as JSON", () => {
    const { config, errors } = read({
      config: {
        "aws:region": "eu-west-1",
        days: 7,
        on: true,
        "proj:list": [1, { a: "b" }],
        "other:key": "x",
        none: null,
      },
    });
    assert.deepEqual(errors, []);
    assert.deepEqual(config, {
      region: "eu-west-1",
      secretKeys: [],
      values: {
        "aws:region": "eu-west-1",
        "proj:days": "7",
        "proj:on": "true",
        "proj:list": '[1,{"a":"b"}]',
        "other:key": "x",
        "proj:none": "",
      },
    });
  });

  it("gives every value through as it was", () => {
    const values = fc.dictionary(
      fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,8}$/),
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.jsonValue())),
    );
    fc.assert(
      fc.property(values, (config) => {
        const result = read({ config: { "aws:region": "eu-west-1", ...config } });
        assert.deepEqual(result.errors, []);
        for (const [key, value] of Object.entries(config)) {
          const text = result.config!.values[`proj:${key}`]!;
          if (Array.isArray(value)) assert.equal(text, JSON.stringify(value));
          else assert.equal(text, String(value));
        }
      }),
      { numRuns: 50 },
    );
  });

  it("is overridden by -c and completed by the project's defaults", () => {
    const { config, errors } = read(
      { config: { "aws:region": "eu-west-1", a: 1, b: 2 } },
      {
        overrides: { b: "20", "other:c": "30" },
        project: { config: { a: 100, d: { type: "integer", default: 4 }, "aws:region": { value: "us-east-1" } } },
      },
    );
    assert.deepEqual(errors, []);
    assert.deepEqual(config!.values, {
      "aws:region": "eu-west-1",
      "proj:a": "1",
      "proj:b": "20",
      "other:c": "30",
      "proj:d": "4",
    });
  });

  it("takes the region from the environment as the aws provider does, and wants one", () => {
    assert.equal(read({}, { env: { AWS_REGION: "us-east-1" } }).config!.region, "us-east-1");
    assert.deepEqual(read({}).errors, [
      "Pulumi.dev.yaml: aws:region: is not set; add `aws:region: eu-central-1` below `config:`, or -c aws:region=eu-central-1",
    ]);
    assert.deepEqual(read({ config: { "aws:region": "Frankfurt" } }).errors, [
      'Pulumi.dev.yaml: aws:region: saw "Frankfurt"; a region looks like eu-central-1',
    ]);
    assert.match(read({ config: { "aws:region": "cn-north-1" } }).errors[0]!, /executes regions of the partition aws/);
  });

  it("tells which stack may be meant, and which folder holds no project", () => {
    write("Pulumi.yaml", { name: "proj", runtime: "nodejs" });
    write("Pulumi.dev.yaml", {});
    const errors = (dir: string): string[] => {
      const problems = new Problems();
      const found = readProject(dir, problems);
      if (found !== undefined) readConfig(found, "dve", {}, {}, problems);
      return problems.errors.map(({ message }) => message.replaceAll(folder, "DIR"));
    };
    assert.deepEqual(errors(folder), [
      "Pulumi.dve.yaml: there is no such file in DIR; the stacks here are dev. Did you mean dev?",
    ]);
    fs.writeFileSync(path.join(folder, "Pulumi.dve.yaml"), "config: [");
    assert.match(errors(folder).join("\n"), /^Pulumi\.dve\.yaml:\d.*: Flow sequence [^\n]*$/);
    fs.rmSync(path.join(folder, "Pulumi.dve.yaml"));
    assert.deepEqual(errors(path.join(folder, "nowhere")), [
      "Pulumi.yaml: there is no folder DIR/nowhere; name the folder of a Pulumi project",
    ]);
    assert.deepEqual(errors(path.join(folder, "Pulumi.dev.yaml")), [
      "Pulumi.yaml: DIR/Pulumi.dev.yaml is a file; name the folder of a Pulumi project",
    ]);
    fs.rmSync(path.join(folder, "Pulumi.yaml"));
    assert.deepEqual(errors(folder), [
      "Pulumi.yaml: there is no such file in DIR; name the folder of a Pulumi project",
    ]);
  });

  it("reports everything that is wrong, with its place", () => {
    assert.deepEqual(read(undefined).errors, ["Pulumi.dev.yaml: there is no such file in DIR; there is no stack file"]);
    const wrong = read(
      {
        config: { "aws:region": "eu-west-1", "aws:defaultTags": { tags: {} }, "aws:profile": "me", days: "x" },
        settings: 1,
      },
      { project: { config: { days: { type: "integer" }, must: { type: "string" } } } },
    );
    assert.deepEqual(wrong.errors, [
      "Pulumi.dev.yaml: settings: is not a member of a stack file; move settings below `config:`",
      'Pulumi.yaml: config.days: saw "x"; the project declares it as integer',
      "Pulumi.yaml: config.must: has no value in this stack; give one with -c must=VALUE or in the stack's file",
      "Pulumi.dev.yaml: aws:defaultTags: the local cloud does not execute this setting of the aws provider; set tags on the resources",
    ]);
    assert.deepEqual(wrong.warnings, [
      "Pulumi.dev.yaml: aws:profile: has no effect here: the local cloud reaches no account",
    ]);
    assert.match(read("config: [1\nx: {").errors[0]!, /^Pulumi\.dev\.yaml:\d+:\d+: /);
    assert.deepEqual(read("- a").errors[0], "Pulumi.dev.yaml: holds no mapping of keys to values");
  });

  it("reports aliases that would expand without end, in the stack's and in the project's file", () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0 ? "  a0: &a0 [x, x]" : `  a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}*a${level - 1}]`,
    );
    const bomb = `config:\n${levels.join("\n")}\n`;
    const said =
      "Excessive alias count indicates a resource exhaustion attack; write out what the aliases (*) stand for";
    assert.deepEqual(read(bomb).errors, [`Pulumi.dev.yaml: ${said}`]);
    write("Pulumi.yaml", `name: p\nruntime: nodejs\n${bomb}`);
    const problems = new Problems();
    assert.equal(readProject(folder, problems), undefined);
    assert.deepEqual(
      problems.errors.map(({ message }) => message),
      [`Pulumi.yaml: ${said}`],
    );
  });

  it("warns of secrets of the local cloud in plain text", () => {
    const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:a-b1c2d3";
    const of = (value: unknown): string[] =>
      read(
        { encryptionsalt: SALT, config: { "aws:region": "eu-central-1", "proj:localSecrets": { [arn]: { value } } } },
        { env: { PULUMI_CONFIG_PASSPHRASE: "password" } },
      ).warnings;
    assert.match(of("open")[0]!, /^Pulumi\.dev\.yaml: proj:localSecrets: its values are in plain text; encrypt them/);
    assert.deepEqual(of({ secure: encrypt("closed") }), []);
  });

  it("reports a project that cannot be run", () => {
    assert.deepEqual(read({}, { project: { runtime: "python" } }).errors, [
      'Pulumi.yaml: runtime: saw "python"; the local cloud runs programs of the runtime nodejs',
    ]);
    const options = { runtime: { name: "nodejs", options: { bundler: "x" } } };
    assert.match(
      read({}, { project: options }).errors[0]!,
      /runtime\.options\.bundler: the local cloud supports the options/,
    );
    fs.rmSync(path.join(folder, "Pulumi.yaml"));
    const problems = new Problems();
    assert.equal(readProject(folder, problems), undefined);
    assert.equal(
      problems.errors[0]!.message,
      `Pulumi.yaml: there is no such file in ${folder}; name the folder of a Pulumi project`,
    );
  });

  it("opens values that a passphrase encrypted, nested ones too", () => {
    const secure = encrypt("hush");
    const { config, errors } = read(
      { encryptionsalt: SALT, config: { "aws:region": "eu-west-1", token: { secure }, deep: { list: [{ secure }] } } },
      { env: { PULUMI_CONFIG_PASSPHRASE: "password" } },
    );
    assert.deepEqual(errors, []);
    assert.equal(config!.values["proj:token"], "hush");
    assert.equal(config!.values["proj:deep"], '{"list":["hush"]}');
    assert.deepEqual(config!.secretKeys, ["proj:token", "proj:deep"]);
  });

  it("names encrypted values that it cannot open, with the way out", () => {
    const stack = { encryptionsalt: SALT, config: { "aws:region": "eu-west-1", token: { secure: "v1:a:b" } } };
    const wayOut = "set PULUMI_CONFIG_PASSPHRASE, or give another value for this run with -c token=VALUE";
    const place = "Pulumi.dev.yaml: token: the value is encrypted (secure:) and cannot be opened: ";
    assert.deepEqual(read(stack).errors, [`${place}PULUMI_CONFIG_PASSPHRASE is not set; ${wayOut}`]);
    assert.deepEqual(read(stack, { env: { PULUMI_CONFIG_PASSPHRASE: "wrong" } }).errors, [
      `${place}PULUMI_CONFIG_PASSPHRASE is not the passphrase of this stack; ${wayOut}`,
    ]);
    assert.deepEqual(read({ ...stack, encryptionsalt: undefined, secretsprovider: "awskms://x" }).errors, [
      `${place}it was encrypted by a service or a key that cannot be asked here; ${wayOut}`,
    ]);
    assert.deepEqual(read(stack, { overrides: { token: "open" } }).errors, []);
  });

  it("knows Pulumi's own test vector", () => {
    assert.ok(Passphrase.from(SALT, { PULUMI_CONFIG_PASSPHRASE: "password" }) !== undefined);
  });
});
