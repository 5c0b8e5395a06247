/** What the queries of datasets read, and cost on AWS, for messages that the command line gives. */
import { partitionsRead } from "../../etl/documents/check/dataset-query";
import type { DocumentSet } from "../../etl";
import { ASSUMPTIONS, figuresText, readsOfTable, storedOf } from "../../cost";
import { UsageError, wholeNumber, type Parsed } from "../command/options";

/** Messages of a channel, and for how many months they have come. */
export interface ExpectedTraffic {
  /** messages a second */
  readonly rate: number;
  /** bytes of a message */
  readonly size: number;
  readonly months: number;
}

/** Buffer of a delivery stream in staging and production, s (docs/cost.md). */
const BUFFER_SECONDS = 300;

/** @throws UsageError */
export function trafficOf(parsed: Parsed): ExpectedTraffic | undefined {
  const given = parsed.text("rate");
  if (given === undefined) {
    for (const name of ["size", "months"])
      if (parsed.text(name) !== undefined) throw new UsageError(`--${name} needs --rate N.`);
    return undefined;
  }
  const rate = Number(given);
  if (!/^\d+(\.\d+)?$/.test(given) || rate === 0)
    throw new UsageError(`--rate ${given}: needs a number of messages a second, above 0.`);
  return {
    rate,
    size: wholeNumber(parsed, "size", 300, 1, 131_072),
    months: wholeNumber(parsed, "months", ASSUMPTIONS.months, 1, 1200),
  };
}

/** Adds to each dataset what a run of its query reads, if every message comes to each datastore that it names. @param now ms since 1970-01-01 UTC */
export function noteReads(set: DocumentSet, { rate, size, months }: ExpectedTraffic, now: number): void {
  const assumptions = { ...ASSUMPTIONS, months };
  const datastores = set.datastores.map(({ document }) => document);
  for (const { document, findings } of set.datasets) {
    const queried = partitionsRead(document, datastores, now);
    if (queried === undefined || queried.length === 0) continue;
    const reads = queried.map((table) => ({
      table,
      ...readsOfTable(table, storedOf(table.keys, { rate, size }, BUFFER_SECONDS, assumptions), assumptions, now),
    }));
    findings.note(
      "$.actions[0].queryAction.sqlQuery",
      `after ${months} months of ${rate} messages/s of ${size} bytes it reads ${figuresText(reads)} (docs/cost.md has the assumptions)`,
    );
  }
}
