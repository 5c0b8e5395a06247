import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { loadDocuments, type DatastoreDocument, type PipelineDocument } from "../../etl";
import { readCandidates, versionOf } from "../../stacks/candidates";
import { validate } from "../../stacks/validate";

interface Documents {
  pipeline: PipelineDocument;
  datastore: DatastoreDocument;
}

const PIPELINE = {
  pipelineName: "p",
  pipelineActivities: [
    { channel: { name: "in", channelName: "c", next: "out" } },
    { datastore: { name: "out", datastoreName: "d" } },
  ],
} as PipelineDocument;
const parquet = (...columns: [string, string][]): DatastoreDocument => ({
  datastoreName: "d",
  fileFormatConfiguration: {
    parquetConfiguration: { schemaDefinition: { columns: columns.map(([name, type]) => ({ name, type })) } },
  },
});
const SQL = "SELECT * FROM 'dt/+/a'";

describe("stacks: candidates", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "candidates-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, content: unknown): string => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };

  /** What is found in a stack of one pipeline. FILE and STORE in the settings are the candidate's files. */
  function read(
    settings: object,
    changed: Partial<Documents> = {},
    { sql = SQL, query = "SELECT a FROM d", more = {} as Record<string, object>, batchMode = false } = {},
  ) {
    write("stack/channel.json", { channelName: "c" });
    write("stack/pipeline.json", PIPELINE);
    write("stack/datastore.json", parquet(["a", "int"]));
    write("stack/dataset.json", { datasetName: "q", actions: [{ actionName: "a", queryAction: { sqlQuery: query } }] });
    write("stack/rule.json", {
      sql,
      awsIotSqlVersion: "2016-03-23",
      actions: [{ iotAnalytics: { channelName: "c", batchMode, roleArn: "arn:aws:iam::123456789012:role/r" } }],
    });
    for (const [name, document] of Object.entries(more)) write(`stack/${name}`, document);
    const file = write("next/pipeline.json", changed.pipeline ?? PIPELINE);
    const store = write("next/datastore.json", changed.datastore ?? parquet(["a", "int"], ["b", "double"]));
    const texts = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [
        key,
        JSON.stringify(value).replaceAll("FILE.json", file).replaceAll("STORE.json", store),
      ]),
    );
    const { settings: valid, problems } = validate(texts, "dev");
    assert.deepEqual(problems, []);
    const documents = loadDocuments(path.join(folder, "stack"));
    assert.deepEqual(
      documents.problems.filter(({ severity }) => severity === "error"),
      [],
    );
    return readCandidates(valid, documents);
  }
  const RECEIVED = { channels: { c: { receivedAt: true } } };
  const candidate = (own: object = {}, more: object = RECEIVED) => ({
    ...more,
    pipelines: { p: { candidate: { document: "FILE.json", datastore: "STORE.json", ...own } } },
  });

  it("are read from their files, a text alone being the pipeline's", () => {
    const { candidates, errors } = read({ ...RECEIVED, pipelines: { p: { candidate: "FILE.json" } } });
    assert.deepEqual(errors, []);
    const { version, datastore, promote, datastoreDocument } = candidates.get("p")!;
    assert.match(version, /^g[0-9a-f]{8}$/);
    assert.deepEqual([datastore, promote], ["d", undefined]);
    assert.deepEqual(datastoreDocument, parquet(["a", "int"]));
  });

  it("have an id that follows from what makes their rows, and from nothing else", () => {
    const of = (pipeline = PIPELINE, datastore = parquet(["a", "int"]), options: object = {}) =>
      versionOf(pipeline, datastore, options);
    const reordered = JSON.parse('{"datastoreName":"d","retentionPeriod":{"numberOfDays":3}}') as DatastoreDocument;
    const { fileFormatConfiguration } = parquet(["a", "int"]);
    assert.equal(of(), of(PIPELINE, { ...reordered, fileFormatConfiguration }));
    assert.equal(of(PIPELINE, undefined, { a: 1, b: undefined }), of(PIPELINE, undefined, { a: 1 }));
    const ids = [
      of(),
      of(PIPELINE, parquet(["a", "bigint"])),
      of(PIPELINE, parquet(["a", "int"], ["b", "int"])),
      of(PIPELINE, undefined, { onMismatch: "fail" }),
      of(PIPELINE, { ...parquet(["a", "int"]), datastorePartitions: { partitions: [] } }),
    ];
    assert.equal(new Set(ids).size, ids.length);
    assert.notEqual(
      read(candidate()).candidates.get("p")!.version,
      read(candidate({ integerDivision: true })).candidates.get("p")!.version,
    );
  });

  for (const [what, settings, changed, stack, expected] of [
    [
      "a file that is not there",
      candidate({ document: "nothing.json" }),
      {},
      {},
      /candidate\.document: saw "nothing\.json", and there is no such file/,
    ],
    ["no document", candidate({ document: undefined }), {}, {}, /candidate: has no document/],
    [
      "another name",
      candidate(),
      { pipeline: { ...PIPELINE, pipelineName: "x" } },
      {},
      /\$\.pipelineName: saw "x"; a candidate of the pipeline p says "p"/,
    ],
    [
      "another datastore",
      candidate(),
      { datastore: { ...parquet(["a", "int"]), datastoreName: "e" } },
      {},
      /\$\.datastoreName: saw "e"/,
    ],
    [
      "another format",
      candidate(),
      { datastore: { datastoreName: "d" } },
      {},
      /its format is JSON, and that of the datastore Parquet/,
    ],
    [
      "a mistake in the document",
      candidate(),
      { pipeline: { ...PIPELINE, pipelineActivities: [] } },
      {},
      /candidate: .*next\/pipeline\.json/,
    ],
    [
      "promotion and abandoning together",
      candidate({ promote: true, abandon: true }),
      {},
      {},
      /abandon: is given with promote: true/,
    ],
    [
      "abandoning without the keys",
      candidate({ abandon: true }),
      {},
      {},
      /takes both keys: set allowDataDeletion and datastores\.d\.allowDataDeletion/,
    ],
    [
      "a rule without the time",
      candidate({}, {}),
      {},
      {},
      /the rule rule gives its messages no __received_at.*channels\.c\.receivedAt.*boundary to arrival/,
    ],
    [
      "a rule that gives a value",
      candidate({}, {}),
      {},
      { sql: "SELECT VALUE a FROM 'a'" },
      /SELECT VALUE gives the value itself/,
    ],
    [
      "the time for a rule of arrays",
      candidate(),
      {},
      { batchMode: true },
      /channels\.c\.receivedAt: the rule rule cannot be given the time: its messages are arrays/,
    ],
    [
      "a second pipeline of the datastore",
      candidate(),
      {},
      { more: { "other.json": { ...PIPELINE, pipelineName: "o" } } },
      /the datastore d is written by 2 pipelines \(o, p\)/,
    ],
    [
      "a promotion that a dataset cannot follow",
      candidate({ promote: true }),
      { datastore: parquet(["b", "double"]) },
      {},
      /candidate\.promote: the dataset q cannot read the candidate's rows: .*Column 'a' cannot be resolved/,
    ],
    [
      "an adoption without its version",
      { pipelines: { p: { adopted: { former: "rows" } } } },
      {},
      {},
      /adopted: has no version/,
    ],
    [
      "an adoption that deletes without the keys",
      { pipelines: { p: { adopted: { version: "g01234567", former: "rows" } } } },
      {},
      {},
      /adopted\.former: deletes the rows of rows, which takes both keys/,
    ],
  ] as const)
    it(`refuse ${what}`, () => {
      const { errors } = read(settings, changed as Partial<Documents>, stack as object);
      assert.ok(
        errors.some((error) => expected.test(error)),
        errors.join("\n") || "no error",
      );
    });

  it("warn of a dataset that will not fit, as long as nobody promotes", () => {
    const { errors, warnings } = read(candidate(), { datastore: parquet(["b", "double"]) });
    assert.deepEqual(errors, []);
    assert.match(warnings[0]!, /the dataset q cannot read the candidate's rows: .*promote will be refused/);
  });

  it("may go by the arrival, and by a time that the rule gives itself", () => {
    assert.deepEqual(read(candidate({ boundary: "arrival" }, {})).errors, []);
    const own = { sql: "SELECT *, timestamp() AS __received_at FROM 'a'" };
    assert.deepEqual(read(candidate({}, {}), {}, own).errors, []);
  });
});
