// Makes the tables again, and `etl/time/zone-names.ts`. Needs Java 17 and Maven, which fetches Joda-Time.
//     node test/oracles/joda/make.cjs
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const build = fs.mkdtempSync(path.join(os.tmpdir(), "joda-"));
try {
  fs.cpSync(path.join(__dirname, "pom.xml"), path.join(build, "pom.xml"));
  fs.cpSync(path.join(__dirname, "src"), path.join(build, "src"), { recursive: true });
  const args = ["-q", "compile", "exec:java", "-Dexec.mainClass=oracle.Tables", `-Dexec.args=${__dirname}`];
  execFileSync(process.platform === "win32" ? "mvn.cmd" : "mvn", args, { cwd: build, stdio: "inherit" });
} finally {
  fs.rmSync(build, { recursive: true });
}

/** Zones by their names: those that share all four are one line. */
const zones = path.join(__dirname, "zones.ndjson");
const groups = new Map();
for (const line of fs.readFileSync(zones, "utf8").trim().split("\n")) {
  const [id, ...names] = JSON.parse(line);
  const canonical = names.pop();
  const key = JSON.stringify(names.map((name) => name ?? ""));
  groups.set(key, [...(groups.get(key) ?? []), id === canonical ? id : `${id}=${canonical}`]);
}
fs.rmSync(zones);
const lines = [...groups].map(([names, ids]) => `  [${names.slice(1, -1)}, ${JSON.stringify(ids.join(" "))}],`);
fs.writeFileSync(
  path.join(__dirname, "../../../etl/time/zone-names.ts"),
  `// Made by test/oracles/joda/make.cjs from Joda-Time and the JDK; do not edit.
/* prettier-ignore */
/** The time zones of Joda-Time by their English names: short and short in summer, long and long in summer, and the ids of the zones; ALIAS=ID for another name of a zone. */
export const ZONE_NAMES: readonly (readonly [short: string, summer: string, long: string, longSummer: string, ids: string])[] = [
${lines.join("\n")}
];
`,
);
