import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ARCHIVE, ASSET, SECRET, SIGNATURE, UNKNOWN } from "../../../local/engine/signatures";
import { TYPES, type Properties } from "../../../local/core/model";
import { Account } from "../../../local/provider/account";
import { Provider, Refusal, type Asked } from "../../../local/provider/provider";

const REGION = "eu-central-1";
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const GRANT = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "logs:PutLogEvents", Resource: "*" }],
});
const asked = (type: string, name: string, id = "", arn?: string): Asked => ({
  urn: `urn:pulumi:dev::plant::${type}::${name}`,
  type,
  id,
  arn,
});
const archive = (text: string, hash?: string): Properties => ({
  [SIGNATURE]: ARCHIVE,
  ...(hash === undefined ? {} : { hash }),
  assets: { "index.js": { [SIGNATURE]: ASSET, text } },
});

/** What Pulumi's engine asks of a provider, without the engine. */
describe("local/provider: the answers to Pulumi's engine", () => {
  let folder: string, account: Account, provider: Provider, held: string | undefined, removed: string[];
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "provider-"));
    account = new Account(path.join(folder, "account"), REGION);
    [held, removed] = [undefined, []];
    provider = new Provider({
      account,
      region: REGION,
      folder,
      holds: () => held,
      invokeDeclared: () => Promise.resolve(),
      change: (work) => Promise.resolve(work()),
      catalog: () => undefined,
      removeData: ({ id }) => void removed.push(id),
    });
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const check = (type: string, news: Properties, olds: Properties = {}) => provider.check(asked(type, "x"), olds, news);
  const problems = (type: string, news: Properties): [string, string][] =>
    check(type, news).problems.map(({ path, message }) => [path, message]);
  const create = (type: string, name: string, inputs: Properties) => provider.create(asked(type, name), inputs, false);
  const role = () => create(TYPES.role, "role", { name: "role", assumeRolePolicy: TRUST });
  const STREAM = "arn:aws:kinesis:eu-central-1:000000000000:stream/";

  describe("check", () => {
    const CASES: [what: string, type: string, news: Properties, path: string, message: RegExp][] = [
      [
        "a value out of its range",
        TYPES.stream,
        { retentionPeriod: 12 },
        "retentionPeriod",
        /^saw 12; must be a number from 24 to 8760/,
      ],
      ["a missing argument", TYPES.function, { role: "arn:aws:iam::1:role/a" }, "code", /^is required/],
      ["a value of the wrong kind", TYPES.stream, { shardCount: "4" }, "shardCount", /^saw "4"; must be a number/],
      [
        "an argument deep inside",
        TYPES.stream,
        { streamModeDetails: { streamMode: "EAGER" } },
        "streamModeDetails.streamMode",
        /^saw "EAGER"/,
      ],
      [
        "an argument that is not executed",
        TYPES.stream,
        { warmThroughputMibPs: 4 },
        "warmThroughputMibPs",
        /does not execute/,
      ],
      [
        "a type that is not executed",
        "aws:dynamodb/table:Table",
        { name: "t" },
        "",
        /does not execute resources of this type/,
      ],
      ["another region", TYPES.stream, { region: "us-east-1" }, "region", /one region, the stack's eu-central-1/],
    ];
    for (const [what, type, news, at, message] of CASES)
      it(`refuses ${what}, at its property`, () => {
        const found = problems(type, news).find(([path]) => path === at);
        assert.match(found?.[1] ?? "", message, JSON.stringify(problems(type, news)));
      });

    it("gives the physical name that Pulumi gives, and keeps the one that there is", () => {
      assert.match(check(TYPES.stream, {}).inputs.name, /^x-[0-9a-f]{7}$/);
      assert.equal(check(TYPES.stream, {}, { name: "x-1234567" }).inputs.name, "x-1234567");
      assert.equal(check(TYPES.stream, { name: "mine" }, { name: "x-1234567" }).inputs.name, "mine");
    });

    it("says of arguments beside an unknown one what can be said, and nothing of the unknown one", () => {
      const news = { retentionPeriod: 12, kmsKeyId: UNKNOWN, tags: { "aws:x": UNKNOWN } };
      assert.deepEqual(
        problems(TYPES.stream, news).map(([path]) => path),
        ["retentionPeriod"],
      );
    });

    it("refuses settings of the provider that say something else than this cloud", () => {
      assert.deepEqual(provider.checkConfig({ region: REGION, version: "7.48.0", skipRegionValidation: "true" }), []);
      assert.match(provider.checkConfig({ region: "us-east-1" })[0]!.message, /saw "us-east-1"/);
      assert.equal(provider.checkConfig({ profile: "prod" })[0]!.path, "profile");
    });
  });

  describe("a preview", () => {
    it("of a creation knows names, ARNs and ids made of them, and not what AWS draws", async () => {
      const stream = await provider.create(asked(TYPES.stream, "s"), { name: "s" }, true);
      assert.deepEqual([stream.id, stream.properties!.arn], [`${STREAM}s`, `${STREAM}s`]);
      const inputs = { name: "q", database: "d", query: "SELECT 1" };
      const query = await provider.create(asked(TYPES.namedQuery, "q"), inputs, true);
      assert.deepEqual([query.id, query.properties!.database], ["", "d"]);
      assert.equal(
        (await provider.create(asked(TYPES.role, "r"), { name: "r", assumeRolePolicy: TRUST }, true)).properties!
          .uniqueId,
        UNKNOWN,
      );
      assert.deepEqual(account.resources, []);
    });

    it("passes on what is unknown, and to all that is made of it", async () => {
      const state = await provider.create(asked(TYPES.stream, "s"), { name: UNKNOWN, retentionPeriod: 48 }, true);
      assert.deepEqual([state.id, state.properties!.arn, state.properties!.retentionPeriod], ["", UNKNOWN, 48]);
    });

    it("of an update keeps the id and what AWS drew", async () => {
      const { id, properties } = await role();
      const news = { name: "role", assumeRolePolicy: TRUST, description: "d" };
      const state = await provider.update(asked(TYPES.role, "role", id, properties!.arn), news, true);
      assert.deepEqual([state.id, state.properties!.uniqueId], [id, properties!.uniqueId]);
      assert.equal(account.resources[0]!.inputs.description, undefined);
    });
  });

  describe("diff", () => {
    it("says that the old one goes first where both would have one name, and not where AWS draws another", async () => {
      const { id, properties } = await create(TYPES.function, "f", await functionInputs("1"));
      const arn = String(properties!.arn);
      const packed = { ...(await functionInputs("1")), packageType: "Zip" };
      const same = provider.diff(asked(TYPES.function, "f", id, arn), await functionInputs("1"), packed);
      assert.deepEqual(same, {
        changes: [{ path: "packageType", kind: "added", replaces: true }],
        deleteBeforeReplace: true,
      });
      const renamed = { ...(await functionInputs("1")), name: "g" };
      assert.equal(
        provider.diff(asked(TYPES.function, "f", id, arn), await functionInputs("1"), renamed).deleteBeforeReplace,
        false,
      );
    });

    it("knows archives by their hash when the engine leaves out their text", () => {
      const of = (old: Properties, now: Properties): number =>
        provider.diff(asked(TYPES.function, "f", "f"), { code: old }, { code: now }).changes.length;
      const withoutText = (hash: string): Properties => ({ ...archive("", hash), assets: {} });
      assert.equal(of(withoutText("a"), archive("1", "a")), 0);
      assert.equal(of(withoutText("a"), archive("1", "b")), 1);
      assert.equal(of(archive("1"), archive("1")), 0);
      assert.equal(of(archive("1"), archive("2")), 1);
    });

    it("is nothing for an unchanged secret", () => {
      const secret = (value: string): Properties => ({ [SIGNATURE]: SECRET, value });
      const of = (now: unknown) => provider.diff(asked(TYPES.parameter, "p", "p"), { value: "a" }, { value: now });
      assert.deepEqual(of(secret("a")).changes, []);
      assert.deepEqual(of(secret("b")).changes, [{ path: "value", kind: "updated", replaces: false }]);
    });

    it("holds an unknown value for a change, which replaces where the argument does", () => {
      const of = (name: string) =>
        provider.diff(
          asked(TYPES.stream, "s", `${STREAM}s`),
          { name: "s", [name]: "s" },
          { name: "s", [name]: UNKNOWN },
        );
      assert.deepEqual(of("name").changes, [{ path: "name", kind: "updated", replaces: true }]);
      assert.deepEqual(of("kmsKeyId").changes, [{ path: "kmsKeyId", kind: "updated", replaces: false }]);
    });
  });

  describe("what is created", () => {
    it("is refused if it is there already, if something that it names is not, or for what AWS would not take", async () => {
      await create(TYPES.stream, "s", { name: "s", shardCount: 1 });
      const refusals: [what: Promise<unknown>, message: RegExp][] = [
        [
          create(TYPES.stream, "other", { name: "s", shardCount: 1 }),
          /stream\/s exists already \(AlreadyExists\); .*pulumi import/,
        ],
        [
          create(TYPES.rolePolicy, "p", { role: "nobody", policy: GRANT }),
          /role: saw "nobody"; the program declares no such role/,
        ],
        [create(TYPES.stream, "t", { name: "t", shardCount: 1, retentionPeriod: 1 }), /retentionPeriod: saw 1/],
        [
          provider.update(asked(TYPES.stream, "gone", `${STREAM}gone`), {}, false),
          /gone no longer exists \(NotFound\); pulumi refresh/,
        ],
      ];
      for (const [what, message] of refusals)
        await assert.rejects(what, (error: Error) => error instanceof Refusal && message.test(error.message));
      assert.equal(account.resources.length, 1);
    });

    it("keeps what AWS drew when its logical name changes", async () => {
      const { id, properties } = await role();
      const news = { name: "role", assumeRolePolicy: TRUST, description: "d" };
      const renamed = asked(TYPES.role, "renamed", id, properties!.arn);
      assert.equal((await provider.update(renamed, news, false)).properties!.uniqueId, properties!.uniqueId);
    });

    it("stays if it holds something, and takes its data along otherwise; a second deletion has nothing to do", async () => {
      const { id, properties } = await create(TYPES.bucket, "b", { bucket: "plant-b" });
      const bucket = asked(TYPES.bucket, "b", id, properties!.arn);
      held = "it holds 3 objects";
      await assert.rejects(provider.delete(bucket), new Refusal("it holds 3 objects"));
      assert.deepEqual([account.resources.length, removed], [1, []]);
      held = undefined;
      await provider.delete(bucket);
      await provider.delete(bucket);
      assert.deepEqual([account.resources.length, removed], [0, [id]]);
    });
  });

  describe("read", () => {
    const file = (name: string): string => path.join(folder, "account", "kinesis.Stream", `${name}.json`);

    it("finds by id, ARN or name, and nothing where there is nothing", async () => {
      await create(TYPES.stream, "s", { name: "s", shardCount: 1 });
      for (const id of [`${STREAM}s`, "s"]) {
        const { id: found, inputs } = provider.read(asked(TYPES.stream, "s", id), {});
        assert.deepEqual([found, inputs], [`${STREAM}s`, { name: "s", shardCount: 1 }]);
      }
      assert.deepEqual(provider.read(asked(TYPES.stream, "s", "t"), {}), { id: "" });
    });

    it("sees what was done to the files, and says what nobody could have made in AWS", async () => {
      await create(TYPES.stream, "s", { name: "s", shardCount: 1, retentionPeriod: 24 });
      const text = fs.readFileSync(file("s"), "utf8");
      const read = () => provider.read(asked(TYPES.stream, "s", `${STREAM}s`), {});
      fs.writeFileSync(file("s"), text.replace("24", "72"));
      assert.equal(read().inputs!.retentionPeriod, 72);
      fs.writeFileSync(file("s"), text.replace("24", "1"));
      assert.throws(read, /s\.json: inputs\.retentionPeriod: saw 1; .*correct or delete the file/);
      fs.writeFileSync(file("s"), "{");
      assert.throws(read, /s\.json: not readable as JSON/);
      fs.rmSync(file("s"));
      assert.equal(read().id, "");
    });

    it("gives archives back as the engine knows them, or the text that is there now", async () => {
      const inputs = await functionInputs("1");
      const { id, properties } = await create(TYPES.function, "f", inputs);
      const read = (): unknown => provider.read(asked(TYPES.function, "f", id, properties!.arn), inputs).inputs!.code;
      assert.deepEqual(read(), inputs.code);
      const at = path.join(folder, "account", "lambda.Function");
      const kept = path.join(at, fs.readdirSync(at)[0]!);
      fs.writeFileSync(kept, fs.readFileSync(kept, "utf8").replace("exports.n = 1", "exports.n = 2"));
      assert.deepEqual(read(), archive("exports.n = 2"));
    });
  });

  it("answers who and where one is, and refuses other functions by name", () => {
    assert.equal(provider.invoke("aws:index/getRegion:getRegion", {}).name, REGION);
    assert.throws(
      () => provider.invoke("aws:ec2/getVpc:getVpc", { id: "vpc-1" }),
      (error: Error) =>
        error instanceof Refusal && /does not execute the function aws:ec2\/getVpc:getVpc/.test(error.message),
    );
  });

  async function functionInputs(n: string): Promise<Properties> {
    if (account.find(TYPES.role, "role", "arn:aws:iam::000000000000:role/role") === undefined) await role();
    return {
      name: "f",
      role: "arn:aws:iam::000000000000:role/role",
      handler: "index.handler",
      runtime: "nodejs22.x",
      code: archive(`exports.n = ${n}`),
    };
  }
});
