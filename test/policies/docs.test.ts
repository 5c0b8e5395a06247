import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { page, FILE } from "../../policies/docs";
import { RULES } from "../../policies/rules";

describe("docs/policies.md", () => {
  it("is what the rules say now; otherwise run node --require ./register.cjs policies/docs.ts", () => {
    // The formatter pads tables; words are what counts.
    const words = (text: string): string[] =>
      text.split("\n").map((line) => line.replace(/[\s|-]+/g, " ").replace(/\\/g, ""));
    const [is, wanted] = [words(fs.readFileSync(FILE, "utf8")), words(page())];
    for (const [index, line] of wanted.entries()) assert.equal(is[index], line);
    assert.equal(is.join("").trim(), wanted.join("").trim());
  });

  it("compares other packs with rules that exist", () => {
    const text = fs.readFileSync(path.join(path.dirname(FILE), "policies-comparison.md"), "utf8");
    const rows = text
      .split("\n")
      .filter((line) => /^\| .* \| .* \| .* \|$/.test(line) && !/^\| (-+|Theirs) /.test(line));
    assert.ok(rows.length > 80);
    for (const row of rows) {
      const ours = row.split("|").at(-2)!.trim();
      for (const [, id] of ours.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g))
        assert.ok(
          RULES.some((rule) => rule.id === id),
          `${id}, in: ${row}`,
        );
      assert.match(ours, /`[a-z-]+`|^left out: |^not applicable|^covered by /, row);
    }
  });
});
