import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Writable } from "node:stream";
import { clientsOf, datasetsOf, type Clients, type Dataset } from "../../../cli/datasets/clients";
import { contentOfExecution, contentOfQuery, listContents, newestObjects } from "../../../cli/datasets/contents";
import { writeGrafana } from "../../../cli/datasets/grafana";
import { jsonValue, saveContent, writeContent } from "../../../cli/datasets/output";
import { refresh } from "../../../cli/datasets/refresh";
import { listText, reportOf, versionsText } from "../../../cli/datasets/text";
import { datasetStates } from "../../../components/parts/dataset/dataset-states";
import { LOCAL_ADMIN_ARN } from "../../../local/core/principals";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../local/core/model";
import { scheduledStack, TestCloud } from "../../local/stack";

const BY_HAND =
  "SELECT 9007199254740993 AS big, CAST(NULL AS varchar) AS nothing, 'a \"b\", c' AS text, 1.5E0 AS d, true AS b";

/** A workgroup whose dataset a state machine makes, of two contents kept, and one that only a person runs. */
function stack(query: string, other?: Properties): Resource[] {
  const definition =
    other ??
    datasetStates({
      name: "hourly",
      query,
      workgroup: "hourly",
      database: "db",
      bucket: "store",
      prefix: "results/hourly/",
      keep: 2,
      window: undefined,
      deliveries: [],
      inputs: [],
      starts: [],
    });
  const resources = scheduledStack({ definition, rate: "rate(1 hours)" });
  for (const name of ["hourly", "by_hand"]) {
    const resultConfiguration = { outputLocation: `s3://store/results/${name}/` };
    const configuration = { enforceWorkgroupConfiguration: true, resultConfiguration };
    const urn = `urn:pulumi:test::test::${TYPES.workgroup}::${name}`;
    const inputs = { name, configuration };
    const outputs = { ...inputs, arn: `arn:aws:athena:eu-central-1:${ACCOUNT}:workgroup/${name}` };
    resources.push({
      urn,
      type: TYPES.workgroup,
      name,
      custom: true,
      id: name,
      dependencies: [],
      inputs,
      outputs,
    });
  }
  const schedule = resources.find(({ type }) => type === TYPES.schedule)!;
  schedule.inputs.target.input = JSON.stringify({ scheduledTime: "<aws.scheduler.scheduled-time>" });
  const policy = resources.find(({ type, name }) => type === TYPES.rolePolicy && name === "machine")!;
  const Statement: Properties[] = [
    { Effect: "Allow", Action: ["athena:*", "s3:*", "glue:*", "events:*"], Resource: "*" },
  ];
  policy.inputs.policy = JSON.stringify({ Version: "2012-10-17", Statement });
  return resources;
}

const dataset = (name: string, more: Partial<Dataset> = {}): Dataset => ({
  name,
  workgroup: name,
  namedQuery: "",
  database: "db",
  query: BY_HAND,
  resultsLocation: `s3://store/results/${name}/`,
  ...more,
});
const HAND = dataset("by_hand");
const HOURLY = dataset("hourly", {
  stateMachine: `arn:aws:states:eu-central-1:${ACCOUNT}:stateMachine:m`,
  schedules: ["rate(1 hours)"],
});
const NEVER = new AbortController().signal;

