import { print, printError } from "./output/terminal";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AthenaError } from "../local/athena";
import { endsRun } from "../local/core/defects";
import { InvocationFailed } from "../local/services/lambda/invocations";
import { QueryRefused } from "../local/services/athena/workgroups";
import { Clock } from "../local/core/clock";
import { TYPES, type Resource } from "../local/core/model";
import { Session } from "../local/session";
import { checkRecordings, inputFiles } from "../devices/replay";
import {
  duration,
  hostsOption,
  pairs,
  RECORDING_OPTIONS,
  recordingOptions,
  stackOption,
  topicOption,
  UsageError,
  wholeNumber,
  type Parsed,
} from "./command/options";
import { containerReports } from "./start/containers";
import { lastArrivalForCandidates, playDevices, playRecording, type Player } from "./start/play";
import { listening } from "./command/listening";
import { Page } from "./page/page";
import { keepText } from "./start/keep-text";
import { recordingTopic, routeOf, type Route } from "./start/route";
import { planLines } from "./start/samples";
import { ProgressLine } from "./output/progress";
import { TransformLogStats } from "./start/transform-log-stats";
import { makeReport, readsOf, runsOf, type Progress, type Report } from "./start/report";
import { runCommand, UserError } from "./command/run";
import { START } from "./start/options";
import { HistorianDatabases, loadText, replicate } from "./start/historian";
import { MONTH } from "../devices/historian/tag-values";
import { summary, type DatasetRows } from "./start/summary";
import { deploymentText } from "./start/deployment";

const PROJECT_DIR = path.resolve(__dirname, "..");

