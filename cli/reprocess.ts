import { setTimeout as sleep } from "node:timers/promises";
import { reprocessEstimate, usd } from "../cost";
import { ofType, TYPES } from "../local/core/model";
import type { StackOutputs } from "../local/session";
import { LOCAL_KEYS } from "./command/folder-cloud";
import { UsageError, type Parsed } from "./command/options";
import { runCommand, UserError } from "./command/run";
import { asUserError, freeFolder, stackPlace } from "./command/stack-place";
import { count, counted, size } from "./output/table";
import { print, printError } from "./output/terminal";
import { folderTarget } from "./reprocess/local-target";
import { REPROCESS } from "./reprocess/options";
import { RunLine } from "./reprocess/run-line";
import { sdkTarget, type ReprocessTarget, type RunState } from "./reprocess/target";

/** Source objects that one invocation takes, as the state machine batches them. */
const OBJECTS_PER_INVOCATION = 10;
/** How often a run is looked at, ms. */
const EVERY_MS = 1000;

type Pipeline = StackOutputs["pipelines"][string];
type Reprocessing = NonNullable<Pipeline["reprocessing"]>;
/** A pipeline, and the candidate that it may have. */
type Outputs = Pipeline & { candidate?: { reprocessing?: Reprocessing; errorPrefix: string; bucket: string } };

/** What a run has come to, as the state machine's output has it. */
interface RunOutput {
  objects: number;
  skipped: number;
  read: number;
  stored: number;
  filtered: number;
  failed: number;
  rows: number;
  broken: number;
  boundary: number | null;
}

