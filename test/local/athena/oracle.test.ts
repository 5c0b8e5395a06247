import assert from "node:assert/strict";
import { Athena } from "../../../local/athena";
import { answerClasses, answersOf, ORACLE_NOW } from "../../oracles/trino/answers";
import { judge } from "../../oracles/trino/compare";
import { EXCEPTIONS, REFUSED } from "../../oracles/trino/exceptions";

/**
 * The local SQL says what Trino says, of every statement in test/oracles/trino. What is refused is listed with its reason in exceptions.ts,
 * and so are the statements to which Athena says something else.
 */
describe("Athena's SQL against Trino", () => {
  const athena = new Athena();
  const used = new Set<(typeof REFUSED)[number]>();
  after(() => athena.close());

  for (const name of answerClasses())
    it(name, async function () {
      this.timeout(300_000);
      const differences: string[] = [];
      for (const answer of answersOf(name)) {
        if (EXCEPTIONS.some(({ sql }) => sql === answer.sql)) continue;
        const { outcome, seen = "" } = await judge(athena, answer);
        if (outcome === "equal") continue;
        const known = outcome === "refused" ? REFUSED.find(({ message }) => message.test(seen)) : undefined;
        if (known !== undefined) used.add(known);
        else
          differences.push(
            `${answer.sql}\n    Trino: ${JSON.stringify({ ...answer, sql: undefined })}\n    here:  ${seen}`,
          );
      }
      assert.deepEqual(differences, []);
    });

  it("refuses nothing that is not asked, and answers the exceptions", async () => {
    assert.deepEqual(
      REFUSED.filter((one) => !used.has(one)).map(({ message }) => String(message)),
      [],
      "reasons that no statement of the table needs",
    );
    for (const { sql } of EXCEPTIONS) await athena.query(sql, { database: "", tables: new Map(), now: ORACLE_NOW });
  });
});
