import { parseSchedule, type Schedule } from "../../../etl";
import type { Clock } from "../../core/clock";
import { notAuthorized } from "../../core/access-denied";
import { ACCOUNT, ofType, TYPES, type Properties, type Resource } from "../../core/model";
import { UNEXERCISED, type Iam } from "../../iam";
import type { Workgroups } from "../athena/workgroups";
import type { ResultColumn } from "../athena/result-columns";
import { parseS3Url } from "../s3/location";
import { strideAt } from "../scheduler/scheduler";

/** What became of the queries of a data set in this run. */
export interface DataSetCounts {
  mode: "SPICE" | "DIRECT_QUERY";
  /** queries that succeeded, with the columns that are declared */
  refreshed: number;
  failed: number;
  /** firings of its refresh schedule that a replay passed over */
  passedOver: number;
  /** of the last query that succeeded */
  rows: number;
  /** why the last query failed; absent if it succeeded */
  error?: string;
}

/** What the data sets need. */
interface QuickSightServices {
  iam: Iam;
  clock: Clock;
  workgroups: Workgroups;
  region: string;
}

interface Entry {
  counts: DataSetCounts;
  role: string;
  workgroup: string;
  /** of the data source */
  sourceArn: string;
  sql: string;
  columns: readonly { name: string; type: string }[];
  schedule: Schedule | undefined;
}

/**
 * QuickSight as far as it queries Athena: each data set's SQL with the role of its data source, when its refresh is due on the local clock and when
 * it is asked to. What people would see is not part of it.
 */
export class QuickSight {
  private readonly entries = new Map<string, Entry>();
  private stopped = false;

  constructor(
    resources: readonly Resource[],
    private readonly services: QuickSightServices,
  ) {
    const sources = new Map(
      ofType(resources, TYPES.dataSource).map((source) => [source.outputs.arn as string, source]),
    );
    const schedules = ofType(resources, TYPES.refreshSchedule);
    for (const { inputs } of ofType(resources, TYPES.dataSet)) {
      const { dataSourceArn, sqlQuery, columns } = inputs.physicalTableMaps[0].customSql;
      const { workGroup, roleArn } = sources.get(dataSourceArn)!.inputs.parameters.athena;
      const refresh = schedules.find(({ inputs: { dataSetId } }) => dataSetId === inputs.dataSetId)?.inputs.schedule;
      this.entries.set(inputs.dataSetId, {
        counts: { mode: inputs.importMode, refreshed: 0, failed: 0, passedOver: 0, rows: 0 },
        role: roleArn,
        workgroup: workGroup,
        sourceArn: dataSourceArn,
        sql: sqlQuery,
        columns,
        schedule: refresh && parseSchedule(expressionOf(refresh.scheduleFrequency)),
      });
      this.require(roleArn, workGroup);
    }
  }

  /** By the id of the data set. */
  countsOf(dataSetId: string): DataSetCounts | undefined {
    return this.entries.get(dataSetId)?.counts;
  }

  /** From now on refreshes are made when they are due. A clock that is set to a recording's time takes them with it. */
  start(): void {
    const { clock } = this.services;
    for (const [id, entry] of this.entries) {
      if (entry.schedule === undefined) continue;
      let era = 0;
      const begin = (): void => {
        if (!this.stopped) this.arm(id, entry, clock.now(), () => era, ++era);
      };
      clock.onReset(begin);
      begin();
    }
  }

  /** No refresh is made any more. */
  stop(): void {
    this.stopped = true;
  }

  /** @param era of the clock that the timer belongs to; a reset begins another */
  private arm(id: string, entry: Entry, origin: number, current: () => number, era: number): void {
    const { clock } = this.services;
    const { counts, schedule } = entry;
    const stride = clock.running ? 1 : strideAt(counts.refreshed + counts.failed);
    const time = schedule!.nth(clock.now(), origin, stride);
    if (time === undefined) return;
    clock.at(
      time,
      async () => {
        if (this.stopped || current() !== era) return;
        counts.passedOver += stride - 1;
        await this.query(id);
        this.arm(id, entry, origin, current, era);
      },
      `refresh of ${id}`,
    );
  }

  /** Runs the SQL of every data set once, as somebody who looks at their dashboards would make it run. */
  async queryAll(): Promise<void> {
    for (const id of this.entries.keys()) await this.query(id);
  }

