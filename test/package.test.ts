import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as bundle from "../components/parts/functions/bundle";

const ROOT = path.resolve(__dirname, "..");
const MODULES = path.join(ROOT, "node_modules");

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { EtlPipeline, ParquetDatastore, TelemetryChannel } from "iot-telemetry-etl";

const registered: string[] = [];
void pulumi.runtime
  .setMocks({
    newResource: ({ type, name, inputs }) => {
      registered.push(type);
      return { id: name, state: inputs };
    },
    call: () => ({ accountId: "123456789012", region: "eu-central-1", name: "eu-central-1", id: "x" }),
  })
  .then(() => {
    const channel = new TelemetryChannel("plant", { topicFilter: "dt/+/aggregate", retention: { days: 90 } });
    const datastore = new ParquetDatastore("rows", { columns: [{ name: "temperature", type: "int" }] });
    // @ts-expect-error a column has a type: the declarations are read
    void ((): unknown => new ParquetDatastore("wrong", { columns: [{ name: "temperature" }] }));
    new EtlPipeline("plain", { channel, datastore, activities: [] });
    setTimeout(() => console.log(JSON.stringify(registered)), 500);
  });
`;

/** The packages that the compiled files of a folder load. */
function imported(folder: string): string[] {
  const names = new Set<string>();
  for (const file of fs.readdirSync(folder, { recursive: true, encoding: "utf8" }))
    if (file.endsWith(".js"))
      for (const [, name] of fs.readFileSync(path.join(folder, file), "utf8").matchAll(/require\("([^".]+[^"]*)"\)/g))
        if (!name!.startsWith("node:")) names.add(/^(@[^/]+\/)?[^/]+/.exec(name!)![0]);
  return [...names].sort();
}

/** What is replaced is the registry: dependencies are this project's own, by links, and the package is unpacked beside them. */
describe("the package", () => {
  let folder: string;
  before(() => (folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "package-")))));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("serves its components to an empty project, with types and the transform function", function () {
    this.timeout(240_000);
    const node = (cwd: string, ...args: string[]): string =>
      execFileSync(process.execPath, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    // as prepack does it, into a folder of its own
    const unpacked = path.join(folder, "node_modules", "iot-telemetry-etl");
    const tsc = path.join(MODULES, "typescript", "bin", "tsc");
    node(ROOT, tsc, "-p", "tsconfig.package.json", "--outDir", path.join(unpacked, "dist"));
    const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      files: string[];
      dependencies: Record<string, string>;
      peerDependencies: Record<string, string>;
    };
    // What only the local cloud and the commands of this repository need is not the business of those who install the package.
    const named = imported(path.join(unpacked, "dist"));
    assert.deepEqual(named, Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).sort());
    for (const file of ["package.json", ...manifest.files.filter((name) => name !== "dist")])
      if (file.startsWith("!")) fs.rmSync(path.join(unpacked, file.slice(1)), { recursive: true });
      else fs.cpSync(path.join(ROOT, file), path.join(unpacked, file), { recursive: true });
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, "@types/node": "" })) {
      const link = path.join(folder, "node_modules", name);
      fs.mkdirSync(path.dirname(link), { recursive: true });
      fs.symlinkSync(path.join(MODULES, name), link, "junction");
    }
    // The function is the same, so that one who moves to the package has no update of it.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- compiled a moment ago
    const { transformBundle } = require(
      path.join(unpacked, "dist/components/parts/functions/bundle.js"),
    ) as typeof bundle;
    assert.equal(transformBundle(), bundle.transformBundle());
    fs.writeFileSync(path.join(folder, "index.ts"), PROGRAM);
    fs.writeFileSync(
      path.join(folder, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          target: "ES2022",
          module: "node16",
          moduleResolution: "node16",
          types: ["node"],
          skipLibCheck: true,
        },
        files: ["index.ts"],
      }),
    );
    node(folder, tsc, "-p", ".");
    const registered = JSON.parse(node(folder, "index.js").trim().split("\n").at(-1)!) as string[];
    for (const type of [
      "aws:kinesis/stream:Stream",
      "aws:lambda/function:Function",
      "aws:glue/catalogTable:CatalogTable",
    ])
      assert.ok(registered.includes(type), `${type} is missing in ${registered.join(", ")}`);
  });
});
