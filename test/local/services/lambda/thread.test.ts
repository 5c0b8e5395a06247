import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Environment, FunctionData, Reply } from "../../../../local/services/lambda/environment";
import { startThread } from "../../../../local/services/lambda/thread";

/** The thread itself; its functions work in the folder of their archive, as Lambda's do. */
describe("local/services/lambda: the working directory of functions in JavaScript", () => {
  let folder: string;
  let environment: Environment | undefined;
  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "thread-")));
    fs.writeFileSync(path.join(folder, "data.json"), '{"limit":40}');
    fs.mkdirSync(path.join(folder, "more"));
  });
  afterEach(async () => {
    await environment?.terminate();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function answer(code: string, file = "index.js"): Promise<unknown> {
    fs.writeFileSync(path.join(folder, file), code);
    const data: FunctionData = {
      folder,
      handler: "index.handler",
      runtime: "nodejs22.x",
      functionName: "gaps",
      memorySize: 256,
      logGroup: "g",
      logStream: "s",
      logLevel: "INFO",
      now: Date.now(),
    };
    const reply = await new Promise<Reply>((resolve, reject) => {
      environment = startThread(
        data,
        {},
        {
          reply: (each) => (each.id === 1 ? resolve(each) : undefined),
          ended: (_, reason) => reject(new Error(reason)),
        },
      );
      void environment.initialised.then(() =>
        environment!.post({
          id: 1,
          requestId: "r",
          event: "{}",
          deadline: Date.now() + 5000,
          now: Date.now(),
          arn: "a",
        }),
      );
    });
    if (reply.error !== undefined) throw new Error(`${reply.error.name}: ${reply.error.message}`);
    return JSON.parse(reply.payload!);
  }

  it("is where files beside the module are found, when it loads and when it runs", async () => {
    assert.deepEqual(
      await answer(`
        const fs = require("node:fs");
        const { readFile } = require("node:fs/promises");
        const { limit } = JSON.parse(fs.readFileSync("data.json", "utf8"));
        exports.handler = async () => ({
          limit,
          promised: JSON.parse(await readFile("./data.json", "utf8")).limit,
          called: await new Promise((resolve) => fs.stat("more", (error, stat) => resolve(error ?? stat.isDirectory()))),
          there: fs.existsSync("data.json"),
          streamed: await new Promise((resolve) => fs.createReadStream("data.json").once("data", (data) => resolve(String(data)))),
          files: fs.readdirSync(".").sort(),
          absolute: fs.existsSync(__filename),
          cwd: process.cwd(),
        });`),
      {
        limit: 40,
        promised: 40,
        called: true,
        there: true,
        streamed: '{"limit":40}',
        files: ["data.json", "index.js", "more"],
        absolute: true,
        cwd: folder,
      },
    );
  });

  it("is the same for modules in ESM, for writes and for open files", async () => {
    assert.deepEqual(
      await answer(
        `
        import { closeSync, copyFileSync, openSync, readFileSync, readSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
        import { resolve } from "node:path";
        export const handler = async () => {
          writeFileSync("more/a.txt", "written");
          copyFileSync("data.json", "more/b.json");
          renameSync("more/b.json", "more/c.json");
          symlinkSync("c.json", "more/link.json");
          const file = openSync("more/a.txt");
          const buffer = Buffer.alloc(7);
          readSync(file, buffer);
          closeSync(file);
          return { read: String(buffer), linked: readFileSync("more/link.json", "utf8"), resolved: resolve("x") };
        };`,
        "index.mjs",
      ),
      { read: "written", linked: '{"limit":40}', resolved: path.join(folder, "x") },
    );
    assert.equal(fs.readFileSync(path.join(folder, "more", "a.txt"), "utf8"), "written");
    assert.ok(!fs.existsSync("more"), "nothing is written where the tests run");
  });

  it("can be changed, and child processes start in it", async () => {
    const pwd = `${JSON.stringify(process.execPath)}, ["-p", "process.cwd()"]`;
    assert.deepEqual(
      await answer(`
        const { execFile, execFileSync, spawnSync } = require("node:child_process");
        exports.handler = async () => {
          const first = execFileSync(${pwd}).toString().trim();
          process.chdir("more");
          let refused;
          try { process.chdir("../data.json"); } catch (error) { refused = error.code; }
          return {
            first,
            refused,
            second: spawnSync(${pwd}, { encoding: "utf8" }).stdout.trim(),
            third: await new Promise((resolve) => execFile(${pwd}, { cwd: ".." }, (_, text) => resolve(text.trim()))),
          };
        };`),
      { first: folder, refused: "ENOTDIR", second: path.join(folder, "more"), third: folder },
    );
  });
});
