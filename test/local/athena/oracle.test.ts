import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Athena } from "../../../local/athena";
import { answerClasses, answersOf } from "../../oracles/trino/answers";
import { judge } from "../../oracles/trino/compare";

/**
 * The local SQL says what Trino says, of every statement in test/oracles/trino. Statements known to differ stand in its `differences`;
 * a difference that is not listed fails, and so does a listed one that is gone. ORACLE_UPDATE=1 writes the lists anew.
 */
describe("Athena's SQL against Trino", () => {
  const athena = new Athena();
  after(() => athena.close());

  for (const name of answerClasses())
    it(name, async function () {
      this.timeout(300_000);
      const file = path.join(__dirname, "..", "..", "oracles", "trino", "differences", `${name}.txt`);
      const known = fs.existsSync(file)
        ? fs
            .readFileSync(file, "utf8")
            .split("\n")
            .filter((line) => line !== "")
        : [];
      const found = new Map<string, string>();
      for (const answer of answersOf(name)) {
        const { outcome, seen } = await judge(athena, answer);
        if (outcome !== "equal")
          found.set(
            `${outcome} ${answer.sql.replaceAll("\n", "⏎")}`,
            `Trino: ${JSON.stringify({ ...answer, sql: undefined })}\n    here:  ${seen}`,
          );
      }
      if (process.env.ORACLE_UPDATE !== undefined) {
        if (found.size === 0) fs.rmSync(file, { force: true });
        else fs.writeFileSync(file, `${[...found.keys()].join("\n")}\n`);
        return;
      }
      const appeared = [...found]
        .filter(([line]) => !known.includes(line))
        .map(([line, both]) => `${line}\n    ${both}`);
      assert.deepEqual(appeared, [], "statements whose answer differs");
      assert.deepEqual(
        known.filter((line) => !found.has(line)),
        [],
        "listed differences that are gone: take them out of the list",
      );
    });
});