  /** Runs the SQL of a data set, as a refresh of SPICE or a look at a dashboard does. A failed one leaves the counts of before. */
  async query(dataSetId: string): Promise<DataSetCounts> {
    const entry = this.entries.get(dataSetId)!;
    const { counts } = entry;
    try {
      const rows = await this.run(entry);
      counts.refreshed++;
      counts.rows = rows;
      delete counts.error;
    } catch (error) {
      counts.failed++;
      counts.error = (error as Error).message;
    }
    return counts;
  }

  /** @returns the number of rows @throws Error that says why not */
  private async run({ role, workgroup, sourceArn, sql, columns }: Entry): Promise<number> {
    const { iam, workgroups, region } = this.services;
    const trust = iam.assume("quicksight.amazonaws.com", role, {
      "aws:SourceAccount": ACCOUNT,
      "aws:SourceArn": sourceArn,
    });
    if (!trust.allowed) throw new Error(`${role} may not be assumed: ${trust.decidedBy}`);
    const group = `arn:aws:athena:${region}:${ACCOUNT}:workgroup/${workgroup}`;
    const record = await workgroups.run(role, { sql, workgroup, catalog: "AwsDataCatalog" });
    const require = (action: string, resource: string): void => {
      const { allowed, decidedBy } = iam.check({ principal: role, action, resource });
      if (!allowed) throw new Error(notAuthorized(role, action, resource, decidedBy));
    };
    require("athena:GetQueryExecution", group);
    if (record.state !== "SUCCEEDED") throw new Error(record.reason ?? record.state);
    require("athena:GetQueryResults", group);
    const { bucket, prefix } = parseS3Url(record.output);
    require("s3:GetObject", `arn:aws:s3:::${bucket}/${prefix}`);
    const wrong = columnProblem(columns, record.columns);
    if (wrong !== undefined) throw new Error(wrong);
    return record.rows;
  }

  /** What AWS's managed policy for Athena allows and no query here uses. */
  private require(principal: string, workgroup: string): void {
    const { iam, workgroups, region } = this.services;
    const resource = `arn:aws:athena:${region}:${ACCOUNT}:workgroup/${workgroup}`;
    iam.requirePermissions({ principal, resource }, UNEXERCISED.stopQuery);
    iam.requirePermissions({ principal, resource }, UNEXERCISED.quickSightResults);
    const { bucket, prefix } = parseS3Url(workgroups.named(workgroup).outputLocation ?? "s3://-/");
    iam.requirePermissions({ principal, resource: `arn:aws:s3:::${bucket}/${prefix}object` }, UNEXERCISED.queryParts);
  }
}

/** The types of Athena's results that a column may have. https://docs.aws.amazon.com/quicksight/latest/user/supported-data-types-and-values.html */
const FITTING: Readonly<Record<string, readonly string[]>> = {
  STRING: ["varchar", "char"],
  INTEGER: ["tinyint", "smallint", "integer", "bigint"],
  DECIMAL: ["float", "double", "decimal"],
  DATETIME: ["timestamp", "date"],
  BOOLEAN: ["boolean"],
};

/** The first column that the result does not have, or has with another type; undefined if all fit. */
export function columnProblem(
  declared: readonly { name: string; type: string }[],
  found: readonly Pick<ResultColumn, "name" | "type">[],
): string | undefined {
  for (const { name, type } of declared) {
    const column = found.find((other) => other.name === name);
    if (column === undefined)
      return `the data set declares the column ${name}, and the query gives ${found.map((other) => other.name).join(", ")}`;
    if (!(FITTING[type] ?? []).includes(column.type))
      return `the data set declares the column ${name} as ${type}, and the query gives ${column.type}`;
  }
  const more = found.find(({ name }) => declared.every((column) => column.name !== name));
  return more === undefined
    ? undefined
    : `the query gives the column ${more.name}, which the data set does not declare`;
}

/** A frequency as a schedule of the local clock. */
function expressionOf({ interval, timeOfTheDay = "00:00", refreshOnDay = {} }: Properties): string {
  const [hour, minute] = String(timeOfTheDay).split(":").map(Number);
  switch (interval) {
    case "HOURLY":
      return "rate(1 hours)";
    case "WEEKLY":
      return `cron(${minute} ${hour} ? * ${String(refreshOnDay.dayOfWeek).slice(0, 3)} *)`;
    case "MONTHLY":
      return `cron(${minute} ${hour} ${refreshOnDay.dayOfMonth === "LAST_DAY_OF_MONTH" ? "L" : refreshOnDay.dayOfMonth} * ? *)`;
    default:
      return `cron(${minute} ${hour} * * ? *)`;
  }
}
