/** What two pipelines do with recorded messages, as a report. */
import { rolesOf, type Cell, type ColumnDifference, type GroupDifference, type RowCounts } from "../../etl/compare";
import { formatColumnType } from "../../etl";
import { Comparison, type Difference } from "../try/compare";
import type { TrialDefinition } from "../try/definition";
import { TrialProgress } from "../try/progress";
import { columnsOf } from "../try/row";
import type { Services } from "../../etl/activities";
import { Trial } from "../try/trial";
import type { CompareReport } from "./report";
import type { MessageStream } from "./sample";

/** Devices and days that are counted one by one; what comes behind them is counted together. */
const MOST_GROUPS = 10_000;
const SHOWN_GROUPS = 200;
const EXAMPLES = 3;

/** Both pipelines, their names for people, and what they run on. */
export interface PipelinePair {
  readonly definitions: readonly [before: TrialDefinition, after: TrialDefinition];
  readonly names: readonly [before: string, after: string];
  readonly messages: MessageStream;
  readonly services: Services;
  /** ms since 1970-01-01 UTC */
  readonly now: number;
}

/** Runs all messages through both. Memory grows with columns, devices and days, up to a limit. */
export async function compareMessages(pair: PipelinePair): Promise<CompareReport> {
  const startedAt = Date.now();
  const { definitions, names, messages, services, now } = pair;
  const comparison = new Comparison(new Trial(definitions[0], now, services), new Trial(definitions[1], now, services));
  const { first, second } = comparison;
  const groups = new Groups(definitions[0]);
  const columns = new Examples();
  const take = (difference: Difference | undefined): void => {
    if (difference === undefined) return;
    groups.take(difference);
    columns.take(difference);
  };
  const progress = new TrialProgress(process.stderr, messages);
  try {
    for await (const batch of messages.batches()) {
      if (first.asynchronous || second.asynchronous) (await comparison.takeBatch(batch)).forEach(take);
      else for (const payload of batch) take(comparison.take(payload));
      progress.update(first.received);
    }
  } finally {
    progress.stop();
  }
  const summary = comparison.summary();
  const stored = summary.fates.find(({ before, after }) => before === "stored" && after === "stored")?.count ?? 0;
  const rows: RowCounts = {
    both: stored - summary.rows,
    differ: summary.rows,
    onlyBefore: summary.onlyFirst,
    onlyAfter: summary.onlySecond,
  };
  return {
    pipeline: first.name,
    before: names[0],
    after: names[1],
    compared: "messages",
    key: [],
    rows,
    totals: { before: first.results.stored, after: second.results.stored },
    repeated: { before: 0, after: 0 },
    columns: columnsOfBoth(pair, comparison, columns),
    leftOut: [],
    ...groups.result(),
    examples: { onlyBefore: [], onlyAfter: [] },
    messages: { received: summary.messages, fates: summary.fates },
    seconds: (Date.now() - startedAt) / 1000,
  };
}

/** The columns of both datastores; without one, the attributes that differ. */
function columnsOfBoth({ definitions }: PipelinePair, comparison: Comparison, examples: Examples): ColumnDifference[] {
  const differences = new Map(comparison.summary().columns.map((column) => [column.name, column]));
  const [before, after] = definitions.map(
    ({ columns = [] }) => new Map(columns.map(({ name, type }) => [name, formatColumnType(type)])),
  ) as [Map<string, string>, Map<string, string>];
  const names = new Set([...before.keys(), ...after.keys(), ...differences.keys()]);
  return [...names].map((name): ColumnDifference => {
    const { different = 0, onlyFirst = 0, onlySecond = 0 } = differences.get(name) ?? {};
    const [one, other] = [before.get(name), after.get(name)];
    const side =
      one !== undefined && other === undefined
        ? "before"
        : one === undefined && other !== undefined
          ? "after"
          : undefined;
    return {
      name,
      differ: different,
      onlyBefore: onlyFirst,
      onlyAfter: onlySecond,
      examples: examples.of(name),
      ...(one !== undefined && other !== undefined && one !== other
        ? { types: { before: one, after: other, comparedAs: "their values in JSON" } }
        : {}),
      ...(side === undefined ? {} : { side }),
    };
  });
}

