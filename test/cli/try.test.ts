import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Writable } from "node:stream";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { Comparison } from "../../cli/try/compare";
import { loadDefinition, type DefinitionSource, type TrialDefinition } from "../../cli/try/definition";
import type { FunctionSource } from "../../cli/try/function-source";
import { JsonResult } from "../../cli/try/json";
import { Output } from "../../cli/try/output";
import { heldRow } from "../../cli/try/row";
import { TrialServices } from "../../cli/try/services";
import { Messages } from "../../cli/try/source";
import { functionsOf, stackSettings } from "../../cli/try/stack";
import { comparisonText, countsText, traceText } from "../../cli/try/text";
import { Trial } from "../../cli/try/trial";
import { isUserError } from "../../cli/command/run";
import { formatColumnType, parseColumnType } from "../../etl";
import { Athena } from "../../local/athena";

const ROOT = path.resolve(__dirname, "../..");

/** A pipeline of three activities: no message over 100, Fahrenheit, and without the battery. */
const pipeline = (math = "temperature * 1.8 + 32", name = "plant") => ({
  pipelineName: name,
  pipelineActivities: [
    { channel: { name: "in", channelName: "readings", next: "plausible" } },
    { filter: { name: "plausible", filter: "temperature < 100 OR site = 'x'", next: "convert" } },
    { math: { name: "convert", attribute: "fahrenheit", math, next: "shrink" } },
    { removeAttributes: { name: "shrink", attributes: ["battery"], next: "out" } },
    { datastore: { name: "out", datastoreName: "rows" } },
  ],
});
const datastore = (columns: [string, string][]) => ({
  datastoreName: "rows",
  fileFormatConfiguration: {
    parquetConfiguration: { schemaDefinition: { columns: columns.map(([name, type]) => ({ name, type })) } },
  },
  datastorePartitions: { partitions: [{ attributePartition: { attributeName: "site" } }] },
});
const COLUMNS: [string, string][] = [
  ["site", "string"],
  ["fahrenheit", "double"],
  ["n", "int"],
];
const MESSAGES = [
  '{"site":"a","temperature":10,"battery":3,"n":1}',
  '{"site":"a","temperature":100.5}',
  '{"site":"x","temperature":"warm"}',
  "no json",
  '{"site":"b","temperature":20.50,"n":12345678901234567890}',
  "{}",
];