async function start(parsed: Parsed): Promise<number> {
  const startedAt = Date.now();
  const keep = parsed.flag("keep");
  const json = parsed.flag("json");
  const stack = stackOption(parsed);
  const inputs = inputFiles(parsed.texts("input"));
  const devices = wholeNumber(parsed, "devices", 10, 0, 100_000);
  const publishes = wholeNumber(parsed, "publishes", 50, 0, 10_000_000);
  const interval = duration(parsed, "interval", 10_000);
  const ports = {
    mqtt: wholeNumber(parsed, "mqtt-port", keep ? 1883 : 0, 0, 65_535),
    http: wholeNumber(parsed, "http-port", keep ? 8080 : 0, 0, 65_535),
    mqtts: wholeNumber(parsed, "mqtts-port", keep ? 8883 : 0, 0, 65_535),
  };
  const pagePort = wholeNumber(parsed, "page-port", 0, 0, 65_535);
  if (!keep && parsed.text("page-port") !== undefined)
    throw new UsageError("--page-port chooses the port of the page, which only a run with --keep has.");
  const certificatesOnly = parsed.flag("require-certificates");
  if (certificatesOnly && parsed.text("mqtt-port") !== undefined)
    throw new UsageError(
      "--mqtt-port opens MQTT for clients without a certificate, which --require-certificates refuses.",
    );
  const allowedHosts = hostsOption(parsed);
  const month = parsed.text("historian-seconds") === "month";
  const historianSeconds = month ? MONTH : wholeNumber(parsed, "historian-seconds", 3600, 1, 10 * MONTH);
  const historianInserts = wholeNumber(parsed, "historian-inserts", 60, 0, 86_400);
  const speed = speedOf(parsed.text("speed"));
  const seed = parsed.text("seed") === undefined ? undefined : wholeNumber(parsed, "seed", 0, 0, 4_294_967_295);
  for (const name of ["set", "rename", "time", ...RECORDING_OPTIONS.map((option) => option.name)])
    if (inputs.length === 0 && (parsed.texts(name).length > 0 || parsed.text(name) !== undefined))
      throw new UsageError(`--${name} belongs to recorded messages; give --input FILE with it.`);
  for (const name of ["devices", "publishes", "seed"])
    if (inputs.length > 0 && parsed.text(name) !== undefined)
      throw new UsageError(`--${name} belongs to simulated devices; it cannot be used with --input.`);
  const set = pairs(parsed, "set", "an attribute and its value");
  const rename = pairs(parsed, "rename", "the old and the new name of an attribute");
  const config = Object.fromEntries(pairs(parsed, "config", "a key and its value"));
  const definitions = parsed.text("definitions");
  if (definitions !== undefined) config.definitions = path.resolve(definitions);
  const topic = topicOption(parsed);
  const read = recordingOptions(parsed);
  const time = parsed.text("time");
  // Where messages go without --topic depends on the program.
  if (topic !== undefined) await checkRecordings(inputs, { topic, set, rename, time, read });
  const projectDir = path.resolve(parsed.text("cwd") ?? PROJECT_DIR);
  const dataDir = path.resolve(parsed.text("data-dir") ?? path.join(projectDir, ".local", stack));
  if (parsed.flag("fresh"))
    for (const input of parsed.texts("input"))
      if (!path.relative(dataDir, path.resolve(input)).startsWith(".."))
        throw new UsageError(
          `--input ${input}: lies in the data folder ${dataDir}, which --fresh empties. Copy it elsewhere, leave --fresh out, or name another folder with --data-dir.`,
        );

  const abort = new AbortController();
  let interrupts = 0;
  const interrupt = (): void => {
    // A second Ctrl-C exits immediately: acknowledged messages are on disk and are delivered at the next start.
    if (++interrupts > 1) process.exit(130);
    abort.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);

  let fatal: unknown;
  let fail: (error: unknown) => void = () => undefined;
  // A message that the disk refused is never acknowledged, so waiting for its acknowledgement would not end.
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => undefined);
  const onError = (error: unknown): void => {
    fatal ??= error;
    abort.abort();
    fail(error);
  };
  const refusedMessages = new Map<string, number>();
  const refused = (reason: string): void => {
    refusedMessages.set(reason, (refusedMessages.get(reason) ?? 0) + 1);
  };
  const clock = new Clock(startOfClock(inputs.length > 0, publishes, interval));
  const warnings: string[] = [];
  let silent = inputs.length === 0 && (devices === 0 || publishes === 0);
  const databases = new HistorianDatabases();
  let route: Route | undefined;
  const session = await Session.open(
    {
      projectDir,
      stack,
      config,
      dataDir,
      fresh: parsed.flag("fresh"),
      allowedHosts,
      signal: abort.signal,
      onDiagnostic: ({ severity, message }) => {
        if (severity === "warning") warnings.push(message.trimEnd());
        else printError(`${message}\n`);
      },
      secretsFor: async (evaluation) => {
        await databases.open(evaluation, dataDir, historianSeconds, parsed.flag("fresh"), (name, done) =>
          printError(`${name}: ${done.toLocaleString("en-US")} seconds of data in its database\n`),
        );
        return databases.secrets;
      },
      onEvaluated: async (evaluation, outputs) => {
        // A stack that only historians feed has no topic that devices could publish to.
        if (outputs.historians !== undefined && Object.keys(outputs.rules).length === 0 && inputs.length === 0)
          silent = true;
        // A program asks for free ports (0) whatever the stack declares.
        const asked = { "require-certificates": certificatesOnly, "mqtts-port": Number(parsed.text("mqtts-port")) > 0 };
        for (const [option, is] of Object.entries(asked))
          if (is && !hasDevices(evaluation.resources))
            throw new UserError([
              `--${option}: the stack ${stack} declares no fleet and no policy of devices, so no device has a certificate. Add a fleet to its configuration (docs/fleets.md).`,
            ]);
        route = routeOf(evaluation, outputs, projectDir, { topic, recorded: inputs.length > 0, silent });
        if (topic === undefined)
          await checkRecordings(inputs, { topic: recordingTopic(route), set, rename, time, read });
      },
      onDeployed: (evaluation, changes, changeWarnings) => {
        // The database of a historian was started after the program was evaluated, and its secret has a value since.
        const known = Object.keys(databases.secrets);
        const all = evaluation.warnings.map(({ message }) => message);
        warnings.push(...all.filter((text) => !known.some((arn) => text.includes(`the secret ${arn} has no value`))));
        printError(deploymentText(evaluation, changes, { warnings, changeWarnings, verbose: parsed.flag("verbose") }));
      },
      onError,
      onRefusedMessage: refused,
    },
    clock,
  );
  const progress: Progress = {
    startedAt,
    endpoints: { http: "" },
    refusedMessages,
    put: 0,
    transformLog: new TransformLogStats(session),
  };
  const page = keep
    ? new Page({ deployed: () => session, progress: () => progress, allowedHosts, defects: session.cloud.defects })
    : undefined;
  const line = new ProgressLine(
    process.stderr,
    () => session.cloud.rules.received + progress.put + replicated(session),
    clock,
    () => loadText(session.cloud),
  );
  try {
    progress.endpoints = await listening(ports, () =>
      session.cloud.listen({
        mqtt: certificatesOnly ? undefined : ports.mqtt,
        http: ports.http,
        mqtts: hasDevices(session.evaluation.resources) ? ports.mqtts : undefined,
      }),
    );
    if (page !== undefined) {
      progress.endpoints.page = await listening({ page: pagePort }, () => page.listen(pagePort));
      printError(`page   ${progress.endpoints.page}\n`);
    }
    const last = lastArrivalForCandidates(session);
    if (last !== undefined && last > clock.now()) clock.reset(last);
    await session.cloud.invokeDeclared();
    session.cloud.start();
    if (keep && json) process.stdout.write(`${JSON.stringify(await makeReport(session, progress))}\n`);

    const player: Player = {
      session,
      clock,
      endpoints: progress.endpoints,
      signal: abort.signal,
      onRefused: refused,
      onPut: () => progress.put++,
      pace: async (time) => {
        if (speed !== undefined && time > clock.now())
          await sleep((time - clock.now()) / speed, undefined, { signal: abort.signal }).catch(() => undefined);
        await clock.advanceTo(time, abort.signal);
      },
    };
    if (inputs.length === 0 && !silent) for (const text of planLines(route!.plan)) printError(`${text}\n`);
    line.start();
    const play = async (): Promise<void> => {
      if (inputs.length > 0) await playRecording(player, { inputs, route: route!, set, rename, time, interval, read });
      else if (!silent) await playDevices(player, { devices, publishes, interval, route: route!, seed });
      if (session.cloud.replications.length === 0) return;
      await replicate(session.cloud, clock, abort.signal);
      if (!databases.any || historianInserts === 0 || abort.signal.aborted) return;
      line.say(`full load done, changes of ${historianInserts} seconds`);
      await databases.append(historianInserts);
      await replicate(session.cloud, clock, abort.signal);
    };
    await Promise.race([play(), failed]);

    if (keep && !abort.signal.aborted) {
      line.stop();
      clock.start();
      printError(keepText(session, progress.endpoints, route!));
      for (const url of databases.urls)
        printError(`The historian's database, with a new row each second: psql '${url}'\n`);
      const plant = databases.any
        ? setInterval(() => void databases.append(1).catch(() => undefined), 1000)
        : undefined;
      await aborted(abort.signal);
      clearInterval(plant);
      clock.stop();
    }
    line.say("delivering what is buffered");
    await Promise.race([session.cloud.drain(), failed]);
    if (fatal !== undefined) throw fatal;
    line.stop();

    const contents: Record<string, DatasetRows> = {};
    for (const name of inOrder(session)) contents[name] = await content(session, name);
    const containers = await containerReports(session);
    await session.cloud.quickSight.queryAll();
    session.cloud.cloudwatch.settle(true);
    const report = await makeReport(session, progress);
    if (Object.keys(containers).length > 0) report.containers = containers;
    for (const [name, made] of Object.entries(contents))
      report.datasets[name] = {
        ...("error" in made
          ? made
          : { version: made.version, rows: made.rowCount, path: made.path, window: made.window, reads: readsOf(made) }),
        ...runsOf(session, name),
      };
    if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else print(await summary(report, session, contents, clock.elapsed));
    return exitCode(report, interrupts > 0, keep);
  } catch (error) {
    throw asUserError(fatal ?? error, session);
  } finally {
    line.stop();
    await page?.close();
    await session.close().catch((error: unknown) => {
      // The error that ended the run also fails the closing, and has been reported.
      if (fatal === undefined) throw error;
    });
    await databases.close();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

/** Rows that came from historians. */
function replicated({ cloud }: Session): number {
  return cloud.replications.reduce((sum, { counts }) => sum + counts.loaded + counts.changes, 0);
}

function exitCode(report: Report, interrupted: boolean, keep: boolean): number {
  if (interrupted && !keep) return 130;
  const made = [
    ...Object.values(report.datasets),
    ...Object.values(report.containers ?? {}),
    ...Object.values(report.dashboards ?? {}),
  ];
  return made.some((each) => "error" in each) ? 1 : 0;
}

/** ms since 1970: a simulation ends about now, a recording sets the clock by its first message. */
function startOfClock(recorded: boolean, publishes: number, interval: number): number {
  const now = Math.floor(Date.now() / 1000) * 1000;
  return recorded ? now : now - publishes * interval;
}

function speedOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "max") return undefined;
  const speed = Number(text);
  if (!(speed > 0) || !Number.isFinite(speed)) throw new UsageError(`--speed ${text}: needs max or a number above 0.`);
  return speed;
}

