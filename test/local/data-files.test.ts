import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { AthenaError } from "../../local/athena";
import { DataFileError } from "../../local/core/data-file";
import { scheduledStack, TestCloud } from "./stack";

type Mutation = (text: string) => string;

/** What a crash, another version or a hand's edit makes of a file. */
const DAMAGE: Record<string, Mutation> = {
  "is empty": () => "",
  "is cut off in the middle": (text) => text.slice(0, text.length >> 1),
  "holds null": () => "null\n",
  "holds a list": () => "[1]\n",
  "holds another object": () => '{"x":1}\n',
  "holds words": () => "hello world, I was here and wrote more than a header\n",
  "has a byte more at its begin": (text) => `x${text}`,
};

const PLAIN = ["is cut off in the middle", "holds words"];

/** Replaces one value of a JSON text, anywhere in it, by another. */
function edited(text: string, pick: number, value: unknown): string {
  const lines = text.split("\n");
  const line = pick % Math.max(1, lines.length - 1);
  let document: unknown;
  try {
    document = JSON.parse(lines[line]!);
  } catch {
    return text.slice(0, pick % (text.length + 1)) + String(value);
  }
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const visit = (holder: unknown): void => {
    if (typeof holder !== "object" || holder === null) return;
    for (const [key, member] of Object.entries(holder)) {
      places.push([holder as Record<string, unknown>, key]);
      visit(member);
    }
  };
  const root = { document };
  visit(root);
  const [holder, key] = places[(pick >> 4) % places.length]!;
  if (value === undefined) delete holder[key];
  else holder[key] = value;
  lines[line] = JSON.stringify(root.document) ?? "";
  return lines.join("\n");
}

/**
 * Files below a folder, links not followed: the runtime's modules are a link to those of this installation, and `readdirSync` with
 * `recursive` follows links in newer versions of Node.
 */
function filesBelow(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(full) : entry.isFile() ? [full] : [];
  });
}

describe("data folder: a file that was damaged", () => {
  let original: string;
  let files: string[];
  let copies = 0;
  const parent = fs.mkdtempSync(path.join(os.tmpdir(), "damaged-"));

  before(async () => {
    const test = new TestCloud(scheduledStack(), path.join(parent, "original"));
    await test.publish("dt/a/aggregate", '{"device_id":"a","value":1}');
    await test.publish("dt/a/aggregate", "no JSON");
    await test.clock.advanceTo(test.clock.now() + 10 * 60_000);
    await test.cloud.drain();
    const glue = test.cloud.glue.tables.get("db.readings")!;
    glue.replace([...glue.columns, { name: "more", type: "double" }], glue.parameters);
    const descriptor = { Location: "s3://store/data/device=a/" };
    glue.registered!.put([{ values: ["a"], descriptor, parameters: {}, created: 0 }]);
    assert.deepEqual(test.cloud.defects.list(), []);
    await test.close(false);
    const view = { database: "db", name: "v", sql: "SELECT 1 AS n", columns: [{ name: "n", type: "int" }] };
    const created = JSON.stringify({ tables: [], views: [view] });
    fs.writeFileSync(path.join(test.dataDir, "glue", "created-by-statements.json"), `${created}\n`);
    original = test.dataDir;
    files = filesBelow(original).map((file) => path.relative(original, file));
  });
  after(() => fs.rmSync(parent, { recursive: true }));

  /** A start either works, with what it says after, or says which file it cannot read, and the way out. */
  const startsOrSaysWhy = async (file: string, content: string): Promise<"works" | "says why"> => {
    const dataDir = path.join(parent, `copy-${copies++}`);
    fs.cpSync(original, dataDir, { recursive: true, preserveTimestamps: true });
    const damaged = path.join(dataDir, file);
    assert.ok(
      fs.realpathSync(damaged).startsWith(fs.realpathSync(dataDir) + path.sep),
      `${file} is outside of the data folder`,
    );
    fs.writeFileSync(damaged, content);
    const why = (error: unknown): "says why" => {
      assert.ok(error instanceof DataFileError, `${file}: ${error instanceof Error ? error.stack : String(error)}`);
      // A stream that lost records is found by what was delivered of it.
      const named = file.startsWith("kinesis") && error.message.includes("kinesis/ of the data folder");
      assert.ok(named || error.message.startsWith(`${damaged}: `), error.message);
      assert.match(error.message, /start over with --fresh/);
      return "says why";
    };
    let test: TestCloud;
    try {
      test = new TestCloud(scheduledStack(), dataDir, Date.UTC(2026, 0, 15, 13));
    } catch (error) {
      return why(error);
    }
    try {
      await test.publish("dt/b/aggregate", '{"device_id":"b","value":2}');
      await test.clock.advanceTo(test.clock.now() + 5 * 60_000);
      await test.cloud.drain();
      const [machine] = test.cloud.machines.values();
      machine!.history();
      test.cloud.cloudwatch.settle(true);
      for (const group of ["/aws/lambda/transform", "/aws/iot-rules/errors", "/aws/kinesisfirehose/convert"])
        [...test.cloud.logs.events(group)].map(({ timestamp }) => timestamp);
      // An object that is no Parquet fails the query of its table, and nothing else.
      await test.cloud
        .queryAllPartitions("SELECT count(*) FROM readings", "db")
        .catch((error: unknown) => assert.ok(error instanceof AthenaError, String(error)));
      assert.deepEqual(
        test.cloud.defects.list().map(({ stack }) => stack),
        [],
      );
      for (const error of test.errors) return why(error);
      assert.equal(test.cloud.pending, 0);
      return "works";
    } finally {
      await test.close();
    }
  };

  it("is read, or named with the way out, whatever it holds", async function () {
    this.timeout(120_000);
    const outcomes = new Map<string, Set<string>>();
    for (const file of files)
      for (const [name, damage] of Object.entries(DAMAGE)) {
        // Objects, code and logs are written and read as they are.
        if (/^(s3|lambda|logs)\b/.test(file) && !PLAIN.includes(name)) continue;
        const outcome = await startsOrSaysWhy(file, damage(fs.readFileSync(path.join(original, file), "utf8")));
        outcomes.set(outcome, (outcomes.get(outcome) ?? new Set()).add(file));
      }
    // The files that decide what was delivered and kept are never passed over in silence.
    for (const file of ["glue/db.readings.json", "cloudwatch/cloudwatch.json", "things/registry.json", "ssm/p.json"])
      assert.ok(outcomes.get("says why")!.has(path.normalize(file)), file);
  });

  it("is read, or named with the way out, after any edit of its JSON", async function () {
    this.timeout(120_000);
    const value = fc.constantFrom<unknown>(undefined, null, -1, 1e300, "", "../../..", [], {}, true, [{}], { a: null });
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), value, async (which, pick, replacement) => {
        const json = files.filter((file) => /\.(nd)?json$/.test(file));
        const file = json[which % json.length]!;
        await startsOrSaysWhy(file, edited(fs.readFileSync(path.join(original, file), "utf8"), pick, replacement));
      }),
      { numRuns: 25 },
    );
  });
});