describe("cli/try", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "try-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true, maxRetries: 3 }));

  const file = (name: string, content: unknown): string => {
    const full = path.join(folder, name);
    fs.writeFileSync(
      full,
      typeof content === "string" || content instanceof Buffer ? content : JSON.stringify(content),
    );
    return full;
  };
  const source = (more: Partial<DefinitionSource> = {}): DefinitionSource => ({
    option: "--pipeline",
    pipeline: path.join(folder, "pipeline.json"),
    name: undefined,
    datastore: undefined,
    options: {},
    stack: undefined,
    ...more,
  });
  const lambda = (name: string, code: string, more: Partial<FunctionSource> = {}): FunctionSource => ({
    name,
    path: code,
    place: `--lambda ${name}=${code}`,
    ...more,
  });
  const load = (content: unknown, more: Partial<DefinitionSource> = {}): TrialDefinition => {
    const pipelineFile = file(`pipeline-${fs.readdirSync(folder).length}.json`, content);
    return loadDefinition(source({ pipeline: pipelineFile, ...more }));
  };
  const problemsOf = (more: Partial<DefinitionSource> = {}): string => {
    try {
      loadDefinition(source(more));
    } catch (error) {
      assert(isUserError(error), String(error));
      return error.problems.join("\n").replaceAll(folder + path.sep, "");
    }
    return "";
  };
  const trialOf = (definition: TrialDefinition, messages: readonly string[] = MESSAGES): Trial => {
    const trial = new Trial(definition, Date.UTC(2024, 2, 5));
    for (const message of messages) trial.take(Buffer.from(message));
    return trial;
  };

  it("counts what each activity lets through, filters out and fails, with reasons", () => {
    file("datastore.json", datastore(COLUMNS));
    const trial = trialOf(load(pipeline()));
    assert.deepEqual(
      trial
        .counts()
        .map(({ name, kind, in: arriving, out, filtered, failed }) => [name, kind, arriving, out, filtered, failed]),
      [
        ["in", "channel", 6, 4, 1, 1],
        ["plausible", "filter", 4, 3, 1, 0],
        ["convert", "math", 3, 2, 0, 1],
        ["shrink", "removeAttributes", 2, 2, 0, 0],
        ["out", "datastore", 2, 2, 0, 0],
      ],
    );
    const reasons = trial.counts().flatMap(({ reasons: found }) => found);
    assert.deepEqual(
      reasons.map(({ count, first }) => [count, first]),
      [
        [1, 4],
        [1, 3],
      ],
    );
    assert.match(reasons[1]!.text, /temperature is the text "warm"/);
    assert.deepEqual(trial.mismatches, { n: 1 });
    const text = countsText(trial, 5);
    assert.match(text, /^plant: 6 messages, 2 stored, 2 filtered, 2 failed \(5\.0 ms\)/);
    assert.match(text, /1 value did not fit the column n and became null/);
  });

  it("warns of partitions that reach AWS's quota while the rows are kept", async () => {
    const store = {
      ...datastore(COLUMNS),
      datastorePartitions: {
        partitions: [
          { timestampPartition: { attributeName: "at" } },
          { attributePartition: { attributeName: "site" } },
        ],
      },
    };
    // 300 sites in two hours; 150 x 24 x 365.25 a year
    const messages = Array.from({ length: 300 }, (_, n) =>
      JSON.stringify({ site: `s${n}`, temperature: 10, at: 1_767_225_600 + (n % 2) * 3600 }),
    );
    const warned = async (content: object): Promise<{ text: string; json: Record<string, unknown> }> => {
      file("datastore.json", content);
      const trial = trialOf(load(pipeline()), messages);
      const chunks: string[] = [];
      const out = new Output(new Writable({ write: (chunk, _, done) => (chunks.push(String(chunk)), done()) }));
      new JsonResult(out).end(trial, undefined, 1);
      await out.drain();
      return { text: countsText(trial, 1), json: JSON.parse(chunks.join("")) as Record<string, unknown> };
    };
    const forever = await warned(store);
    assert.match(
      forever.text,
      /warning: the datastore rows has 300 partitions over 2 hours, at this rate 1,314,900 a year: .* after 7\.6 years/,
    );
    assert.deepEqual(forever.json.partitions, { partitions: 300, hours: 2, perYear: 1_314_900 });
    assert.match(String((forever.json.warnings as string[]).at(-1)), /^the datastore rows has 300 partitions/);
    const year = await warned({ ...store, retentionPeriod: { numberOfDays: 365 } });
    assert.doesNotMatch(year.text, /quota/);
    assert.deepEqual(year.json.warnings, []);
  });

  it("shows a message after each activity, its row, and where it stopped", () => {
    file("datastore.json", datastore(COLUMNS));
    const trial = new Trial(load(pipeline()), 0);
    const trace = trial.look(Buffer.from(MESSAGES[0]!), 1);
    assert.deepEqual(trace.states, [
      { activity: "in", message: '{"site":"a","temperature":10,"battery":3,"n":1}' },
      { activity: "plausible", message: '{"site":"a","temperature":10,"battery":3,"n":1}' },
      { activity: "convert", message: '{"site":"a","temperature":10,"battery":3,"n":1,"fahrenheit":50}' },
      { activity: "shrink", message: '{"site":"a","temperature":10,"n":1,"fahrenheit":50}' },
    ]);
    assert.equal(trace.rows[0], '{"site":"a","fahrenheit":50,"n":1}');
    assert.deepEqual(trace.partitions, [{ __partition_site: "a" }]);
    assert.deepEqual(traceText(trace, trial).split("\n").slice(1, 8), [
      '  as it came                 {"site":"a","temperature":10,"battery":3,"n":1}',
      "  in (channel)               unchanged",
      "  plausible (filter)         unchanged",
      "  convert (math)             + fahrenheit: 50",
      "  shrink (removeAttributes)  - battery",
      '  row                        {"site":"a","fahrenheit":50,"n":1}',
      "  partition                  __partition_site=a/",
    ]);
    const failed = trial.look(Buffer.from(MESSAGES[2]!), 3);
    assert.deepEqual(
      [failed.result, failed.at, failed.output, failed.rows[0]],
      ["failed", "convert", undefined, undefined],
    );
    assert.match(failed.reason!, /gives no number/);
    assert.equal(trial.received, 0);
  });

  it("prints one JSON document, with every digit of the messages", async () => {
    file("datastore.json", datastore(COLUMNS));
    const trial = new Trial(load(pipeline()), 0);
    let text = "";
    const out = new Output(new Writable({ write: (chunk, _, done) => ((text += String(chunk)), done()) }));
    const json = new JsonResult(out);
    for (const message of MESSAGES) {
      trial.take(Buffer.from(message));
      json.message(trial.look(Buffer.from(message), trial.received));
    }
    json.end(trial, undefined, 1);
    await out.drain();
    const document = JSON.parse(text) as { messages: Record<string, unknown>[]; activities: unknown[] };
    assert.deepEqual(
      document.messages.map(({ result, at }) => [result, at]),
      [
        ["stored", null],
        ["filtered", "plausible"],
        ["failed", "convert"],
        ["failed", "in"],
        ["stored", null],
        ["filtered", "in"],
      ],
    );
    assert.equal(document.messages[3]!.input, "no json");
    assert.deepEqual(document.messages[4]!.row, { site: "b", fahrenheit: 68.9, n: null });
    assert(text.includes('"output":{"site":"b","temperature":20.50,"n":12345678901234567890,"fahrenheit":68.9}'), text);
    assert.equal(document.activities.length, 5);
    text = "";
    new JsonResult(out).end(new Trial(trial.definition, 0), undefined, 1);
    await out.drain();
    assert.deepEqual((JSON.parse(text) as { messages: unknown[] }).messages, []);
  });

  it("holds rows as a query shows them", async () => {
    // what the delivery stream is given for each type, and DuckDB's own reading of it
    const columns: [string, string, string, string][] = [
      ["a", "bigint", "9007199254740993", "9007199254740993"],
      ["b", "float", "0.1", "CAST(0.1 AS REAL)"],
      ["c", "double", "1.500", "CAST(1.5 AS DOUBLE)"],
      ["d", "decimal(10,2)", "12.50", "CAST('12.50' AS DECIMAL(10,2))"],
      ["e", "timestamp", '"2024-03-05T07:00:00.120Z"', "TIMESTAMP '2024-03-05 07:00:00.120'"],
      [
        "f",
        "timestamp",
        '"2024-03-05 07:00:00.123456"',
        "CAST(TIMESTAMP '2024-03-05 07:00:00.123456' AS timestamp(3))",
      ],
      [
        "i",
        "timestamp",
        '"2024-03-05 07:00:59.999500"',
        "CAST(TIMESTAMP '2024-03-05 07:00:59.999500' AS timestamp(3))",
      ],
      ["g", "array<double>", "[1.0,null]", "ARRAY[CAST(1.0 AS DOUBLE), NULL]"],
      ["h", "int", "5", "5"],
    ];
    const athena = new Athena();
    try {
      const sql = `SELECT ${columns.map(([name, , , value]) => `${value} AS ${name}`).join(", ")}`;
      const { rows } = await athena.query(sql, { database: "", tables: new Map() });
      const shown = Object.fromEntries(
        columns.map(([name], index) => {
          const value = rows[0]![index];
          return [name, typeof value === "bigint" ? String(value) : value];
        }),
      );
      const held = heldRow(
        `{${columns.map(([name, , json]) => `"${name}":${json}`).join(",")}}`,
        [...columns, ["z", "string"]].map(([name, type]) => ({ name: name!, type: parseColumnType(type!) })),
      );
      const { b, ...others } = JSON.parse(held) as Record<string, unknown>;
      assert.equal(Math.fround(b as number), shown.b);
      assert.deepEqual({ ...others, b: shown.b }, { ...shown, z: null });
    } finally {
      athena.close();
    }
  });

  it("finds the datastore in the pipeline's file, in its folder, or where it is told", () => {
    const [document, rows] = [pipeline(), datastore(COLUMNS)];
    assert.equal(load(document).columns, undefined);
    assert.deepEqual(
      load([document, rows]).columns?.map(({ name }) => name),
      ["site", "fahrenheit", "n"],
    );
    for (const name of fs.readdirSync(folder)) fs.rmSync(path.join(folder, name));
    const beside = file("store.json", rows);
    assert.deepEqual(
      load(document)
        .files.map((of) => path.basename(of))
        .slice(1),
      ["store.json"],
    );
    fs.rmSync(beside);
    const other = file("sub.txt", { ...rows, datastoreName: "others" });
    const given = load(document, { datastore: other });
    assert.equal(given.columns?.length, 3);
    assert.match(given.warnings.join(), /the pipeline writes to rows, and this is others/);
    const text = countsText(trialOf(load(document)), 1);
    assert.match(text, /no document of the datastore rows beside the pipeline's.*--datastore FILE/);
  });

  it("warns of a column that nothing fills, and not of documents that are not given", () => {
    file("datastore.json", datastore([...COLUMNS, ["battery", "int"]]));
    assert.match(load(pipeline()).warnings.join("\n"), /"battery"/);
    assert.equal(load(pipeline()).warnings.length, 1);
  });

  it("tells every mistake of the documents with its place, and nothing of other documents", () => {
    assert.match(problemsOf(), /^pipeline\.json: error: .*does not exist/);
    file("pipeline.json", { ...pipeline("temperature *"), extra: 1 });
    const bad = datastore([["n", "integre"]]);
    file("a.json", bad);
    file("b.json", { datasetName: "mentions rows", nonsense: true });
    const text = problemsOf();
    assert.match(text, /pipeline\.json:1:\d+: error: .*extra/);
    file("pipeline.json", pipeline());
    assert.match(problemsOf(), /^a\.json:1:\d+: error: .*integre/);
    file("pipeline.json", datastore(COLUMNS));
    assert.match(problemsOf(), /--pipeline pipeline\.json: holds no pipeline; there is a datastore in it/);
    file("pipeline.json", [pipeline(undefined, "one"), pipeline(undefined, "two")]);
    assert.match(problemsOf(), /holds 2 pipelines; say which: --name one, or --name two/);
    assert.match(
      problemsOf({ name: "three" }),
      /--name three: pipeline\.json holds no such pipeline; there are one, two/,
    );
    fs.rmSync(path.join(folder, "a.json"));
    assert.equal(loadDefinition(source({ name: "two" })).definition.pipeline.pipelineName, "two");
  });

  it("compares two pipelines: rows, columns, and messages that only one of them stores", () => {
    file("datastore.json", datastore(COLUMNS));
    const second = pipeline("temperature * 2 + 30");
    second.pipelineActivities[1] = { filter: { name: "plausible", filter: "temperature < 20", next: "convert" } };
    const comparison = new Comparison(new Trial(load(pipeline()), 0), new Trial(load(second), 0));
    const messages = [...MESSAGES, '{"site":"a","temperature":-10}', '{"site":"a","temperature":30}'];
    const differences = messages.flatMap((message) => comparison.take(Buffer.from(message)) ?? []);
    assert.deepEqual(
      differences.map(({ first, second: other, columns }) => [first.number, first.result, other.result, columns]),
      [
        [3, "failed", "filtered", []],
        [5, "stored", "filtered", []],
        [7, "stored", "stored", [{ name: "fahrenheit", first: "14", second: "10" }]],
        [8, "stored", "filtered", []],
      ],
    );
    const summary = comparison.summary();
    assert.equal(summary.messages, summary.same + summary.different);
    assert.deepEqual([summary.rows, summary.onlyFirst, summary.onlySecond], [1, 2, 0]);
    assert.deepEqual(summary.columns, [
      {
        name: "fahrenheit",
        different: 1,
        onlyFirst: 0,
        onlySecond: 0,
        example: { message: 7, first: "14", second: "10" },
      },
    ]);
    assert.match(comparisonText(comparison, ["a", "b"]), /fahrenheit +1 +0 +0 +message 7: 14 -> 10/);
  });

  it("finds no difference between a pipeline and itself, whatever the messages", () => {
    file("datastore.json", datastore(COLUMNS));
    const definition = load(pipeline());
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.json(),
            fc
              .dictionary(fc.constantFrom("site", "temperature", "n"), fc.jsonValue())
              .map((value) => JSON.stringify(value)),
          ),
        ),
        (messages) => {
          const comparison = new Comparison(new Trial(definition, 0), new Trial(definition, 0));
          for (const message of messages) assert.equal(comparison.take(Buffer.from(message)), undefined);
          const counts = comparison.first.counts();
          const lost = counts.reduce((sum, { filtered, failed }) => sum + filtered + failed, 0);
          assert.equal(counts.at(-1)!.out + lost, messages.length);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("keeps messages for the next run, and reads them again when their file changed", async () => {
    const input = file("raw.gz", gzipSync('{"a":1}{"a":2}'));
    const messages = new Messages(
      { inputs: [folder], messages: ["{}"], limit: 3, set: [], rename: [["a", "b"]] },
      true,
    );
    const all = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const batch of messages.batches()) found.push(...batch.map(String));
      return found;
    };
    assert.deepEqual(await all(), ["{}", '{"b":1}', '{"b":2}']);
    assert.deepEqual(await all(), ["{}", '{"b":1}', '{"b":2}']);
    fs.writeFileSync(input, gzipSync('{"a":3}\n{"a":4}\n{"a":5}\n'));
    assert.deepEqual(await all(), ["{}", '{"b":3}', '{"b":4}']);
  });

  it("runs functions, things and shadows that are given as files, and says which are missing", async () => {
    const waiting = {
      pipelineName: "waiting",
      pipelineActivities: [
        { channel: { name: "in", channelName: "readings", next: "own" } },
        {
          lambda: {
            name: "own",
            lambdaName: "own",
            batchSize: 2,
            next: "enrich",
          },
        },
        {
          deviceRegistryEnrich: {
            name: "enrich",
            attribute: "thing",
            thingName: "id",
            roleArn: "arn:aws:iam::123456789012:role/r",
            next: "shadow",
          },
        },
        {
          deviceShadowEnrich: {
            name: "shadow",
            attribute: "twin",
            thingName: "id",
            roleArn: "arn:aws:iam::123456789012:role/r",
            next: "lift",
          },
        },
        {
          addAttributes: {
            name: "lift",
            attributes: { "thing.attributes.site": "site", "twin.state.reported.fw": "fw" },
            next: "out",
          },
        },
        { datastore: { name: "out", datastoreName: "rows" } },
      ],
    };
    file(
      "datastore.json",
      datastore([
        ["site", "string"],
        ["fw", "int"],
        ["n", "int"],
      ]),
    );
    const code = file(
      "own.cjs",
      "exports.handler = async (all) => { console.log('no result'); return all.flatMap((m) => Array(m.n).fill(m)); };",
    );
    const thing = file("thing.json", { site: "north" });
    const shadow = file("shadow.json", { fw: 7 });
    const definition = load(waiting);
    const none = await TrialServices.load({ lambdas: [], declared: {}, things: [], shadows: [] });
    const missing = none.missing(definition.definition.pipeline);
    assert.match(
      missing.problems.join(),
      /the activity own calls the function own; give its code by --lambda own=FILE/,
    );
    assert.equal(missing.warnings.length, 2);
    const services = await TrialServices.load({
      lambdas: [lambda("own", code)],
      declared: { t1: { attributes: { site: "south" } } },
      things: [["t1", thing]],
      shadows: [["t1", shadow]],
    });
    const trial = new Trial(definition, 0, services);
    const messages = ['{"id":"t1","n":1}', '{"id":"t1","n":2}', '{"id":"t2","n":1}', '{"id":"t1","n":0}'];
    const traces = await trial.takeBatch(messages.map((message) => Buffer.from(message)));
    assert.deepEqual(
      traces.map(({ result, rows }) => [result, rows.length, rows[0]]),
      [
        ["stored", 1, '{"site":"north","fw":7,"n":1}'],
        ["stored", 2, '{"site":"north","fw":7,"n":2}'],
        ["stored", 1, '{"site":null,"fw":null,"n":1}'],
        ["filtered", 0, undefined],
      ],
    );
    assert.deepEqual(
      trial.counts().map(({ in: arriving, out }) => [arriving, out]),
      [
        [4, 4],
        [4, 4],
        [4, 4],
        [4, 4],
        [4, 4],
        [4, 4],
      ],
    );
    await assert.rejects(
      TrialServices.load({
        lambdas: [lambda("a", path.join(folder, "absent.js")), lambda("b", thing)],
        declared: {},
        things: [["t", code]],
        shadows: [],
      }),
      (error) => isUserError(error) && error.problems.length === 3,
    );
  });

  it("runs functions as Lambda does: folders, handlers, callbacks, their own environment, and as they are now", async () => {
    fs.mkdirSync(path.join(folder, "f", "src"), { recursive: true });
    file(
      "f/src/app.js",
      "const { add } = require('../part'); exports.main = (all, context, callback) => { setTimeout(() => callback(null, all.map((m) => ({ n: add(m.n), by: process.env.BY }))), 1); };",
    );
    file("f/part.js", "exports.add = (n) => n + 1;");
    const answer = async (services: TrialServices, name: string): Promise<unknown> => {
      const invocation = await services.invoke(name, '[{"n":1}]');
      return invocation.ok ? JSON.parse(invocation.payload) : invocation.reason;
    };
    const load = (): Promise<TrialServices> =>
      TrialServices.load({
        lambdas: [
          lambda("a", path.join(folder, "f"), { handler: "src/app.main", environment: { BY: "a" } }),
          lambda("b", path.join(folder, "f", "src", "app.js"), { handler: "app.main", environment: { BY: "b" } }),
          lambda("late", file("late.js", "exports.handler = () => new Promise(() => {});"), { timeout: 10 }),
          lambda("throws", file("throws.js", "exports.handler = async () => { throw new TypeError('no'); };")),
          lambda("esm", file("esm.mjs", "export const handler = async (all) => all;")),
          lambda("sync", file("sync.js", "exports.handler = (all) => all;")),
        ],
        declared: {},
        things: [],
        shadows: [],
      });
    const services = await load();
    assert.deepEqual(await Promise.all([answer(services, "a"), answer(services, "b")]), [
      [{ n: 2, by: "a" }],
      [{ n: 2, by: "b" }],
    ]);
    assert.equal(process.env.BY, undefined);
    assert.equal(await answer(services, "late"), "failed: Error: no answer in 0.01 s");
    assert.equal(await answer(services, "throws"), "failed: TypeError: no");
    assert.deepEqual(await answer(services, "esm"), [{ n: 1 }]);
    assert.deepEqual(await answer(services, "sync"), [{ n: 1 }]);
    assert.ok(services.functionFiles.includes(path.join(folder, "f", "part.js")), "a part of a function is watched");
    file("f/part.js", "exports.add = (n) => n + 10;");
    assert.deepEqual(await answer(await load(), "a"), [{ n: 11, by: "a" }]);
  });

  it("takes options, functions and things of a stack, and says what is wrong with them", () => {
    file("Pulumi.yaml", "name: iot-telemetry-etl\nruntime: nodejs\n");
    const stackFile = (config: Record<string, unknown>): void => {
      const lines = Object.entries({ "aws:region": "eu-central-1", ...config }).map(
        ([key, value]) => `  ${key}: ${JSON.stringify(value)}`,
      );
      file("Pulumi.dev.yaml", `config:\n${lines.join("\n")}\n`);
    };
    file("datastore.json", datastore(COLUMNS));
    const name = pipeline().pipelineName;
    stackFile({
      "iot-telemetry-etl:functions": {
        f: { path: "f", timeoutSeconds: 5 },
        g: { arn: "arn:aws:lambda:eu-central-1:123456789012:function:g" },
      },
      "iot-telemetry-etl:things": { t1: { type: "pump", attributes: { site: "north" } } },
      "iot-telemetry-etl:pipelines": { [name]: { integerDivision: true, onMathFailure: "pass" } },
      "iot-telemetry-etl:datastores": { rows: { onMismatch: "fail" } },
      "iot-telemetry-etl:shardCount": 2,
    });
    const stack = stackSettings(folder, "dev", {});
    assert.deepEqual(stack.things, { t1: { type: "pump", attributes: { site: "north" } } });
    assert.deepEqual(
      functionsOf(stack).map(({ name: lambdaName, path: at, timeout }) => [lambdaName, at, timeout]),
      [["f", path.join(folder, "f"), 5000]],
    );
    const { options } = load(pipeline(), { stack, options: { onMathFailure: "fail" } }).definition;
    assert.deepEqual(options, { integerDivision: true, onMathFailure: "fail", onMismatch: "fail" });
    const overridden = stackSettings(folder, "dev", { pipelines: "{}" });
    assert.deepEqual(overridden.pipelines, {});
    stackFile({ "iot-telemetry-etl:pipelines": { [name]: { integerDivison: true } } });
    assert.throws(
      () => stackSettings(folder, "dev", {}),
      (error) =>
        isUserError(error) &&
        /Pulumi\.dev\.yaml: iot-telemetry-etl:pipelines\..*integerDivision/.test(error.problems.join()),
    );
    assert.throws(
      () => stackSettings(folder, "prod", {}),
      (error) => isUserError(error) && /Pulumi\.prod\.yaml.*stacks here are dev/.test(error.problems.join()),
    );
  });

  it("shows the rows of a datastore in JSON format, and the columns that arrive", () => {
    file("datastore.json", { datastoreName: "rows" });
    const trial = new Trial(load(pipeline("temperature * 2")), 0);
    const [first, second] = ['{"Site":"a","temperature":1.50,"x":{"Y":[1]}}', '{"site":5,"temperature":1}'].map(
      (message, index) => {
        trial.take(Buffer.from(message));
        return trial.look(Buffer.from(message), index + 1);
      },
    );
    assert.deepEqual(
      [first!.rows, second!.rows],
      [['{"site":"a","temperature":1.50,"x":{"y":[1]},"fahrenheit":3}'], ['{"site":5,"temperature":1,"fahrenheit":2}']],
    );
    assert.deepEqual(
      trial.arrived?.map(({ name, type }) => `${name} ${formatColumnType(type)}`),
      ["site string", "temperature double", "x struct<y:array<bigint>>", "fahrenheit bigint"],
    );
  });

  it("runs as a command: rows and exit codes; with --watch again after each save, a broken one too", async () => {
    file("datastore.json", datastore(COLUMNS));
    const document = file("pipeline.json", pipeline());
    const child = spawn(
      process.execPath,
      ["--require", "./register.cjs", "cli/try.ts", "--pipeline", document, "--input", "-", "--json", "--watch"],
      { cwd: ROOT, stdio: "pipe" },
    );
    child.stdin.end(MESSAGES.join("\n"));
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    /** The runs so far; waits for so many. */
    const runs = async (least: number): Promise<void> => {
      while (stderr.split("watching").length <= least) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const fahrenheit = (): unknown[] =>
      stdout
        .trim()
        .split("\n")
        .map(
          (line) => (JSON.parse(line) as { messages: { row: { fahrenheit: number } }[] }).messages[0]!.row.fahrenheit,
        );
    /** Editors write another file and rename it. */
    const save = (content: unknown): void => fs.renameSync(file("saved.tmp", content), document);
    try {
      await runs(1);
      assert.deepEqual(fahrenheit(), [50]);
      save(pipeline("temperature * 2"));
      await runs(2);
      assert.deepEqual(fahrenheit(), [50, 20]);
      save("{");
      await runs(3);
      assert.match(stderr, /error: .*pipeline\.json:1:2: error: the file is not JSON/);
      fs.writeFileSync(document, JSON.stringify(pipeline("temperature * 3")));
      await runs(4);
      assert.equal(fahrenheit().at(-1), 30);
    } finally {
      child.kill("SIGINT");
    }
    assert.equal(await ended, 130);
  });
});
