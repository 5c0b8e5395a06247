/** What the command has found, and the one JSON document of it. */
import type { TableComparison } from "../../etl/compare";
import type { Fate } from "../try/compare";

/** A comparison of tables, or of what two pipelines do with messages. */
export interface CompareReport extends TableComparison {
  /** absent where two tables were named */
  pipeline?: string;
  /** names of the tables or documents */
  before: string;
  after: string;
  /** what was compared; of `messages`, rows are those of messages that both pipelines store */
  compared: "tables" | "messages";
  /** what became of messages */
  messages?: { received: number; fates: Fate[] };
  seconds: number;
}

/** The members that do not depend on what was compared come first. */
export function jsonOf({ pipeline, compared, before, after, rows, columns, ...rest }: CompareReport): string {
  return JSON.stringify({ pipeline: pipeline ?? null, compared, before, after, rows, columns, ...rest });
}