async function reprocess(parsed: Parsed): Promise<number> {
  const request = requestOf(parsed);
  const interrupted = new AbortController();
  let interrupts = 0;
  const interrupt = (): void => {
    // A second Ctrl-C ends this process; a run on AWS goes on then.
    if (++interrupts > 1) process.exit(130);
    interrupted.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  const { target, pipeline, reprocessing, outputs, release } = await open(parsed, request);
  try {
    const last = await target.last();
    if (request.cancel) return await cancel(target, last);
    const run = await begin(target, request, last, { pipeline, reprocessing, outputs });
    return await follow(target, run, parsed, request, interrupted.signal);
  } catch (error) {
    throw asUserError(error);
  } finally {
    await target.close();
    release();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

/** What the command line wants. */
interface Request {
  pipeline: string;
  into: string | undefined;
  input: { from?: string; to?: string; errors?: true };
  redrive: boolean;
  cancel: boolean;
}

function requestOf(parsed: Parsed): Request {
  const pipeline = parsed.text("pipeline");
  if (pipeline === undefined) throw new UsageError("--pipeline NAME is missing.");
  const [from, to] = [timeOption(parsed, "from"), timeOption(parsed, "to")];
  const errors = parsed.flag("errors");
  const into = parsed.text("into");
  const [redrive, cancelled] = [parsed.flag("redrive"), parsed.flag("cancel")];
  if (redrive && cancelled) throw new UsageError("--redrive and --cancel exclude each other.");
  if ((redrive || cancelled) && (from ?? to ?? (errors || undefined)) !== undefined)
    throw new UsageError(
      `--${redrive ? "redrive" : "cancel"} is about the last run, which has its range; leave out --from, --to and --errors.`,
    );
  if (errors && into !== undefined)
    throw new UsageError("--errors replays into the pipeline's datastore; leave --into out.");
  if (into !== undefined && to === undefined && !redrive && !cancelled)
    throw new UsageError("--into needs --to TIME: up to when the datastore lacks the messages.");
  if (from !== undefined && to !== undefined && Date.parse(from) >= Date.parse(to))
    throw new UsageError("--from is not before --to.");
  return {
    pipeline,
    into,
    input: { ...(from && { from }), ...(to && { to }), ...(errors && { errors }) },
    redrive,
    cancel: cancelled,
  };
}

function timeOption(parsed: Parsed, name: string): string | undefined {
  const text = parsed.text(name);
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  // Without an offset it would be the time of this machine's zone.
  if (Number.isNaN(time) || !/^\d{4}-\d\d-\d\d(T.*(Z|[+-]\d\d:\d\d))?$/.test(text))
    throw new UsageError(`--${name} ${text}: a day, 2026-01-31, or a time with Z or an offset, 2026-01-31T12:00:00Z.`);
  return new Date(time).toISOString();
}

interface Opened {
  target: ReprocessTarget;
  pipeline: Outputs;
  reprocessing: Reprocessing;
  outputs: StackOutputs;
  release(): void;
}

async function open(parsed: Parsed, request: Request): Promise<Opened> {
  const place = await stackPlace(parsed);
  const { outputs, where } = place;
  const pipeline = pipelineOf(outputs, request.pipeline, where);
  const reprocessing = reprocessingOf(pipeline, request);
  const machine = reprocessing.stateMachine;
  const opened = { pipeline, reprocessing, outputs, release: () => undefined };
  if (place.kind === "aws") return { ...opened, target: sdkTarget(machine, { region: machine.split(":")[3] }) };
  if (place.kind === "endpoint") {
    const { endpoint, region } = place;
    return { ...opened, target: sdkTarget(machine, { endpoint, region, credentials: LOCAL_KEYS }) };
  }
  const { dataDir, state } = place;
  const folder = freeFolder(dataDir);
  try {
    if (ofType(state.resources, TYPES.stateMachine).every(({ outputs: { arn } }) => arn !== machine))
      throw new UserError([`The data folder ${dataDir} has no state machine ${machine}; run npm start again.`]);
    return { ...opened, target: await folderTarget(machine, state, dataDir), release: () => folder.release() };
  } catch (error) {
    folder.release();
    throw error;
  }
}

function pipelineOf({ pipelines }: StackOutputs, name: string, where: string): Outputs {
  const found = pipelines[name];
  if (found !== undefined) return found;
  const names = Object.keys(pipelines);
  throw new UserError([
    `--pipeline ${name}: ${where} has no such pipeline; ${names.length === 0 ? "it has none" : `it has ${names.join(", ")}`}.`,
  ]);
}

/** The candidate's state machine; with --into, and with --errors if it has one, the pipeline's own. */
function reprocessingOf(
  pipeline: Outputs,
  { pipeline: name, into, input, redrive, cancel: cancelled }: Request,
): Reprocessing {
  if (into !== undefined && into !== pipeline.datastore)
    throw new UserError([
      `--into ${into}: the pipeline ${name} stores into ${pipeline.datastore}. For another datastore, write a pipeline that stores into it, and reprocess that one.`,
    ]);
  // Failed messages are those of the candidate where only it may be reprocessed.
  const own = into !== undefined || (input.errors === true && pipeline.reprocessing !== undefined);
  if (!own && pipeline.candidate?.reprocessing !== undefined) return pipeline.candidate.reprocessing;
  if (pipeline.reprocessing === undefined)
    throw new UserError([
      `The pipeline ${name} cannot be reprocessed yet: the setting that creates the state machine for it is not there.\n` +
        `Add it to the stack's file, then npm start (or pulumi up):\n  iot-telemetry-etl:pipelines: { ${name}: { reprocessing: 10 } }\n` +
        "10 is the number of functions that work at a time.",
    ]);
  if (into === undefined && input.errors !== true && !redrive && !cancelled)
    throw new UserError([
      `The pipeline ${name} has no candidate. To fill its own datastore, which must not have the rows yet, add --into ${pipeline.datastore} --to TIME.`,
    ]);
  return pipeline.reprocessing;
}

/** Starts a run, or finds the one to go on with. @returns its ARN */
async function begin(
  target: ReprocessTarget,
  { input, redrive }: Request,
  last: RunState | undefined,
  { pipeline, reprocessing, outputs }: Pick<Opened, "pipeline" | "reprocessing" | "outputs">,
): Promise<string> {
  if (last?.status === "RUNNING") {
    printError(
      `A run is going on, started ${last.startDate.toISOString()} with ${last.input}; this command follows it. --cancel stops it.\n`,
    );
    return last.arn;
  }
  if (redrive) {
    if (last === undefined) throw new UserError(["There is no run to redrive."]);
    if (!last.redrivable)
      throw new UserError([
        `The last run ended as ${last.status} and cannot be redriven. Run the command without --redrive: what is done is not done twice.`,
      ]);
    await target.redrive(last.arn);
    return last.arn;
  }
  const { bucket, prefix } =
    input.errors === true ? failedMessages(pipeline, reprocessing, outputs) : outputs.channels[pipeline.channel]!;
  const { objects, bytes } = await target.measure(bucket, prefix);
  const items = reprocessEstimate({
    objects,
    bytes,
    gigabytes: reprocessing.memoryMegabytes / 1024,
    objectsPerInvocation: OBJECTS_PER_INVOCATION,
  });
  const sum = items.reduce((total, item) => total + item.usd, 0);
  printError(
    `${input.errors === true ? "Failed messages" : "Archive"}: ${counted(objects, "object")}, ${size(bytes)}. ` +
      `On AWS a run over all of it costs about ${usd(sum)} USD: ${items.map(({ what, usd: one }) => `${what} ${usd(one)}`).join(", ")}.\n`,
  );
  return target.start(JSON.stringify(input));
}

/** Where the messages are that the pipeline, or its candidate, failed. */
function failedMessages(
  pipeline: Outputs,
  reprocessing: Reprocessing,
  { datastores }: StackOutputs,
): { bucket: string; prefix: string } {
  const { candidate } = pipeline;
  const of =
    candidate !== undefined && candidate.reprocessing === reprocessing
      ? candidate
      : { bucket: datastores[pipeline.datastore]!.bucket, errorPrefix: pipeline.errorPrefix };
  return { bucket: of.bucket, prefix: `${of.errorPrefix}processing-failed/` };
}

async function cancel(target: ReprocessTarget, last: RunState | undefined): Promise<number> {
  if (last?.status !== "RUNNING") throw new UserError(["No run is going on."]);
  await target.stop(last.arn);
  printError("The run is stopped. What is done stays done; the same command goes on where it was.\n");
  return 0;
}

async function follow(
  target: ReprocessTarget,
  run: string,
  parsed: Parsed,
  { pipeline }: Request,
  signal: AbortSignal,
): Promise<number> {
  const started = Date.now();
  const line = new RunLine(process.stderr);
  let state = await target.state(run);
  try {
    while (state.status === "RUNNING" || state.status === "PENDING_REDRIVE") {
      if (signal.aborted) {
        await target.stop(run);
        line.stop();
        printError(
          "Stopped. What is done stays done: the same command goes on where it was, and --redrive goes on with this very run.\n",
        );
        return 130;
      }
      line.show(await target.progress(run));
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
      state = await target.state(run);
    }
  } finally {
    line.stop();
  }
  if (state.status !== "SUCCEEDED") throw new UserError([failureText(state)]);
  const { objects, read, stored, filtered, failed, rows, boundary, skipped, broken } = JSON.parse(
    state.output!,
  ) as RunOutput;
  const seconds = Math.round((Date.now() - started) / 100) / 10;
  const result = {
    pipeline,
    objects,
    read,
    stored,
    filtered,
    failed,
    rows,
    boundary: boundary === null ? null : new Date(boundary).toISOString(),
    seconds,
  };
  if (parsed.flag("json")) process.stdout.write(`${JSON.stringify(result)}\n`);
  else
    print(
      `${pipeline}: ${counted(read, "message")} of ${counted(objects, "object")} (${count(skipped)} done before): ${count(stored)} stored as ${counted(rows, "row")}, ` +
        `${count(filtered)} filtered, ${count(failed)} failed; received before ${result.boundary ?? "now"}; ${seconds} s\n`,
    );
  if (broken > 0)
    printError(`${counted(broken, "object")} could not be read to the end; the function's log names them.\n`);
  return 0;
}

function failureText({ status, error, cause }: RunState): string {
  let text = cause ?? "";
  try {
    text = (JSON.parse(text) as { errorMessage?: string }).errorMessage ?? text;
  } catch {
    // The cause is words.
  }
  const goesOn =
    "What is done stays done; after the fix the same command goes on where it was, and --redrive takes only what failed.";
  if (error === "RangeOverlaps" || error === "NoEnd" || error === "BadRange") return text;
  if (status === "ABORTED")
    return "The run was stopped. What is done stays done: the same command goes on where it was, and --redrive goes on with this very run.";
  return `The run ended as ${status}${error === undefined ? "" : `: ${error}`}${text === "" ? "" : `: ${text}`}.\n${goesOn}`;
}

export { REPROCESS };

if (require.main === module) void runCommand(REPROCESS, reprocess);
