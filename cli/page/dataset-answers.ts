/** Datasets with their schedules, contents and rows: what `npm run datasets` shows, by the same calls of the local cloud's APIs. */
import { LOCAL_ADMIN_ARN } from "../../local/core/principals";
import { StartRefused } from "../../local/services/states";
import { QueryRefused } from "../../local/services/athena/workgroups";
import { isUserError } from "../command/run";
import { clientsOf, type Clients, type Dataset } from "../datasets/clients";
import { listContents } from "../datasets/contents";
import { firstRows } from "../datasets/output";
import { reportOf } from "../datasets/text";
import type { Deployed } from "../start/deployed";
import { textOf, wrong } from "./answers";

/** Contents of a dataset that are listed, the newest. */
const SHOWN = 50;
/** Rows of a content that are shown. */
const SHOWN_ROWS = 200;

/** The datasets of what runs, through its HTTP endpoint. */
export class DatasetAnswers {
  private clients: { endpoint: string; promise: Promise<Clients> } | undefined;

  /** @param endpoint URL of the local cloud's HTTP endpoint */
  constructor(private readonly endpoint: (deployed: Deployed) => string) {}

  /** Schedules, next run and newest contents of each. */
  async list(deployed: Deployed): Promise<object> {
    const clients = await this.clientsOf(deployed);
    const now = deployed.cloud.clock.now();
    const datasets = Object.entries(deployed.outputs.datasets).map(async ([name, each]) => {
      const { contents, kept } = await listContents(clients, { ...each, name }, SHOWN);
      return { ...reportOf({ ...each, name }, contents, now), kept, query: each.query };
    });
    return { datasets: await Promise.all(datasets), shown: SHOWN };
  }

  /** The first rows of a content. @throws Refusal */
  async rows(deployed: Deployed, body: Record<string, unknown>): Promise<object> {
    const dataset = datasetOf(deployed, body);
    const version = textOf(body, "version");
    if (!/^[\w-]{1,128}$/.test(version)) throw wrong("version: names no content");
    try {
      return await firstRows(await this.clientsOf(deployed), dataset, version, SHOWN_ROWS);
    } catch (error) {
      if (isUserError(error)) throw wrong("the content is not kept any more", 404);
      throw error;
    }
  }

  close(): void {
    void this.clients?.promise.then((clients) => clients.close());
    this.clients = undefined;
  }

  private clientsOf(deployed: Deployed): Promise<Clients> {
    const endpoint = this.endpoint(deployed);
    const { evaluation, outputs } = deployed;
    const { region } = evaluation;
    if (this.clients?.endpoint !== endpoint) {
      this.close();
      this.clients = { endpoint, promise: clientsOf({ kind: "endpoint", endpoint, region, outputs, where: "" }) };
    }
    return this.clients!.promise;
  }
}

/** Starts to make a content, as a person does: an execution of the state machine, or the query. @throws Refusal */
export function makeContent(deployed: Deployed, body: Record<string, unknown>): void {
  const { stateMachine, query: sql, workgroup, database } = datasetOf(deployed, body);
  const { machines, workgroups } = deployed.cloud;
  try {
    if (stateMachine !== undefined) machines.get(stateMachine)!.start(LOCAL_ADMIN_ARN, {});
    else workgroups.start(LOCAL_ADMIN_ARN, { sql, workgroup, database });
  } catch (error) {
    if (error instanceof StartRefused || error instanceof QueryRefused) throw wrong(error.message, 409);
    throw error;
  }
}

function datasetOf({ outputs }: Deployed, body: Record<string, unknown>): Dataset {
  const name = textOf(body, "name");
  if (!Object.hasOwn(outputs.datasets, name)) throw wrong(`there is no dataset ${name}`, 404);
  return { ...outputs.datasets[name]!, name };
}
