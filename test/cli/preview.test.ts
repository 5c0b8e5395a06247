import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { againstDataFolder, storedTypeWarnings } from "../../cli/preview/compare";
import type { StackEvaluation } from "../../cli/preview/evaluate-stack";
import type { Evaluation } from "../../local/engine";
import { TYPES, type Properties, type Resource } from "../../local/core/model";
import { openDataFolder } from "../../local/state/data-folder";

const resource = (type: string, name: string, inputs: Properties): Resource => ({
  urn: `urn:pulumi:dev::p::${type}::${name}`,
  type,
  name,
  custom: true,
  id: name,
  dependencies: [],
  inputs,
  outputs: inputs,
});

function evaluation(columnType: string): Evaluation {
  const table = {
    databaseName: "db",
    name: "rooms",
    partitionKeys: [],
    storageDescriptor: { location: "s3://data-bucket/rooms/", columns: [{ name: "temp", type: columnType }] },
  };
  return {
    project: "p",
    stack: "dev",
    region: "eu-central-1",
    resources: [resource(TYPES.bucket, "bucket", { bucket: "data-bucket" }), resource(TYPES.table, "table", table)],
    options: new Map(),
    outputs: {},
    warnings: [],
    problems: [],
  } as unknown as Evaluation;
}

describe("cli/preview: --diff against a data folder", () => {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "preview-diff-"));
    const data = openDataFolder(folder, { fresh: false });
    data.save(evaluation("double"));
    data.release();
    const objects = path.join(folder, "s3", "data-bucket", "rooms");
    fs.mkdirSync(objects, { recursive: true });
    fs.writeFileSync(path.join(objects, "one.parquet"), "rows");
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const lines = (columnType: string) =>
    againstDataFolder({ evaluation: evaluation(columnType) } as StackEvaluation, folder, "folder").lines;

  it("warns of a column whose stored files cannot be read as its new type", () => {
    assert.match(
      lines("int").at(-1)!,
      /^! table db\.rooms: column temp was double and becomes int, but 1 stored file /,
    );
    assert.deepEqual(lines("double"), []);
  });

  it("warns of it without --diff too, where the stack has a data folder", () => {
    const warnings = (columnType: string, of = folder): string[] =>
      storedTypeWarnings({ evaluation: evaluation(columnType) } as StackEvaluation, of);
    assert.match(warnings("int").join(), /^table db\.rooms: column temp was double and becomes int/);
    assert.deepEqual(warnings("double"), []);
    assert.deepEqual(warnings("int", path.join(folder, "nowhere")), []);
  });
});

describe("cli/preview: several stacks", function () {
  this.timeout(120_000);
  const ROOT = path.resolve(__dirname, "..", "..");
  const preview = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(
      process.execPath,
      [
        ...["--require", "./register.cjs", "cli/preview.ts"],
        ...["--cwd", "test/local/engine/fixtures/channel", "--stack", "dev", "--stack", "broken", ...args],
      ],
      { cwd: ROOT, encoding: "utf8" },
    );

  it("shows those that can be evaluated when another cannot, says why, and fails", () => {
    const { status, stdout, stderr } = preview("--json");
    assert.equal(status, 1, stderr);
    const { stacks, errors } = JSON.parse(stdout) as { stacks: { stack: string }[]; errors: { stack: string }[] };
    assert.deepEqual([stacks.map(({ stack }) => stack), errors.map(({ stack }) => stack)], [["dev"], ["broken"]]);
    assert.match(stderr, /error: stack broken: Pulumi\.broken\.yaml: there is no such file/);
    const markdown = preview("--markdown").stdout;
    assert.match(markdown, /### . Preview of `dev`[^]*### ❌ Preview of `broken`\n\nIt cannot be evaluated:/);
  });
});
