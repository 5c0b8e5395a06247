import { Athena } from "../../local/athena";
import type { Defects } from "../../local/core/defects";
import type { Deployed } from "../start/deployed";
import type { Progress } from "../start/report";
import { textOf, wholeOf, wrong, type Answer, type Answers } from "./answers";
import { chartChoices, Charts } from "./chart";
import { DatasetAnswers, makeContent } from "./dataset-answers";
import { failureDetail, failureList, tryMessage } from "./failure-answers";
import { Figures } from "./figures";
import { flowOf } from "./flow";
import { Live } from "./live";
import { replay } from "./retry";
import { PageServer } from "./server";
import { MOST_ROWS, runSql, saveSql, wordsOf } from "./sql";

/** Where the page gets what it shows. */
export interface PageOptions {
  /** what runs at the moment; undefined while nothing does */
  deployed(): Deployed | undefined;
  /** facts of the run that the local cloud does not know */
  progress(deployed: Deployed): Progress;
  /** names besides those of the loopback interface, lower case */
  allowedHosts: readonly string[];
  defects: Defects;
}

/** The page of a local cloud: what it shows, and its server. */
export class Page {
  readonly live: Live;
  readonly server: PageServer;
  /** each of its own, so that neither waits for the other, nor for a dataset's query */
  private readonly athena = { figures: new Athena(), sql: new Athena() };
  private readonly charts = new Charts(new Athena());
  private readonly figures = new Figures(this.athena.figures);
  private readonly datasets = new DatasetAnswers((deployed) => this.options.progress(deployed).endpoints.http);
  /** what was deployed last, and how many deployments there have been */
  private last: { deployed: Deployed | undefined; generation: number } = { deployed: undefined, generation: 0 };

  constructor(private readonly options: PageOptions) {
    const { allowedHosts, defects } = options;
    this.live = new Live(
      () => this.state(),
      (error) => defects.record("page", error),
    );
    const { sql } = this.athena;
    const deployed = (): Deployed => this.deployed();
    const answers: Answers = new Map<string, Answer>([
      ["GET /api/stack", () => this.stack()],
      ["GET /api/failures", () => failureList(deployed())],
      ["POST /api/failure", (body) => failureDetail(deployed(), textOf(body, "id"))],
      ["POST /api/try", (body) => tryMessage(deployed(), body)],
      ["POST /api/replay", (body) => replay(deployed(), textOf(body, "pipeline"))],
      ["GET /api/chart/choices", () => chartChoices(deployed())],
      ["POST /api/chart", (body, signal) => this.charts.answer(deployed(), body, signal)],
      ["GET /api/datasets", () => this.datasets.list(deployed())],
      ["POST /api/dataset/rows", (body) => this.datasets.rows(deployed(), body)],
      ["POST /api/dataset/make", (body) => makeContent(deployed(), body)],
      ["GET /api/health", () => this.health()],
      ["GET /api/sql/words", () => wordsOf(deployed())],
      [
        "POST /api/sql",
        (body, signal) => runSql(deployed(), sql, textOf(body, "sql"), wholeOf(body, "rows", 1, MOST_ROWS), signal),
      ],
      [
        "POST /api/sql/save",
        (body, signal) => saveSql(deployed(), sql, textOf(body, "sql"), textOf(body, "format"), signal),
      ],
    ]);
    this.server = new PageServer({ answers, live: this.live, allowedHosts, defects });
  }

  /** Opens on 127.0.0.1; port 0 takes a free one. @returns the address. @throws EADDRINUSE and the like as node raises them */
  listen(port: number): Promise<string> {
    return this.server.listen(port);
  }

  async close(): Promise<void> {
    await Promise.all([this.live.close(), this.server.close()]);
    this.charts.close();
    this.datasets.close();
    for (const athena of Object.values(this.athena)) athena.close();
  }

  private async state(): Promise<unknown> {
    const deployed = this.options.deployed();
    if (deployed === undefined) return { idle: true };
    const state = await this.figures.state(deployed, this.options.progress(deployed));
    return { generation: this.generationOf(deployed), ...state };
  }

  /** Another number for each deployment, by which a page knows that its picture of the stack is old. */
  private generationOf(deployed: Deployed): number {
    if (this.last.deployed !== deployed) this.last = { deployed, generation: this.last.generation + 1 };
    return this.last.generation;
  }

  /** Alarms, roles and what went wrong: parts of the report. */
  private async health(): Promise<unknown> {
    const deployed = this.deployed();
    const report = await this.figures.report(deployed, this.options.progress(deployed));
    const { alarms, iam, defects, blocked, refusedMessages, ruleNotFound } = report;
    return { alarms, iam, defects, blocked, refusedMessages, ruleNotFound };
  }

  private stack(): unknown {
    const deployed = this.deployed();
    const { evaluation, folder } = deployed;
    const { stack, region } = evaluation;
    const { endpoints } = this.options.progress(deployed);
    const generation = this.generationOf(deployed);
    return { generation, stack, region, dataDir: folder.path, endpoints, flow: flowOf(deployed) };
  }

  /** @throws Refusal while nothing runs */
  private deployed(): Deployed {
    const deployed = this.options.deployed();
    if (deployed === undefined) throw wrong("nothing is deployed at the moment", 503);
    return deployed;
  }
}
