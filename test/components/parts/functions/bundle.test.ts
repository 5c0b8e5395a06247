import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "../../../..");

/** A copy of the sources, since what is kept depends on them. */
describe("the kept bundle of a function", () => {
  let folder: string;
  before(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "bundle-")));
    for (const name of ["aws", "etl", "functions", "components/parts/functions"])
      fs.cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
    fs.mkdirSync(path.join(folder, "node_modules"));
    for (const name of ["esbuild", "@pulumi"])
      fs.symlinkSync(path.join(ROOT, "node_modules", name), path.join(folder, "node_modules", name), "junction");
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** What a new process says: whether esbuild ran, and the bundle. */
  function bundled(): { built: boolean; text: string } {
    const program = `
      const esbuild = require("esbuild");
      const { buildSync } = esbuild;
      let built = false;
      const counting = { ...esbuild, buildSync: (options) => ((built = true), buildSync(options)) };
      require.cache[require.resolve("esbuild")].exports = counting;
      const { functionBundle } = require("./components/parts/functions/bundle.ts");
      process.stdout.write(JSON.stringify({ text: functionBundle("provisioning-hook"), built }));`;
    const args = ["--require", path.join(ROOT, "register.cjs"), "-e", program];
    return JSON.parse(execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" })) as ReturnType<
      typeof bundled
    >;
  }
  const cache = (): string => path.join(folder, "node_modules/.cache/iot-telemetry-etl");

  it("is used as long as every source is as it was, and no longer", () => {
    const first = bundled();
    assert.equal(first.built, true);
    assert.deepEqual(bundled(), { built: false, text: first.text });

    const source = path.join(folder, "functions/provisioning-hook.ts");
    fs.appendFileSync(source, "\nexport const added = 1;\n");
    const changed = bundled();
    assert.equal(changed.built, true);
    assert.ok(changed.text.includes("added"));

    // A file that could take the place of another in an import.
    fs.writeFileSync(path.join(folder, "functions/other.ts"), "");
    assert.equal(bundled().built, true);

    // Damaged behind our back.
    const kept = fs.readdirSync(cache()).filter((name) => name.endsWith(".js"));
    for (const name of kept) fs.truncateSync(path.join(cache(), name), 100);
    assert.deepEqual(bundled(), { built: true, text: changed.text });
    assert.deepEqual(bundled(), { built: false, text: changed.text });
  });
});
