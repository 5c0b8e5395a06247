import { Athena } from "../local/athena";
import { answerClasses, answersOf } from "../test/oracles/trino/answers";
import { judge } from "../test/oracles/trino/compare";
import { EXCEPTIONS } from "../test/oracles/trino/exceptions";

/** Runs every statement in test/oracles/trino with the local SQL and compares the result with Trino's. */
export async function benchAthena(): Promise<void> {
  const athena = new Athena();
  try {
    const total = { equal: 0, refused: 0, wrong: 0 };
    let seconds = 0;
    for (const name of answerClasses()) {
      const answers = answersOf(name);
      const counts = { equal: 0, refused: 0, wrong: 0 };
      const start = process.hrtime.bigint();
      for (const answer of answers)
        if (!EXCEPTIONS.some(({ sql }) => sql === answer.sql)) counts[(await judge(athena, answer)).outcome]++;
      const spent = Number(process.hrtime.bigint() - start) / 1e9;
      seconds += spent;
      for (const outcome of ["equal", "refused", "wrong"] as const) total[outcome] += counts[outcome];
      process.stdout.write(
        `  ${name.padEnd(16)}${counts.equal} equal, ${counts.refused} refused, ${counts.wrong} wrong\n`,
      );
    }
    const all = total.equal + total.refused + total.wrong;
    process.stdout.write(
      `  ${all} statements, ${(all / seconds).toFixed(0)} a second: ${total.equal} equal, ${total.refused} refused, ${total.wrong} wrong\n`,
    );
  } finally {
    athena.close();
  }
}
