import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as bundle from "../components/parts/functions/bundle";

const ROOT = path.resolve(__dirname, "..");
const MODULES = path.join(ROOT, "node_modules");

/** The whole program that the README gives to somebody with an empty project. */
const PROGRAM = /```ts\n(import \{ AnalyticsDataset[^]*?)```/.exec(
  fs.readFileSync(path.join(ROOT, "README.md"), "utf8"),
)![1]!;

/** What the declarations must refuse, and what strict options must allow. */
const STRICT = `
import { EtlPipeline, JsonDatastore, ParquetDatastore, TelemetryChannel, type DatasetSource } from "iot-telemetry-etl";
export function never(channel: TelemetryChannel, parquet: ParquetDatastore, json: JsonDatastore): DatasetSource[] {
  new EtlPipeline("parquet", { channel, datastore: parquet });
  new EtlPipeline("json", { channel, datastore: json, onMathFailure: "pass" });
  // @ts-expect-error a column has a type
  new ParquetDatastore("wrong", { columns: [{ name: "temperature" }] });
  // @ts-expect-error there are two modes
  new TelemetryChannel("wrong", { stream: { mode: "FAST" } });
  return [parquet, json];
}
`;

/** Every option that makes the compiler stricter. */
const STRICTEST = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noFallthroughCasesInSwitch: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  allowUnreachableCode: false,
  allowUnusedLabels: false,
  isolatedModules: true,
  forceConsistentCasingInFileNames: true,
};

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
      execFileSync(process.execPath, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    // as prepack does it, into a folder of its own
    const unpacked = path.join(folder, "node_modules", "iot-telemetry-etl");
    const compiler = (name: string): string => path.join(MODULES, name, "bin", "tsc");
    const tsc = compiler("typescript7");
    node(ROOT, tsc, "-p", "tsconfig.package.json", "--outDir", path.join(unpacked, "dist"));
    const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      files: string[];
      dependencies: Record<string, string>;
      peerDependencies: Record<string, string>;
    };
    // What only the local cloud and the commands of this repository need is not the business of those who install the package.
    const named = imported(path.join(unpacked, "dist"));
    // What the components do not load: hyparquet-writer is in the bundle of the function that reprocesses.
    const bundled = ["hyparquet-writer"];
    assert.deepEqual(
      [...named, ...bundled].sort(),
      Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).sort(),
    );
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
    const { functionBundle } = require(
      path.join(unpacked, "dist/components/parts/functions/bundle.js"),
    ) as typeof bundle;
    for (const entry of ["transform", "reprocess", "maintain"] as const)
      assert.equal(functionBundle(entry), bundle.functionBundle(entry));
    const main = path.join(unpacked, (manifest as { main?: string }).main!);
    assert.ok(fs.existsSync(main), `main is ${main}, which is packed`);
    // Users compile with the one or the other.
    for (const [module, type, version] of [
      ["esm", "module", "typescript"],
      ["cjs", "commonjs", "typescript7"],
    ] as const) {
      const own = path.join(folder, module);
      fs.mkdirSync(own);
      fs.writeFileSync(path.join(own, "package.json"), JSON.stringify({ name: "telemetry", type, main: "index.js" }));
      fs.writeFileSync(path.join(own, "index.ts"), PROGRAM);
      fs.writeFileSync(path.join(own, "strict.ts"), STRICT);
      const compilerOptions = {
        ...STRICTEST,
        target: "ES2022",
        module: "nodenext",
        types: ["node"],
        skipLibCheck: true,
      };
      const files = ["index.ts", "strict.ts"];
      fs.writeFileSync(path.join(own, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
      node(own, compiler(version), "-p", ".");
      assert.match(fs.readFileSync(path.join(own, "index.js"), "utf8"), type === "module" ? /^import / : /require\(/);
      fs.writeFileSync(path.join(own, "Pulumi.yaml"), "name: telemetry\nruntime: nodejs\n");
      fs.writeFileSync(path.join(own, "Pulumi.dev.yaml"), "config:\n  aws:region: eu-central-1\n");
      const argv = ["--require", "./register.cjs", "cli/start.ts", "--cwd", own, "--json"];
      const { rules, channels, pipelines, datastores, datasets, iam } = JSON.parse(
        node(ROOT, ...argv, "--devices", "2", "--publishes", "3"),
      ) as Record<string, Record<string, Record<string, unknown>>>;
      assert.deepEqual(rules, { telemetry_dev_plant: { matched: 6, delivered: 6, failed: 0 } });
      assert.deepEqual([channels!.plant!.received, channels!.plant!.archived], [6, 6]);
      const { received, stored, failed } = pipelines!.to_fahrenheit!;
      assert.deepEqual([received, stored, failed], [6, 6, 0]);
      assert.deepEqual([datastores!.readings!.rows, datasets!.means!.rows], [6, 2]);
      assert.deepEqual([iam!.refused, iam!.unused], [[], []]);
    }
  });
});
