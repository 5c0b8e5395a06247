// @ts-check
"use strict";
// Asks Trino every statement of statements/*.sql and writes its answers to answers/*.jsonl. Needs Java 17 and Maven; see README.md.
// node test/oracles/trino/make.cjs [CLASS...]
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

/** The time of every query, so that current_date and its kin have one answer; the tests set the local clock to it. */
const NOW = "2026-03-15T12:34:56.789Z";
const here = __dirname;
const windows = process.platform === "win32";

/** @param {string} command @param {string[]} args @param {string} [input] @returns {string} */
function run(command, args, input) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: here,
    input,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    shell: windows && command === "mvn",
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}:\n${stdout.slice(-2000)}${stderr.slice(-2000)}`);
  return stdout;
}

/**
 * `f(«1¦2», «x¦y»)` stands for the four statements of all choices.
 * @param {string} line @returns {string[]}
 */
function expand(line) {
  const start = line.indexOf("«");
  if (start < 0) return [line];
  const end = line.indexOf("»", start);
  return line
    .slice(start + 1, end)
    .split("¦")
    .flatMap((choice) => expand(line.slice(0, start) + choice + line.slice(end + 1)));
}

/** @param {string} text of a file of statements @returns {string[]} each as one line, a line break in it as ⏎ */
function statements(text) {
  /** @type {[string, string][]} */
  const names = [];
  const found = new Set();
  for (const line of text.split("\n")) {
    if (line.trim() === "" || line.startsWith("-- ")) continue;
    const name = /^@(\w+) (.*)$/.exec(line);
    if (name !== null) {
      names.unshift([name[1] ?? "", name[2] ?? ""]);
      continue;
    }
    const filled = names.reduce(
      (filling, [short, long]) => filling.replace(new RegExp(`\\$${short}\\b`, "g"), () => long),
      line,
    );
    for (const one of expand(filled))
      found.add(
        /^[(]?(select|selec|with|values|table|from|show|describe|explain|prepare|execute)\b/i.test(one)
          ? one
          : `SELECT ${one}`,
      );
  }
  return [...found];
}

const wanted = process.argv.slice(2);
const classes = fs
  .readdirSync(path.join(here, "statements"))
  .map((file) => path.basename(file, ".sql"))
  .filter((name) => wanted.length === 0 || wanted.includes(name));
run("mvn", ["-q", "-B", "compile", "dependency:build-classpath", "-Dmdep.outputFile=target/classpath"]);
const classpath = ["target/classes", fs.readFileSync(path.join(here, "target", "classpath"), "utf8").trim()];
const all = classes.map((name) => statements(fs.readFileSync(path.join(here, "statements", `${name}.sql`), "utf8")));
const answers = run(
  "java",
  ["-cp", classpath.join(path.delimiter), "--add-opens=java.base/java.nio=ALL-UNNAMED", "Oracle", NOW],
  `${all.flat().join("\n")}\n`,
)
  .split("\n")
  .filter((line) => line.startsWith("{"));
if (answers.length !== all.flat().length)
  throw new Error(`${all.flat().length} statements, but ${answers.length} answers`);
fs.mkdirSync(path.join(here, "answers"), { recursive: true });
let next = 0;
classes.forEach((name, i) => {
  const lines =
    all[i]?.map((sql) => `{"sql":${JSON.stringify(sql.replaceAll("⏎", "\n"))},${answers[next++]?.slice(1)}\n`) ?? [];
  fs.writeFileSync(path.join(here, "answers", `${name}.jsonl`), lines.join(""));
  process.stdout.write(`${name}: ${lines.length}\n`);
});
process.stdout.write(`${next} statements\n`);
