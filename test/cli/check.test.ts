import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { noteReads } from "../../cli/check/queries";
import { checkMarkdown } from "../../cli/check/markdown";
import { makeCheckReport, type CheckReport } from "../../cli/check/report";
import { checkText } from "../../cli/check/text";
import { CHANNEL, changed, DATASET, DATASTORE, loadTexts, PIPELINE, RULE } from "../etl/documents/support";

const ROOT = path.resolve(__dirname, "../..");

function reportOf(files: Record<string, object>): CheckReport {
  const texts = Object.fromEntries(
    Object.entries(files).map(([name, value]) => [name, JSON.stringify(value, undefined, 2)]),
  );
  return makeCheckReport(loadTexts(texts, { purpose: "check" }));
}

/** What is said of one pipeline beside a datastore: `warning path: message -> rows`. */
function differences(pipeline: object, datastore: object = DATASTORE): string[] {
  const [checked] = reportOf({ "p.json": pipeline, "c.json": CHANNEL, "d.json": datastore }).documents;
  assert.deepEqual(checked!.errors, []);
  return [...checked!.warnings, ...checked!.notes]
    .filter(({ rows }) => rows !== undefined)
    .map(({ path: place, message, rows }) => `${place.replace("$.pipelineActivities", "")}: ${message} -> ${rows}`);
}

function pipeline(...activities: object[]): object {
  return changed(PIPELINE, "pipelineActivities", [
    { channel: { name: "from", channelName: "machines", next: "a0" } },
    ...activities.map((activity, index) => {
      const [[kind, settings]] = Object.entries(activity) as [[string, object]];
      return {
        [kind]: { name: `a${index}`, next: index + 1 < activities.length ? `a${index + 1}` : "to", ...settings },
      };
    }),
    { datastore: { name: "to", datastoreName: "readings" } },
  ]);
}

const COLUMNS = "fileFormatConfiguration.parquetConfiguration.schemaDefinition.columns";

