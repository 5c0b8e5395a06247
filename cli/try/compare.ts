/** Two pipelines over the same messages: where their rows differ. */
import type { Outcome } from "../../etl";
import { columnsOf } from "./row";
import type { Trace, Trial } from "./trial";

/** A message that two pipelines leave in different states. */
export interface Difference {
  first: Trace;
  second: Trace;
  /** columns whose values differ, partitions too; empty when only one of the pipelines stores the message */
  columns: { name: string; first: string; second: string }[];
}

/** Rows in which a column differs between the two pipelines. */
export interface ColumnDifference {
  name: string;
  /** messages whose two rows differ in it */
  different: number;
  /** of these, those for which only one of the rows has a value */
  onlyFirst: number;
  onlySecond: number;
  /** number of the first such message, and what the two rows hold there; JSON */
  example: { message: number; first: string; second: string };
}

type Result = Trace["result"];

/** Messages by what each pipeline does with them. */
export interface Fate {
  before: Result;
  after: Result;
  count: number;
  /** number of the first such message; where it was stopped and why, "" for a pipeline that stores it */
  example: { message: number; before: string; after: string };
}

/** Counts of a comparison of two pipelines. */
export interface ComparisonSummary {
  messages: number;
  same: number;
  different: number;
  /** stored by both pipelines, in different rows */
  rows: number;
  onlyFirst: number;
  onlySecond: number;
  /** filtered out by one of the pipelines, failed in the other */
  neither: number;
  columns: ColumnDifference[];
  /** without those that do not occur */
  fates: Fate[];
}

const RESULTS: readonly Result[] = ["stored", "filtered", "failed"];

const NO_VALUE = "null";

/** Compares message by message; memory grows with the number of columns alone. */
export class Comparison {
  private readonly counts = { messages: 0, same: 0, rows: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };
  private readonly columns = new Map<string, ColumnDifference>();
  private readonly fates = new Map<string, Fate>();
  private readonly haveRows: boolean;

  constructor(
    readonly first: Trial,
    readonly second: Trial,
  ) {
    this.haveRows = first.columns !== undefined && second.columns !== undefined;
  }

  /** Takes a message; undefined when both pipelines do the same with it. */
  take(payload: Buffer): Difference | undefined {
    const { counts } = this;
    const number = ++counts.messages;
    const [first, second] = [this.first.take(payload), this.second.take(payload)];
    if (alike(first, second) && this.haveRows) {
      counts.same++;
      this.count(first.result, second.result, number, () => ["", ""]);
      return undefined;
    }
    return this.compare(this.first.look(payload, number), this.second.look(payload, number));
  }

  /** The same for several messages, where a pipeline waits for something. */
  async takeBatch(payloads: readonly Buffer[]): Promise<(Difference | undefined)[]> {
    const [first, second] = [await this.first.takeBatch(payloads), await this.second.takeBatch(payloads)];
    this.counts.messages += payloads.length;
    return first.map((trace, index) => this.compare(trace, second[index]!));
  }

  private compare(first: Trace, second: Trace): Difference | undefined {
    const { counts } = this;
    this.count(first.result, second.result, first.number, () => [stopOf(first), stopOf(second)]);
    const columns = first.result === "stored" && second.result === "stored" ? this.differing(first, second) : [];
    if (first.result === "stored" && second.result !== "stored") counts.onlyFirst++;
    else if (second.result === "stored" && first.result !== "stored") counts.onlySecond++;
    else if (columns.length > 0) counts.rows++;
    else if (first.result !== second.result) counts.neither++;
    else {
      counts.same++;
      return undefined;
    }
    return { first, second, columns };
  }

  /** The columns in the order of the first pipeline's datastore; those that only the second has come behind. */
  summary(): ComparisonSummary {
    const order = [...(this.first.columns ?? []), ...(this.second.columns ?? [])].map(({ name }) => name);
    const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
    const columns = [...this.columns.values()].sort((a, b) => place(a.name) - place(b.name));
    const fates = RESULTS.flatMap((before) => RESULTS.flatMap((after) => this.fates.get(`${before} ${after}`) ?? []));
    return { ...this.counts, different: this.counts.messages - this.counts.same, columns, fates };
  }

  private count(before: Result, after: Result, message: number, stops: () => readonly [string, string]): void {
    const known = this.fates.get(`${before} ${after}`);
    if (known !== undefined) known.count++;
    else {
      const [first, second] = stops();
      this.fates.set(`${before} ${after}`, {
        before,
        after,
        count: 1,
        example: { message, before: first, after: second },
      });
    }
  }

  private differing(first: Trace, second: Trace): Difference["columns"] {
    const [left, right] = [valuesOf(first), valuesOf(second)];
    const found: Difference["columns"] = [];
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      const [a, b] = [left.get(name) ?? NO_VALUE, right.get(name) ?? NO_VALUE];
      if (a === b) continue;
      found.push({ name, first: a, second: b });
      let column = this.columns.get(name);
      if (column === undefined) {
        const example = { message: first.number, first: a, second: b };
        column = { name, different: 0, onlyFirst: 0, onlySecond: 0, example };
        this.columns.set(name, column);
      }
      column.different++;
      if (b === NO_VALUE) column.onlyFirst++;
      if (a === NO_VALUE) column.onlySecond++;
    }
    return found;
  }
}

/** Where a message was stopped, and why. */
function stopOf({ result, at, reason }: Trace): string {
  return result === "stored" ? "" : `${result} at ${at}${reason === undefined ? "" : `: ${reason}`}`;
}

/** Whether it can be seen at once that two pipelines do the same with a message. */
function alike(a: Outcome, b: Outcome): boolean {
  if (a.result !== "stored" || b.result !== "stored") return a.result === b.result;
  return a.row === b.row && JSON.stringify(a.partitionKeys) === JSON.stringify(b.partitionKeys);
}

/** What is compared: the row and its partition, or without a datastore the message. JSON by name. */
function valuesOf(trace: Trace): Map<string, string> {
  const values = columnsOf(trace.rows[0] ?? trace.output ?? "{}");
  if (trace.rows.length > 1) values.set("(rows)", JSON.stringify(trace.rows.length));
  for (const [name, value] of Object.entries(trace.partitions[0] ?? {})) values.set(name, JSON.stringify(value));
  if (trace.partitions.length > 1) values.set("(partitions)", JSON.stringify(trace.partitions));
  return values;
}
