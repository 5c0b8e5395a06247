import type { Athena } from "../../local/athena";
import type { Clock } from "../../local/core/clock";
import type { Deployed } from "../start/deployed";
import { keptContents, makeReport, rowsOf, runsOf, type CountRows, type Progress, type Report } from "../start/report";
import { filesText } from "./files-text";
import { flowFigures, type FlowFigures } from "./flow";

/** Time on the local clock and on this machine's, ms since 1970-01-01 UTC. */
export interface Times {
  machine: number;
  local: number;
  /** at which the local clock began */
  began: number;
  /** whether it follows the machine's */
  running: boolean;
}

/** What the page shows without being asked, a few times a second. */
export interface PageState {
  stack: string;
  times: Times;
  /** of the report of `npm start`, as it is now */
  published: number;
  flow: FlowFigures;
  /** messages that failed in pipelines and rules, and those that the broker refused */
  failed: number;
  /** names of alarms that are on */
  alarms: string[];
  iam: { refused: number; unused: number };
  defects: number;
  /** why a delivery stream or a mapping cannot deliver */
  blocked: Record<string, string>;
}

type Rows = Awaited<ReturnType<CountRows>>;

/** Counting takes at most this part of the time. */
const SHARE = 0.1;

/** The figures of a stack. They are those of the report that `npm start` prints; nothing is counted twice. */
export class Figures {
  /** by table, its rows when it had these files, and when it may be counted again, ms */
  private readonly counted = new Map<string, { files: string; rows: Rows; next: number }>();

  /** @param athena counts the rows of datastores */
  constructor(private readonly athena: Athena) {}

  /** The report, with the runs of the datasets in place of their contents. Rows are counted anew only if a table's files have changed. */
  async report(deployed: Deployed, progress: Progress): Promise<Report> {
    // Alarms are decided as metrics come; those that wait for silence are decided when somebody looks.
    deployed.cloud.cloudwatch.settle();
    const report = await makeReport(deployed, progress, this.countRows);
    for (const name of Object.keys(deployed.outputs.datasets))
      report.datasets[name] = {
        versions: keptContents(deployed, name),
        ...runsOf(deployed, name),
      } as Report["datasets"][string];
    return report;
  }

  async state(deployed: Deployed, progress: Progress): Promise<PageState> {
    const report = await this.report(deployed, progress);
    const { clock } = deployed.cloud;
    const { stack, published, iam, blocked, defects } = report;
    const flow = flowFigures(report, deployed.outputs);
    const troubles = Object.values(flow.nodes).flat();
    return {
      stack,
      times: timesOf(clock),
      published,
      flow,
      failed: troubles.reduce(
        (sum, { tone, value, label }) => sum + (tone === "trouble" && label !== "failed runs" ? value : 0),
        0,
      ),
      alarms: Object.entries(report.alarms).flatMap(([name, { state }]) => (state === "ALARM" ? [name] : [])),
      iam: { refused: iam.refused.length, unused: iam.unused.length },
      defects: defects.length,
      blocked,
    };
  }

  /**
   * The rows when a table's files were last counted. Files that have come since are counted meanwhile, for the next look: with many of them that
   * takes longer than a look may.
   */
  private readonly countRows: CountRows = async (deployed, database, table) => {
    const { tables } = deployed.cloud.glue;
    const key = `${database}.${table}`;
    const files = filesText(tables.get(key)!, tables);
    const known = this.counted.get(key);
    if (known === undefined) return this.count(deployed, database, table, files);
    const now = performance.now();
    if (known.files !== files && now > known.next) {
      known.next = Infinity;
      void this.count(deployed, database, table, files);
    }
    return known.rows;
  };

  private async count(deployed: Deployed, database: string, table: string, files: string): Promise<Rows> {
    const began = performance.now();
    const rows = await rowsOf(deployed, database, table, this.athena);
    const ended = performance.now();
    this.counted.set(`${database}.${table}`, { files, rows, next: ended + (ended - began) / SHARE });
    return rows;
  }
}

/** Whole seconds of a running clock, so that the time alone makes one update a second. */
function timesOf(clock: Clock): Times {
  const { running, began } = clock;
  const whole = (ms: number): number => (running ? Math.floor(ms / 1000) * 1000 : ms);
  return { machine: whole(Date.now()), local: whole(clock.now()), began, running };
}