describe("npm run datasets", () => {
  let cloud: TestCloud;
  let clients: Clients;
  let folder: string;
  const open = async (query: string, definition?: Properties): Promise<void> => {
    cloud = new TestCloud(stack(query, definition));
    const { http } = await cloud.cloud.listen({ mqtt: 0, http: 0 });
    clients = await clientsOf({
      kind: "endpoint",
      endpoint: http,
      region: "eu-central-1",
      where: "here",
      outputs: { rules: {}, channels: {}, pipelines: {}, datastores: {}, datasets: {} },
    });
  };
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "datasets-"));
  });
  afterEach(async () => {
    await clients.close();
    await cloud.close();
    fs.rmSync(folder, { recursive: true });
  });

  it("makes contents by the query, lists them with rows, and saves them with every digit", async () => {
    await open("SELECT 1 AS n");
    assert.deepEqual(await listContents(clients, HAND, 5), { contents: [], kept: 0 });
    const made = (await refresh(clients, HAND, NEVER))!;
    assert.deepEqual(
      [made.state, made.rows, made.path],
      ["SUCCEEDED", 1, `s3://store/results/by_hand/${made.version}.csv`],
    );
    const { contents, kept } = await listContents(clients, HAND, 5);
    assert.deepEqual([contents.map(({ version, rows }) => [version, rows]), kept], [[[made.version, 1]], 1]);

    const saved = async (file: string): Promise<string> => {
      await saveContent(clients, HAND, made.version!, path.join(folder, file));
      return fs.readFileSync(path.join(folder, file), "utf8");
    };
    const row = { big: "9007199254740993", nothing: null, text: 'a "b", c', d: 1.5, b: true };
    assert.equal(
      await saved("a.csv"),
      "big,nothing,text,d,b\n".replace(/\w+/g, '"$&"') + '"9007199254740993",,"a ""b"", c","1.5","true"\n',
    );
    assert.deepEqual(JSON.parse(await saved("a.json")), [row]);
    assert.deepEqual(JSON.parse(await saved("a.ndjson")), row);
    assert.deepEqual(fs.readdirSync(folder).sort(), ["a.csv", "a.json", "a.ndjson"]);
    await assert.rejects(
      saveContent(clients, HAND, made.version!, path.join(folder, "no", "a.csv")),
      /there is no folder/,
    );
    await assert.rejects(saveContent(clients, HAND, "other", path.join(folder, "b.csv")), /has no such content/);
    assert.ok(!fs.existsSync(path.join(folder, "b.csv")));
  });

  it("makes contents by the state machine, and keeps those that it keeps", async () => {
    await open("SELECT 1 AS n UNION ALL SELECT 2");
    const versions = [];
    for (let i = 0; i < 3; i++) {
      versions.unshift((await refresh(clients, HOURLY, NEVER))!.version);
      await cloud.clock.advanceTo(cloud.clock.now() + 1000);
    }
    const { contents } = await listContents(clients, HOURLY, 10);
    assert.deepEqual(
      contents.map(({ version, rows, scheduled }) => [version, rows, scheduled]),
      versions.slice(0, 2).map((version) => [version, 2, null]),
    );
    await cloud.clock.advanceTo(Date.UTC(2026, 0, 15, 13));
    const [scheduled] = (await listContents(clients, HOURLY, 1)).contents;
    assert.equal(scheduled!.scheduled, "2026-01-15T13:00:00.000Z");
    assert.equal(reportOf(HOURLY, [scheduled!], Date.UTC(2026, 0, 15, 13, 10)).next, "2026-01-15T14:00:00.000Z");
  });

  it("shows why a content failed", async () => {
    await open("SELECT 1 / 0 AS n");
    await assert.rejects(refresh(clients, HOURLY, NEVER), /dataset hourly has no new content: .*DIVISION_BY_ZERO/);
    const { contents, kept } = await listContents(clients, HOURLY, 10);
    assert.deepEqual([contents.length, kept, contents[0]!.state], [1, 0, "FAILED"]);
    assert.match(contents[0]!.reason!, /DIVISION_BY_ZERO/);
    await assert.rejects(
      refresh(clients, dataset("by_hand", { query: "SELECT 1 / 0 AS n" }), NEVER),
      /DIVISION_BY_ZERO/,
    );
    assert.equal((await listContents(clients, HAND, 10)).contents[0]!.state, "FAILED");
  });

  it("stops waiting on a signal, while the content goes on being made", async () => {
    await open("SELECT 1 AS n");
    const stopped = new AbortController();
    stopped.abort();
    assert.equal(await refresh(clients, HAND, stopped.signal), undefined);
    for (let kept = 0; kept === 0;) ({ kept } = await listContents(clients, HAND, 1));
  });

  it("finds the newest of many versions over the pages of the list", async () => {
    await open("SELECT 1 AS n");
    // S3 lists by name, 1,000 at a time, and the newest have the last names.
    const MANY = 2100;
    for (let i = 0; i < MANY; i++) {
      if (i % 700 === 0) await cloud.clock.advanceTo(cloud.clock.now() + 1000);
      cloud.cloud.s3.put(LOCAL_ADMIN_ARN, "store", `results/by_hand/${1000 + i}.csv`, Buffer.from("n\n"));
    }
    const { newest, kept } = await newestObjects(clients, HAND, 700);
    assert.equal(kept, MANY);
    const names = newest.map(({ version }) => version!).sort();
    assert.deepEqual([names.length, names[0], names[699]], [700, "2400", "3099"]);
    const text = versionsText(reportOf(HAND, newest.slice(0, 2), 0), kept, 200);
    assert.match(text, /2,100 contents kept, the newest 2 shown/);
  });

  it("writes a dashboard for Grafana by the columns of the catalog", async () => {
    await open("SELECT 1 AS n");
    const outputs = { rules: {}, channels: {}, pipelines: {}, datastores: {}, datasets: {} };
    const shown = dataset("by_hand", { query: "SELECT device_id, value, from_unixtime(value) AS at FROM readings" });
    const file = path.join(folder, "dashboard.json");
    await writeGrafana(clients, shown, outputs, {}, "dev", file);
    const written = JSON.parse(fs.readFileSync(file, "utf8")) as { uid: string; panels: { title: string }[] };
    assert.deepEqual(
      written.panels.map(({ title }) => title),
      ["value by device_id", "Latest values", "Rows"],
    );
    await writeGrafana(clients, shown, outputs, {}, "prod", file);
    assert.notEqual((JSON.parse(fs.readFileSync(file, "utf8")) as { uid: string }).uid, written.uid);
    const none = dataset("by_hand", { query: "SELECT device_id, value FROM readings" });
    await assert.rejects(
      writeGrafana(clients, none, outputs, {}, "dev", file),
      /--time: saw nothing, and the dataset has no column/,
    );
    const other = dataset("by_hand", { query: "SELECT * FROM others" });
    await assert.rejects(writeGrafana(clients, other, outputs, {}, "dev", file), /The catalog has no table db.others/);
  });

  it("lists what a container has written, as long as it is there", async () => {
    const output = { version: "v1", files: 1, bytes: 3, uri: "s3://store/results/hourly/v1/" };
    await open("", {
      QueryLanguage: "JSONata",
      StartAt: "Done",
      States: { Done: { Type: "Succeed", Output: output } },
    });
    const { resultsLocation, stateMachine } = HOURLY;
    const outputs = { rules: {}, channels: {}, pipelines: {}, datastores: {}, datasets: {} };
    const containers = { box: { stateMachine: stateMachine!, resultsLocation, logGroup: "" } };
    const [box] = datasetsOf({ ...outputs, containers });
    const made = (await refresh(clients, box!, NEVER))!;
    assert.deepEqual([made.version, made.bytes, made.rows, made.path], ["v1", 3, null, output.uri]);
    // Its folder has expired.
    assert.deepEqual(await listContents(clients, box!, 5), { contents: [], kept: 0 });
    cloud.cloud.s3.put(LOCAL_ADMIN_ARN, "store", "results/hourly/v1/report.txt", Buffer.from("abc"));
    const { contents, kept } = await listContents(clients, box!, 5);
    assert.deepEqual([contents.map(({ version, state }) => [version, state]), kept], [[["v1", "SUCCEEDED"]], 1]);
  });

  it("writes an empty content as an empty array", async () => {
    await open("SELECT 1 AS n");
    const none = dataset("by_hand", { query: "SELECT 1 AS n WHERE false" });
    const { version } = (await refresh(clients, none, NEVER))!;
    let text = "";
    const out = new Writable({ write: (chunk, _, done) => ((text += String(chunk)), done()) });
    await writeContent(clients, none, version!, "json", out, { end: true });
    assert.equal(text, "[]\n");
  });
});

