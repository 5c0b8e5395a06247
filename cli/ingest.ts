import { KinesisClient } from "@aws-sdk/client-kinesis";
import { statSync } from "node:fs";
import { inputFiles, RecordingError } from "../devices/replay";
import { isLocal } from "../devices/sdk";
import { streamSender } from "../functions/put-messages/kinesis";
import { recordingOptions, UsageError, wholeNumber, type Parsed } from "./command/options";
import { runCommand, UserError } from "./command/run";
import { ingest, newRun, type Ingested } from "./ingest/ingest";
import { INGEST } from "./ingest/options";
import { targetOf, type Target } from "./ingest/target";
import { count, counted } from "./output/table";
import { print, printError } from "./output/terminal";

/** ms between two looks at how far it is: of a terminal, and of a log */
const EVERY_MS = { terminal: 200, log: 5000 };
const BAR = 30;

async function ingestCommand(parsed: Parsed): Promise<number> {
  const inputs = parsed.texts("input");
  if (inputs.length === 0) throw new UsageError("Say what to put: --input FILE, or --input - for standard input.");
  const skip = wholeNumber(parsed, "skip", 0, 0, Number.MAX_SAFE_INTEGER);
  const read = { ...recordingOptions(parsed), onNote: (note: string) => printError(`${note}\n`) };
  const files = inputFiles(inputs);
  const target = await targetOf(parsed);
  const started = performance.now();
  const [stop, hurry] = [new AbortController(), new AbortController()];
  const interrupt = (): void => {
    if (stop.signal.aborted) hurry.abort();
    else
      printError(
        `${process.stderr.isTTY ? "\n" : ""}ending with the request that is on its way; Ctrl-C again does not wait for the stream\n`,
      );
    stop.abort();
    // A command in front may never send again.
    if (files.includes("-")) process.stdin.destroy();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  const run = newRun();
  const bytes = files.reduce((sum, file) => sum + (file === "-" ? NaN : statSync(file).size), 0);
  const line = new Line(run, bytes);
  const client = clientFor(target);
  try {
    await ingest(run, {
      files,
      read,
      skip,
      send: streamSender(client, target.stream),
      stop: stop.signal,
      hurry: hurry.signal,
      now: Date.now,
    });
  } catch (error) {
    if (!(stop.signal.aborted && files.includes("-"))) throw inWords(error as Error, target, run);
  } finally {
    line.end();
    client.destroy();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
  const seconds = Math.round(performance.now() - started) / 1000;
  report(run, target, seconds, parsed.flag("json"));
  if (stop.signal.aborted && !run.complete) return 130;
  return run.complete && run.failures.size === 0 ? 0 : 1;
}

function clientFor({ region, endpoint }: Target): KinesisClient {
  return new KinesisClient({
    region,
    maxAttempts: 10,
    ...(endpoint !== undefined && { endpoint }),
    // Nobody's keys leave this machine for the local cloud.
    ...(endpoint !== undefined &&
      isLocal(endpoint) && { credentials: { accessKeyId: "local", secretAccessKey: "local" } }),
  });
}

function sums({ sources }: Ingested): { put: number; failed: number } {
  const all = Object.values(sources);
  return {
    put: all.reduce((sum, { put }) => sum + put, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
  };
}

function report(run: Ingested, { channel, stream }: Target, seconds: number, json: boolean): void {
  const { put, failed } = sums(run);
  const failures = [...run.failures].map(([reason, { count: times, first }]) => ({ reason, count: times, first }));
  if (json) {
    const next = run.complete ? {} : { next: run.done };
    const { sources, retried } = run;
    process.stdout.write(
      `${JSON.stringify({ channel, stream, sources, put, failed, retried, failures, seconds, ...next })}\n`,
    );
  } else {
    print(`${counted(put, "message")} put into the channel ${channel} (stream ${stream}) in ${seconds} s\n`);
    const files = Object.entries(run.sources);
    if (files.length > 1)
      for (const [file, counts] of files)
        print(
          `  ${file === "-" ? "standard input" : file}: ${count(counts.read)} read, ${count(counts.put)} put, ${count(counts.failed)} failed\n`,
        );
  }
  for (const { reason, count: times, first } of failures)
    printError(`not put: ${counted(times, "message")}: ${reason} (first: ${first})\n`);
  if (!run.complete) printError(`${farText(run)}\n`);
}

/** How to continue a run that did not come to its end. */
function farText({ done, ahead }: Ingested): string {
  const twice =
    ahead === 0 ? "" : ` ${counted(ahead, "message")} after these are in the channel already, and come twice then.`;
  return `It came to message ${count(done)}; the same command with --skip ${done} continues.${twice}`;
}

/** Why the run ended early, as a message to the user. */
function inWords(
  error: Error & { code?: string; $metadata?: unknown },
  { stream, endpoint, region }: Target,
  run: Ingested,
): Error {
  const far = run.done === 0 ? "Nothing was put." : farText(run);
  if (error instanceof RecordingError) return new UserError([...error.problems, far]);
  // The SDK's HTTP/2 client says it in the text alone.
  const cause = (error.cause ?? error) as { code?: string };
  const code = /\b(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN)\b/.exec(error.message)?.[0] ?? error.code ?? cause.code;
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN")
    return new UserError([
      `${endpoint ?? `Kinesis in ${region}`}: ${code === "ECONNREFUSED" ? "nobody listens there; the local cloud does while npm start -- --keep runs" : `the host is not known (${code})`}. ${far}`,
    ]);
  if (error.name === "CredentialsProviderError")
    return new UserError([
      `No AWS credentials were found: ${error.message}. Log in with the AWS command line, set AWS_PROFILE, or give --endpoint URL of a local cloud.`,
    ]);
  if (error.name === "AccessDeniedException")
    return new UserError([`${error.message}. It needs kinesis:PutRecords on the stream ${stream}. ${far}`]);
  if (error.$metadata !== undefined) return new UserError([`${stream}: ${error.name}: ${error.message}. ${far}`]);
  return error;
}

/** How far it is, on stderr: a bar in a terminal, now and then a line in a log. */
class Line {
  private readonly timer: NodeJS.Timeout;
  private readonly started = performance.now();
  private shown = false;

  /** @param bytes of all files; NaN for standard input */
  constructor(
    private readonly run: Ingested,
    private readonly bytes: number,
  ) {
    this.timer = setInterval(() => this.show(), process.stderr.isTTY ? EVERY_MS.terminal : EVERY_MS.log);
    this.timer.unref();
  }

  end(): void {
    clearInterval(this.timer);
    if (this.shown && process.stderr.isTTY) process.stderr.write("\r\u001b[2K");
  }

  private show(): void {
    const { put } = sums(this.run);
    const rate = put / Math.max(0.001, (performance.now() - this.started) / 1000);
    // What was read is ahead of what was put.
    const share = Math.min(0.99, this.run.readBytes / this.bytes);
    const filled = Math.round(share * BAR);
    const bar = Number.isNaN(share)
      ? ""
      : `[${"#".repeat(filled)}${".".repeat(BAR - filled)}] ${Math.floor(share * 100)}%  `;
    const retried = this.run.retried === 0 ? "" : `, ${count(this.run.retried)} put again`;
    const text = `${bar}${count(put)} messages put, ${count(Math.round(rate))}/s${retried}`;
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
    this.shown = true;
  }
}

export { INGEST };

if (require.main === module) void runCommand(INGEST, ingestCommand);
