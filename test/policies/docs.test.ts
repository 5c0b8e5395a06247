import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import { page, FILE } from "../../policies/docs";

describe("docs/policies.md", () => {
  it("is what the rules say now; otherwise run node --require ./register.cjs policies/docs.ts", () => {
    // The formatter pads tables; words are what counts.
    const words = (text: string): string[] =>
      text.split("\n").map((line) => line.replace(/[\s|-]+/g, " ").replace(/\\/g, ""));
    const [is, wanted] = [words(fs.readFileSync(FILE, "utf8")), words(page())];
    for (const [index, line] of wanted.entries()) assert.equal(is[index], line);
    assert.equal(is.join("").trim(), wanted.join("").trim());
  });
});
