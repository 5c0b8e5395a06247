/** Makes a content now: an execution of the dataset's state machine, or its query where nothing but a person runs it. */
import {
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../command/run";
import { printError } from "../output/terminal";
import { objectOf, type Clients, type Dataset } from "./clients";
import { contentOfExecution, contentOfQuery, rowsOf, type Content } from "./contents";

/** How often an execution is looked at, ms: soon at first, then by and by less often. */
const EVERY_MS = { first: 50, last: 1000 };
/** Without a terminal a line now and then is enough, ms. */
const EVERY_MS_IN_A_LOG = 5000;

/** An execution or a query that makes a content. */
interface Run {
  state(): Promise<Content>;
  /** what it does now */
  step(): Promise<string | undefined>;
  stop(): Promise<void>;
}

/**
 * Makes a content, or follows the one that is being made.
 * @param signal stops the waiting; what runs on AWS, or in a local cloud elsewhere, goes on
 * @returns undefined when the waiting was stopped
 * @throws UserError with the reason of a failure
 */
export async function refresh(clients: Clients, dataset: Dataset, signal: AbortSignal): Promise<Content | undefined> {
  const run =
    dataset.stateMachine === undefined
      ? await startQuery(clients, dataset)
      : await startExecution(clients, dataset, dataset.stateMachine);
  const content = await follow(clients, dataset, run, signal);
  if (content === undefined) return undefined;
  if (content.state === "FAILED")
    throw new UserError([`The dataset ${dataset.name} has no new content: ${content.reason}`]);
  // A container's execution says what it wrote.
  if (dataset.container === true) return content;
  const { url, ...object } = objectOf(dataset, content.version!);
  const [rows, { ContentLength = null }] = await Promise.all([
    rowsOf(clients.athena, content.version!),
    clients.s3.send(new HeadObjectCommand(object)),
  ]);
  return { ...content, rows, bytes: ContentLength, path: url };
}

async function follow(
  { cloud }: Clients,
  { name }: Dataset,
  run: Run,
  signal: AbortSignal,
): Promise<Content | undefined> {
  const line = new StepLine(name);
  try {
    for (let wait = EVERY_MS.first; ; wait = Math.min(wait * 1.5, EVERY_MS.last)) {
      cloud?.check();
      const content = await run.state();
      if (content.state !== "CREATING") return content;
      if (signal.aborted) break;
      line.show(await run.step());
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
    // A local cloud in this process ends with it.
    if (cloud !== undefined) await run.stop();
    return undefined;
  } finally {
    line.end();
  }
}

async function startExecution({ sfn, cloud }: Clients, { name }: Dataset, machine: string): Promise<Run> {
  const running = new ListExecutionsCommand({ stateMachineArn: machine, statusFilter: "RUNNING", maxResults: 1 });
  const [found] = (await sfn.send(running)).executions ?? [];
  // Two at a time would have the same delta window.
  if (found !== undefined)
    printError(
      `${name}: a content is being made since ${found.startDate!.toISOString()}; this command waits for it.\n`,
    );
  const executionArn =
    found?.executionArn ??
    (await sfn.send(new StartExecutionCommand({ stateMachineArn: machine, input: "{}" }))).executionArn!;
  cloud?.drive(executionArn);
  return {
    state: async () => contentOfExecution(await sfn.send(new DescribeExecutionCommand({ executionArn }))),
    async step() {
      const history = { executionArn, reverseOrder: true, maxResults: 10, includeExecutionData: false };
      const { events = [] } = await sfn.send(new GetExecutionHistoryCommand(history));
      return events.map(({ stateEnteredEventDetails: entered }) => entered?.name).find((each) => each !== undefined);
    },
    async stop() {
      await sfn.send(new StopExecutionCommand({ executionArn, cause: "npm run datasets" }));
    },
  };
}

async function startQuery({ athena }: Clients, { workgroup, database, query }: Dataset): Promise<Run> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: query,
      WorkGroup: workgroup,
      QueryExecutionContext: { Database: database, Catalog: "AwsDataCatalog" },
    }),
  );
  const describe = async () => (await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))).QueryExecution!;
  return {
    state: async () => contentOfQuery(await describe()),
    step: async () => `query ${(await describe()).Status?.State?.toLowerCase()}`,
    async stop() {
      await athena.send(new StopQueryExecutionCommand({ QueryExecutionId }));
    },
  };
}

/** What is done at the moment and how long it has taken, on stderr. */
class StepLine {
  private readonly started = Date.now();
  private shownAt = process.stderr.isTTY ? 0 : Date.now();
  private shown = false;

  constructor(private readonly name: string) {}

  show(step = "starting"): void {
    const now = Date.now();
    const { isTTY } = process.stderr;
    if (!isTTY && now - this.shownAt < EVERY_MS_IN_A_LOG) return;
    this.shownAt = now;
    const text = `${this.name}: ${step}, ${Math.round((now - this.started) / 1000)} s`;
    process.stderr.write(isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
    this.shown = true;
  }

  end(): void {
    if (this.shown && process.stderr.isTTY) process.stderr.write("\r\u001b[2K");
  }
}