describe("npm run check", () => {
  it("prints a file with more documents than a call takes arguments", () => {
    const { documents } = reportOf({ "bad.json": [{}] });
    const many = Array.from({ length: 200_000 }, () => documents[0]!);
    const summary = { documents: many.length, valid: 0, invalid: many.length, errors: 0, warnings: 0, notes: 0 };
    const text = checkText({ documents: many, others: [], summary }, true);
    assert.match(text, /200000 documents: 0 valid, 200000 invalid/);
  });

  it("says how many values of an attribute exceed AWS's quota of partitions, and warns of hours that alone exceed it", () => {
    const said = (numberOfDays: number, ...partitions: object[]): string[] => {
      const store = { ...DATASTORE, retentionPeriod: { numberOfDays }, datastorePartitions: { partitions } };
      const [checked] = reportOf({ "d.json": store }).documents;
      assert.deepEqual(checked!.errors, []);
      const found = (list: readonly { path: string; message: string }[], severity: string): string[] =>
        list
          .filter(({ path: place }) => place === "$.datastorePartitions")
          .map(({ message }) => `${severity} ${message}`);
      return [...found(checked!.warnings, "warning"), ...found(checked!.notes, "note")];
    };
    const time = { timestampPartition: { attributeName: "at" } };
    const site = { attributePartition: { attributeName: "site" } };
    assert.deepEqual(said(3650, time), []);
    assert.deepEqual(said(3650, site), []);
    // 10,000,000 / (3650 x 24)
    assert.match(said(3650, time, site).join("\n"), /^note .* more than 114 in each hour exceed/);
    assert.match(said(500_000, time).join("\n"), /^warning .* makes 12,000,000 partitions/);
  });

  it("prints one JSON document and ends with 1 for errors, 0 without, 2 for wrong usage", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "check-"));
    try {
      fs.mkdirSync(path.join(folder, "deep"));
      fs.writeFileSync(path.join(folder, "deep", "channel.json"), JSON.stringify(CHANNEL));
      fs.writeFileSync(path.join(folder, "bad.json"), '{\n  "channelName": "a-b"\n}');
      fs.writeFileSync(path.join(folder, "package.json"), '{ "name": "x" }');
      const run = (...args: string[]): { code: number | null; out: string; err: string } => {
        const { status, stdout, stderr } = spawnSync(
          process.execPath,
          ["--require", "./register.cjs", "cli/check.ts", ...args],
          { cwd: ROOT, encoding: "utf8" },
        );
        return { code: status, out: stdout, err: stderr };
      };
      assert.equal(run("--size", "100", folder).code, 2);
      assert.equal(run("--rate", "0", folder).code, 2);
      const all = run(folder, "--json");
      assert.equal(all.code, 1, all.err);
      const report = JSON.parse(all.out) as CheckReport;
      assert.deepEqual(
        report.documents.map(({ file, kind, name, valid, errors }) => [
          path.relative(folder, file),
          kind,
          name,
          valid,
          errors.map(({ path: place, line }) => `${place} ${line}`),
        ]),
        [
          ["bad.json", "channel", "a-b", false, ["$.channelName 2"]],
          [path.join("deep", "channel.json"), "channel", "machines", true, []],
        ],
      );
      assert.deepEqual(
        report.others.map(({ file }) => path.basename(file)),
        ["package.json"],
      );
      assert.equal(run(path.join(folder, "deep")).code, 0);
      assert.equal(run().code, 2);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("says what behaves differently, and where it shows", () => {
    const ints = changed(DATASTORE, `${COLUMNS}.0.type`, "int");
    const partitioned = changed(DATASTORE, "datastorePartitions.partitions", [
      { attributePartition: { attributeName: "site" } },
    ]);
    const cases: [object, object, RegExp][] = [
      [
        pipeline({ math: { attribute: "temperature", math: "raw * 9/5 + 32" } }),
        ints,
        /\[1\]\.math\.math: .*is int: a fraction is rounded.*for 47: 116\.6 is stored as 117; with integer division it would be 116.* -> rows in which temperature/,
      ],
      [
        pipeline({ math: { attribute: "temperature", math: "raw / 2" } }),
        DATASTORE,
        /\[1\]\.math\.math: raw \/ 2 divides whole numbers.*for 47: 23\.5; with integer division it would be 23/,
      ],
      [
        pipeline({ filter: { filter: "a <> NULL OR b.c <> NULL" } }),
        DATASTORE,
        /\[1\]\.filter\.filter: it compares a, b\.c with NULL.* -> messages in which a or b\.c is missing/,
      ],
      [
        pipeline({ filter: { filter: "a > 1" } }),
        DATASTORE,
        /\[1\]\.filter\.filter: .*not true.* -> messages in which a is missing or of another type/,
      ],
      [
        pipeline(
          { removeAttributes: { attributes: ["raw"] } },
          { math: { attribute: "temperature", math: "raw * 0.1" } },
        ),
        DATASTORE,
        /\[2\]\.math\.math: no message still has "raw".*"a0" removes it.*every message fails.* -> all messages/,
      ],
      [
        pipeline({ removeAttributes: { attributes: ["Temperature"] } }),
        DATASTORE,
        /\[2\]\.datastore: .*"a0" removes it.*the column temperature .*always null/,
      ],
      [
        pipeline({ selectAttributes: { attributes: ["unit.id"] } }),
        DATASTORE,
        /\[2\]\.datastore: .*"a0" does not select it.*always null/,
      ],
      [
        pipeline({ selectAttributes: { attributes: ["temperature"] } }),
        partitioned,
        /\[2\]\.datastore: .*still has the attribute "site".*partition of "unknown"/,
      ],
      [PIPELINE, partitioned, /\[2\]\.datastore: .*partitioned by "site".* -> rows of messages without site/],
      [
        pipeline({ removeAttributes: { attributes: ["raw"] } }),
        DATASTORE,
        /\[2\]\.datastore: no activity sets the column temperature/,
      ],
      [
        pipeline({ math: { attribute: "temp-c", math: "raw * 2" } }),
        DATASTORE,
        /\[1\]\.math\.attribute: the attribute "temp-c"/,
      ],
      [
        pipeline(
          { removeAttributes: { attributes: ["dev"] } },
          {
            deviceRegistryEnrich: { attribute: "x", thingName: "dev.id", roleArn: "arn:aws:iam::123456789012:role/x" },
          },
        ),
        DATASTORE,
        /\[2\]\.deviceRegistryEnrich\.thingName: .*nothing is looked up/,
      ],
    ];
    for (const [document, datastore, expected] of cases) {
      const found = differences(document, datastore);
      assert.ok(
        found.some((text) => expected.test(text)),
        `${String(expected)}\n${found.join("\n")}`,
      );
    }
  });

  it("says nothing of what is as it was, but for what was never documented", () => {
    const places = (found: string[]): string[] => found.map((text) => text.split(": ")[0]!);
    assert.deepEqual(places(differences(PIPELINE)), ["[1].math.math", "[2].datastore"]);
    // a function may bring anything back
    const again = pipeline(
      { selectAttributes: { attributes: ["a"] } },
      { lambda: { lambdaName: "f", batchSize: 1 } },
      { math: { attribute: "temperature", math: "raw * 0.1" } },
    );
    assert.deepEqual(places(differences(again)), ["[2].lambda", "[3].math.math", "[4].datastore"]);
  });

  it("knows partitions that a query asks for", () => {
    const partitioned = changed(DATASTORE, "datastorePartitions.partitions", [
      { timestampPartition: { attributeName: "ts" } },
    ]);
    const of = (sqlQuery: string): string[] =>
      reportOf({
        "q.json": changed(DATASET, "actions.0.queryAction.sqlQuery", sqlQuery),
        "d.json": partitioned,
      }).documents[0]!.warnings.map(({ message }) => message);
    assert.match(of("SELECT * FROM Readings WHERE __dt > current_date")[0]!, /uses __dt/);
    assert.match(of("SELECT * FROM readings WHERE __month = 3")[0]!, /texts here/);
    assert.match(of("SELECT `__month` FROM readings")[0]!, /double quotes/);
    assert.deepEqual(of("SELECT '__dt' FROM readings WHERE __month = '03' -- __dt"), []);
  });

  it("maps every member of every kind, what is refused too", () => {
    const role = "arn:aws:iam::123456789012:role/x";
    const channel = changed(CHANNEL, "channelStorage", {
      customerManagedS3: { bucket: "raw-bucket", keyPrefix: "iot/", roleArn: role },
    });
    const { documents } = reportOf({
      "1.json": changed(channel, "tags", [{ key: "team", value: "x" }]),
      "2.json": changed(DATASTORE, "retentionPeriod", { numberOfDays: 3 }),
      "3.json": PIPELINE,
      "4.json": DATASET,
      "5.json": changed(RULE, "actions.1", { sns: {} }),
    });
    const mapped = documents.map(({ mapping }) => mapping.map(({ path: place, outcome }) => `${outcome} ${place}`));
    assert.deepEqual(mapped[0], [
      "changed $.channelName",
      "kept $.channelStorage.customerManagedS3.bucket",
      "kept $.channelStorage.customerManagedS3.keyPrefix",
      "unused $.channelStorage.customerManagedS3.roleArn",
      "kept $",
      "kept $.tags",
    ]);
    assert.ok(mapped[1]!.includes("changed $.retentionPeriod"));
    assert.deepEqual(
      mapped[2]!.slice(1).map((text) => text.split(".").at(-1)),
      ["channel", "math", "datastore"],
    );
    assert.ok(mapped[3]!.includes("kept $.actions[0].queryAction.sqlQuery"));
    assert.ok(mapped[4]!.includes("refused $.actions[1].sns"), mapped[4]!.join());
  });

  it("keeps every cell of its Markdown a cell, and text no markup, whatever a document is called", () => {
    const name = "a|b <img src=x> *c* & `d` ~~e~~\r\n| f |";
    const report = reportOf({ "p.json": { ...PIPELINE, pipelineName: name } });
    const lines = checkMarkdown(report).split("\n");
    const rows = lines.filter((line) => line.startsWith("|"));
    assert.ok(rows.length > 5);
    const cells = (line: string): number => line.split(/(?<!\\)\|/).length;
    for (const row of rows) assert.ok([5, 6].includes(cells(row)), row);
    const first = rows.find((row) => row.includes("pipeline a"))!;
    assert.equal(cells(first), 6);
    assert.ok(first.includes("a\\|b \\<img src=x\\> \\*c\\* \\& \\`d\\` \\~\\~e\\~\\~ \\| f \\|"), first);
    // Nothing of the name begins a line of its own.
    assert.ok(!lines.some((line) => line.startsWith("| f |")), "a line break of the name");
  });

  it("tells all of it as text and as Markdown", () => {
    const report = reportOf({
      "p.json": changed(PIPELINE, "pipelineActivities.1.math.math", "raw *"),
      "c.json": CHANNEL,
      "d.json": DATASTORE,
    });
    const text = checkText(report, false);
    assert.match(text, /^INVALID {2}pipeline convert .*\(1 error\)\nvalid {4}channel machines/);
    assert.match(text, /Errors\n(?:.*\n)+? +raw \*\n +\^/);
    assert.match(text, /Migration report .*\n\n {2}channel machines/);
    assert.match(text, /3 documents: 2 valid, 1 invalid\n$/);
    assert.doesNotMatch(checkText(report, true), /Migration report/);
    const markdown = checkMarkdown(report);
    assert.match(markdown, /^# Migration from AWS IoT Analytics\n\n3 documents: 2 valid, 1 invalid\.\n/);
    assert.match(markdown, /\| pipeline convert \| `.*p\.json` \| \*\*invalid\*\* \| 1 error \|/);
    assert.match(markdown, / {2}```text\n {2}raw \*\n {2} +\^\n {2}```/);
    assert.match(markdown, /### What becomes of it\n\n\| member \| becomes \| {2}\|\n/);
  });

  it("says with --rate what a run of a dataset's query reads and costs, and nothing of what cannot be known", () => {
    const said = (sql: string): string[] => {
      const dataset = changed(DATASET, "actions.0.queryAction.sqlQuery", sql);
      const set = loadTexts(
        { "d.json": JSON.stringify(dataset), "s.json": JSON.stringify(DATASTORE) },
        { purpose: "check" },
      );
      noteReads(set, { rate: 10, size: 300, months: 12 }, Date.UTC(2026, 0, 1) - 1);
      return makeCheckReport(set)
        .documents.flatMap(({ notes }) => notes.map(({ message }) => message))
        .filter((message) => message.startsWith("after 12 months"));
    };
    // __dt, a partition a day of 2025
    assert.match(said("SELECT * FROM readings")[0]!, /it reads 365 of 365 partitions, 365 LIST and .* USD a run/);
    assert.match(
      said("SELECT * FROM readings WHERE __dt > date '2025-12-24'")[0]!,
      /it reads 7 of 365 partitions, 7 LIST/,
    );
    assert.deepEqual(said("SELECT nothing FROM readings"), []);
    assert.deepEqual(said("SELECT * FROM elsewhere"), []);
  });
});