/** Whether the program declares what devices with certificates need. */
function hasDevices(resources: readonly Resource[]): boolean {
  return resources.some(({ type }) => type === TYPES.provisioningTemplate || type === TYPES.devicePolicy);
}

/** The datasets, each after the one that starts it. */
function inOrder({ outputs: { datasets } }: Session): string[] {
  const depth = (name: string): number => {
    const before = datasets[name]?.startedBy;
    return before === undefined ? 0 : depth(before) + 1;
  };
  return Object.keys(datasets).sort((a, b) => depth(a) - depth(b));
}

async function content(session: Session, name: string): Promise<DatasetRows> {
  try {
    return await session.content(name);
  } catch (error) {
    if (endsRun(error)) throw error;
    if (!(error instanceof AthenaError || error instanceof QueryRefused))
      session.cloud.defects.record(`content of the dataset ${name}`, error);
    return { error: (error as Error).message };
  }
}

/** Errors of the machine that a user can fix become messages; the messages are still in the streams. */
function asUserError(error: unknown, session: Session): unknown {
  if (error instanceof InvocationFailed)
    return new UserError([`${error.message}\nStart again: what is deployed stays.`]);
  const { code } = error as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    ENOSPC: "The disk is full",
    EDQUOT: "The disk quota is used up",
    EACCES: "A file may not be written",
    EROFS: "The file system is read-only",
    EMFILE: "Too many files are open",
  };
  if (code === undefined || words[code] === undefined) return error;
  return new UserError([
    `${words[code]} (${(error as Error).message}). Data folder: ${session.folder.path}.\n` +
      "Every message that was acknowledged is kept in its stream; make room and start again, and it is delivered then.",
  ]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    // A pending promise alone would let the process end once nobody is connected.
    const alive = setInterval(() => undefined, 60_000);
    signal.addEventListener("abort", () => {
      clearInterval(alive);
      resolve();
    });
  });
}

export { START };

if (require.main === module) void runCommand(START, start);
