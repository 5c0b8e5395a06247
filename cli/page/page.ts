import { Athena } from "../../local/athena";
import type { Defects } from "../../local/core/defects";
import type { Deployed } from "../start/deployed";
import type { Progress } from "../start/report";
import { wrong, type Answers } from "./answers";
import { Figures } from "./figures";
import { flowOf } from "./flow";
import { Live } from "./live";
import { PageServer } from "./server";

/** Where the page gets what it shows. */
export interface PageOptions {
  /** what runs at the moment; undefined while nothing does */
  deployed(): Deployed | undefined;
  /** facts of the run that the local cloud does not know */
  progress: Progress;
  /** names besides those of the loopback interface, lower case */
  allowedHosts: readonly string[];
  defects: Defects;
}

/** The page of a local cloud: what it shows, and its server. */
export class Page {
  readonly live: Live;
  readonly server: PageServer;
  /** of its own, so that the page's queries wait for none of a dataset */
  private readonly athena = new Athena();
  private readonly figures = new Figures(this.athena);

  constructor(private readonly options: PageOptions) {
    const { allowedHosts, defects } = options;
    this.live = new Live(
      () => this.state(),
      (error) => defects.record("page", error),
    );
    const answers: Answers = new Map([["GET /api/stack", () => this.stack()]]);
    this.server = new PageServer({ answers, live: this.live, allowedHosts, defects });
  }

  /** Opens on 127.0.0.1; port 0 takes a free one. @returns the address. @throws EADDRINUSE and the like as node raises them */
  listen(port: number): Promise<string> {
    return this.server.listen(port);
  }

  async close(): Promise<void> {
    this.live.close();
    await this.server.close();
    this.athena.close();
  }

  private async state(): Promise<unknown> {
    const deployed = this.options.deployed();
    return deployed === undefined ? { idle: true } : this.figures.state(deployed, this.options.progress);
  }

  private stack(): unknown {
    const deployed = this.deployed();
    const { evaluation, folder } = deployed;
    const { stack, region } = evaluation;
    return { stack, region, dataDir: folder.path, endpoints: this.options.progress.endpoints, flow: flowOf(deployed) };
  }

  /** @throws Refusal while nothing runs */
  private deployed(): Deployed {
    const deployed = this.options.deployed();
    if (deployed === undefined) throw wrong("nothing is deployed at the moment", 503);
    return deployed;
  }
}
