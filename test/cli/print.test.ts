import assert from "node:assert/strict";
import * as path from "node:path";
import { chart } from "../../cli/output/chart";
import { sameFolder } from "../../cli/start/summary";
import { count, counted, formatTable, size } from "../../cli/output/table";

describe("cli: what is printed", () => {
  it("sets numbers right and text left, and cuts long lines", () => {
    assert.equal(
      formatTable(
        ["name", "n"],
        [
          ["a", 5],
          ["bcdef", 1234],
          [null, 7n],
        ],
      ),
      ["name      n", "-----  ----", "a         5", "bcdef  1234", "          7"].join("\n"),
    );
    assert.ok(
      formatTable(["x"], [["y".repeat(200)]], 50)
        .split("\n")
        .every((line) => line.length <= 50),
    );
    assert.equal(formatTable(["a"], []), "a\n-");
  });

  it("writes whole numbers within objects, with every digit", () => {
    const shadow = { version: 1n, of: [2n ** 53n, { at: 12345678901234567890n }] };
    assert.equal(
      formatTable(["shadow"], [[shadow]]).split("\n")[2],
      '{"version":1,"of":["9007199254740992",{"at":"12345678901234567890"}]}',
    );
  });

  it("names the stack and the data folder that the next command needs", () => {
    const own = (stack: string) => path.join(__dirname, "..", "..", ".local", stack);
    assert.equal(sameFolder({ stack: "dev", dataDir: own("dev") }), "");
    assert.equal(sameFolder({ stack: "prod", dataDir: own("prod") }), "--stack prod ");
    assert.equal(sameFolder({ stack: "dev", dataDir: "/data/a" }), "--data-dir /data/a ");
    assert.equal(sameFolder({ stack: "prod", dataDir: "/data/a b" }), '--stack prod --data-dir "/data/a b" ');
  });

  it("writes counts and sizes for people", () => {
    assert.equal(count(1234567), "1,234,567");
    assert.deepEqual([counted(1, "row"), counted(0, "row"), counted(2000, "row")], ["1 row", "0 rows", "2,000 rows"]);
    assert.deepEqual([0, 999, 1000, 123456789].map(size), ["0 B", "999 B", "1.0 kB", "123.5 MB"]);
  });

  it("draws a rising series from the lower left to the upper right", () => {
    const lines = chart(
      "t",
      Array.from({ length: 100 }, (_, i) => [i * 1000, i] as const),
      10,
      2,
    ).split("\n");
    assert.equal(lines[0], "t (mean of each step)");
    assert.equal(lines[1], "94.5 |     ▁▃▅▆█");
    assert.equal(lines[2], " 4.5 |▁▃▄▆██████");
    assert.ok(lines[4]!.includes("1970-01-01 00:00:00"));
  });

  it("draws nothing for fewer than two points, and a flat series without dividing by nothing", () => {
    assert.equal(chart("t", [[0, 1]]), "");
    assert.ok(
      !chart("t", [
        [0, 1],
        [1000, 1],
      ]).includes("NaN"),
    );
  });
});