describe("npm run datasets: what AWS says of contents", () => {
  const start = { executionArn: "", stateMachineArn: "", startDate: new Date(0) };

  it("reads the failed query in the cause of an execution", () => {
    // https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html: the cause is the QueryExecution
    const cause = JSON.stringify({
      QueryExecutionId: "q",
      Status: { State: "FAILED", StateChangeReason: "COLUMN_NOT_FOUND" },
    });
    const failed = contentOfExecution({ ...start, status: "FAILED", error: "States.TaskFailed", cause });
    assert.deepEqual([failed.version, failed.state, failed.reason], ["q", "FAILED", "COLUMN_NOT_FOUND"]);
    const words = contentOfExecution({ ...start, status: "FAILED", error: "S3.S3Exception", cause: "Access Denied" });
    assert.deepEqual([words.version, words.reason], [null, "S3.S3Exception: Access Denied"]);
    assert.equal(contentOfExecution({ ...start, status: "ABORTED" }).reason, "stopped");
    assert.equal(contentOfExecution({ ...start, status: "TIMED_OUT" }).state, "FAILED");
    assert.equal(contentOfExecution({ ...start, status: "RUNNING" }).state, "CREATING");
  });

  it("reads the state of a query", () => {
    const query = (State: "QUEUED" | "CANCELLED" | "SUCCEEDED", StateChangeReason?: string) =>
      contentOfQuery({ QueryExecutionId: "q", Status: { State, StateChangeReason, SubmissionDateTime: new Date(0) } });
    assert.deepEqual(
      [query("QUEUED"), query("CANCELLED"), query("CANCELLED", "by user"), query("SUCCEEDED")].map(
        ({ state, reason }) => [state, reason],
      ),
      [
        ["CREATING", null],
        ["FAILED", "cancelled"],
        ["FAILED", "by user"],
        ["SUCCEEDED", null],
      ],
    );
  });

  it("loses no digit in JSON", () => {
    for (const [text, type, value] of [
      ["9007199254740991", "bigint", 9007199254740991],
      ["9007199254740993", "bigint", "9007199254740993"],
      ["NaN", "double", "NaN"],
      ["1.10", "decimal", "1.10"],
      ["", "varchar", ""],
      [null, "bigint", null],
      ["false", "boolean", false],
    ] as const)
      assert.deepEqual(jsonValue(text, type), value);
  });

  it("says when a dataset runs next", () => {
    const now = Date.UTC(2026, 0, 15, 12);
    const next = (...schedules: string[]) => reportOf(dataset("d", { schedules }), [], now).next;
    assert.equal(next("cron(30 13 * * ? *)", "cron(0 13 * * ? *)"), "2026-01-15T13:00:00.000Z");
    assert.equal(next("rate(1 hours)"), null);
    assert.equal(next(), null);
    assert.match(listText([reportOf(dataset("d"), [], now)], 200), /d +by hand +none yet/);
  });
});
