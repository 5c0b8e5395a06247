// Makes table.ndjson again. Needs Java 17 or later: node test/oracles/java-regex/make.cjs
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const output = execFileSync("java", [path.join(__dirname, "Table.java")], { maxBuffer: 64 * 1024 * 1024 });
fs.writeFileSync(path.join(__dirname, "table.ndjson"), output);
