/**
 * Measures `npm run try` with 1,000,000 messages of about 105 bytes, as a user calls it: messages per second and peak memory. The reference is a
 * program that only splits the lines and parses them.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const MESSAGES = 1_000_000;
const BATCH = 1000;
const ROOT = path.join(__dirname, "..");

/** Written to stderr when a process ends. */
const USAGE =
  'process.on("exit",()=>process.stderr.write(`usage ${process.resourceUsage().maxRSS} ${performance.now()}\\n`))';
const PARSE =
  'let n=0;require("node:readline").createInterface({input:require("node:fs").createReadStream(process.argv[1])}).on("line",(line)=>{n+=JSON.parse(line).temperature})';

function writeMessages(file: string): void {
  const out = openSync(file, "w");
  for (let index = 0; index < MESSAGES; index += BATCH) {
    const lines = Array.from({ length: BATCH }, (_, offset) => {
      const at = index + offset;
      const time = new Date(Date.UTC(2024, 2, 5) + Math.floor(at / 10) * 10_000);
      return JSON.stringify({
        device_id: `sensor${at % 10}`,
        temperature: 45 + ((at * 7) % 47),
        humidity: (at * 13) % 99,
        timestamp: time.toISOString().slice(0, 19).replace("T", " "),
        battery: 3.31,
      });
    });
    writeSync(out, `${lines.join("\n")}\n`);
  }
  closeSync(out);
}

function measure(hook: string, args: readonly string[]): string {
  const { stderr, status } = spawnSync(process.execPath, ["--require", hook, ...args], { cwd: ROOT, encoding: "utf8" });
  const [, kilobytes, ms] = /usage (\d+) ([\d.]+)/.exec(stderr) ?? [];
  if (status !== 0 || ms === undefined) throw new Error(`the bench's command failed: ${stderr}`);
  const rate = Math.round((MESSAGES * 1000) / Number(ms) / 1000) * 1000;
  return `${(Number(ms) / 1000).toFixed(1)} s, ${rate.toLocaleString("en-US")} messages/s, peak ${Math.round(Number(kilobytes) / 1024)} MB`;
}

export async function benchTry(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-try-"));
  try {
    const hook = path.join(folder, "usage.cjs");
    writeFileSync(hook, USAGE);
    const input = path.join(folder, "messages.ndjson");
    writeMessages(input);
    const pipeline = path.join(ROOT, "definitions", "etl", "pipeline.json");
    const call = ["--require", "./register.cjs", "cli/try.ts", "--pipeline", pipeline, "--input", input];
    process.stdout.write(
      `  npm run try                ${measure(hook, call)}\n` +
        `  npm run try --compare      ${measure(hook, [...call, "--compare", pipeline])}\n` +
        `  lines parsed, no more      ${measure(hook, ["-e", PARSE, input])}\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