/** The first values of each column that differ, with the number of their message. */
class Examples {
  private readonly byColumn = new Map<string, ColumnDifference["examples"]>();

  take({ first, columns }: Difference): void {
    for (const { name, first: before, second: after } of columns) {
      const known = this.byColumn.get(name) ?? [];
      if (known.length === EXAMPLES) continue;
      known.push({ key: { message: `message ${first.number}` }, before: cell(before), after: cell(after) });
      this.byColumn.set(name, known);
    }
  }

  of(name: string): ColumnDifference["examples"] {
    return this.byColumn.get(name) ?? [];
  }
}

/** A value of JSON text; nested ones stay text. */
function cell(json: string): Cell {
  const value = JSON.parse(json) as unknown;
  return typeof value === "object" && value !== null ? json : (value as Cell);
}

type Counts = Omit<GroupDifference, "device" | "day">;

/** Rows that are not the same by device and day, as the columns' names and the partitions tell them. */
class Groups {
  private readonly groups = new Map<string, GroupDifference>();
  private readonly others = { groups: 0, differ: 0, onlyBefore: 0, onlyAfter: 0 };
  private readonly device: string | undefined;
  private readonly time: string | undefined;

  constructor({ columns = [], definition }: TrialDefinition) {
    const hint = definition.datastore.datastorePartitions?.partitions?.find(
      ({ timestampPartition }) => timestampPartition !== undefined,
    )?.timestampPartition;
    const table = {
      database: "",
      name: "",
      columns: columns.map(({ name, type }) => ({ name, type: formatColumnType(type) })),
    };
    const roles = rolesOf(table, hint && { attribute: hint.attributeName, format: hint.timestampFormat });
    this.device = roles.device;
    this.time = roles.time;
  }

  take({ first, second, columns }: Difference): void {
    const { device, time } = this;
    const row = [...first.rows, ...second.rows][0];
    if (row === undefined || (device === undefined && time === undefined)) return;
    const values = columnsOf(row);
    const value = (name: string): Cell => cell(values.get(name) ?? "null");
    const group = {
      ...(device === undefined ? {} : { device: value(device) }),
      ...(time === undefined ? {} : { day: dayOf(value(time)) }),
    };
    const counts = this.countsOf(group);
    if (columns.length > 0) counts.differ++;
    else if (first.result === "stored") counts.onlyBefore++;
    else if (second.result === "stored") counts.onlyAfter++;
  }

  result(): { groups: GroupDifference[]; otherGroups: Counts & { groups: number } } {
    const total = ({ differ, onlyBefore, onlyAfter }: GroupDifference): number => differ + onlyBefore + onlyAfter;
    const sorted = [...this.groups.values()].sort((a, b) => total(b) - total(a));
    const otherGroups = { ...this.others };
    for (const rest of sorted.slice(SHOWN_GROUPS)) {
      otherGroups.groups++;
      for (const name of ["differ", "onlyBefore", "onlyAfter"] as const) otherGroups[name] += rest[name];
    }
    return { groups: sorted.slice(0, SHOWN_GROUPS), otherGroups };
  }

  private countsOf(group: { device?: Cell; day?: Cell }): Counts {
    const id = JSON.stringify([group.device, group.day]);
    const known = this.groups.get(id);
    if (known !== undefined) return known;
    if (this.groups.size >= MOST_GROUPS) {
      // No more is known of them than that there is one at least.
      this.others.groups = Math.max(1, this.others.groups);
      return this.others;
    }
    const fresh = { ...group, differ: 0, onlyBefore: 0, onlyAfter: 0 };
    this.groups.set(id, fresh);
    return fresh;
  }
}

/** Epochs beyond this are milliseconds. */
const MOST_SECONDS = 1e11;

function dayOf(time: Cell): Cell {
  if (typeof time === "string") return time.slice(0, 10);
  if (typeof time !== "number") return null;
  const date = new Date(Math.abs(time) >= MOST_SECONDS ? time : time * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString().slice(0, 10);
}
