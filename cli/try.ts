import { printableLines } from "../aws/text/printable";
import { printError } from "./output/terminal";
import * as path from "node:path";
import type { TransformOptions } from "../etl";
import { shortWarnings } from "./output/warnings";
import { pairs, recordingOptions, UsageError, wholeNumber, type Parsed } from "./command/options";
import { isUserError, runCommand, UserError } from "./command/run";
import { Comparison, type Difference } from "./try/compare";
import { loadDefinition, type DefinitionSource, type TrialDefinition } from "./try/definition";
import { JsonResult } from "./try/json";
import { TRY } from "./try/options";
import { Output } from "./try/output";
import { TrialProgress } from "./try/progress";
import { TrialServices, type ServiceFiles } from "./try/services";
import { Messages } from "./try/source";
import { stackSettings } from "./try/stack";
import { servicesOf } from "./try/stack-services";
import { comparisonText, countsText, differenceText, traceText } from "./try/text";
import { Trial, type Trace } from "./try/trial";
import { FileWatch } from "./try/watch";

const PROJECT_DIR = path.resolve(__dirname, "..");
/** Default number of messages that are printed. */
const SHOWN = 5;
/** Failed and filtered messages that are printed in addition to the first ones, per activity and result. */
const SAMPLES = 2;

/** Message texts held back until the counts are printed; beyond this number they are printed as they come. */
const WAITING = 1000;

type Source = Omit<DefinitionSource, "stack">;

/** The parsed options. */
interface Request {
  first: Source;
  second: Source | undefined;
  /** the stack whose configuration applies; undefined for none */
  stack: { name: string; config: Record<string, string> } | undefined;
  messages: Messages;
  inputs: readonly string[];
  services: Omit<ServiceFiles, "declared">;
  /** number of messages (with --compare: of differences) to print */
  show: number;
  /** whether samples of failed and filtered messages are printed too, because --show was not given */
  samples: boolean;
  json: boolean;
}

async function tryPipeline(parsed: Parsed): Promise<number> {
  const watching = parsed.flag("watch");
  const request = requestOf(parsed, watching);
  if (!watching) {
    await run(request, await load(request));
    return 0;
  }
  const rerun = async (): Promise<void> => {
    try {
      // The files' state before the run, so that a save during the run triggers another one.
      watch.set([...sourceFiles(request), ...watchedInputs(request)]);
      const loaded = await load(request);
      const documents = loaded.definitions.flatMap(({ files }) => files);
      watch.set([...sourceFiles(request), ...documents, ...loaded.services.functionFiles, ...watchedInputs(request)]);
      if (process.stdout.isTTY && !request.json) process.stdout.write("\u001b[2J\u001b[3J\u001b[H");
      await run(request, loaded);
    } catch (error) {
      if (!isUserError(error)) throw error;
      printError(`${error.problems.map((problem) => `error: ${problem}`).join("\n\n")}\n`);
    }
    printError("watching; Ctrl-C ends\n");
  };
  const watch = new FileWatch(rerun);
  const ended = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await rerun();
  await ended;
  watch.close();
  return 130;
}

function requestOf(parsed: Parsed, watching: boolean): Request {
  const pipeline = parsed.text("pipeline");
  if (pipeline === undefined) throw new UsageError("--pipeline FILE is needed: the pipeline to try.");
  const inputs = parsed.texts("input");
  const messages = parsed.texts("message");
  if (inputs.length + messages.length === 0)
    throw new UsageError("--input FILE or --message JSON is needed: the messages to try it on.");
  const compare = parsed.text("compare");
  for (const name of ["compare-name", "compare-datastore"])
    if (compare === undefined && parsed.text(name) !== undefined)
      throw new UsageError(`--${name} belongs to --compare FILE; give it too.`);
  const options = optionsOf(parsed);
  const json = parsed.flag("json");
  const limit = parsed.text("limit") === undefined ? Infinity : wholeNumber(parsed, "limit", 0, 1, 1e12);
  return {
    first: { option: "--pipeline", pipeline, name: parsed.text("name"), datastore: parsed.text("datastore"), options },
    second:
      compare === undefined
        ? undefined
        : {
            option: "--compare",
            pipeline: compare,
            name: parsed.text("compare-name"),
            datastore: parsed.text("compare-datastore"),
            options,
          },
    stack: stackOf(parsed),
    messages: new Messages(
      {
        inputs,
        messages,
        limit,
        read: { ...recordingOptions(parsed), onNote: noteOnce() },
        set: pairs(parsed, "set", "an attribute and its value"),
        rename: pairs(parsed, "rename", "the old and the new name of an attribute"),
      },
      watching,
    ),
    inputs,
    services: {
      lambdas: pairs(parsed, "lambda", "a function's name and the file of its code").map(([name, file]) => ({
        name,
        path: file,
        place: `--lambda ${name}=${file}`,
      })),
      things: pairs(parsed, "thing", "a thing's name and a file"),
      shadows: pairs(parsed, "shadow", "a thing's name and a file"),
    },
    show: wholeNumber(parsed, "show", json ? Infinity : SHOWN, 0, 1e12),
    samples: parsed.text("show") === undefined && !json,
    json,
  };
}

function stackOf(parsed: Parsed): Request["stack"] {
  const name = parsed.text("stack");
  const config = Object.fromEntries(pairs(parsed, "config", "a key and its value"));
  if (name === undefined && Object.keys(config).length > 0)
    throw new UsageError("--config belongs to --stack NAME; give it too.");
  return name === undefined ? undefined : { name, config };
}

function optionsOf(parsed: Parsed): TransformOptions {
  const onMathFailure = oneOf(parsed, "on-math-failure", ["fail", "pass"]);
  const onMismatch = oneOf(parsed, "on-mismatch", ["null", "fail"]);
  const onEnrichmentFailure = oneOf(parsed, "on-enrichment-failure", ["pass", "fail"]);
  return {
    ...(parsed.flag("batches") ? { batches: true } : {}),
    ...(parsed.flag("integer-division") ? { integerDivision: true } : {}),
    ...(onMathFailure === undefined ? {} : { onMathFailure }),
    ...(onMismatch === undefined ? {} : { onMismatch }),
    ...(onEnrichmentFailure === undefined ? {} : { onEnrichmentFailure }),
  };
}

function oneOf<T extends string>(parsed: Parsed, name: string, values: readonly T[]): T | undefined {
  const text = parsed.text(name);
  if (text === undefined) return undefined;
  const found = values.find((value) => value === text);
  if (found === undefined) throw new UsageError(`--${name} ${text}: needs ${values.join(" or ")}.`);
  return found;
}

interface Loaded {
  definitions: TrialDefinition[];
  services: TrialServices;
}

/** Loads both definitions and all other files, and reports the errors of all of them together. */
async function load(request: Request): Promise<Loaded> {
  const problems: string[] = [];
  const collected = async <T>(action: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await action();
    } catch (error) {
      if (!isUserError(error)) throw error;
      problems.push(...error.problems.filter((problem) => !problems.includes(problem)));
      return undefined;
    }
  };
  const definitions: TrialDefinition[] = [];
  const { stack: wanted } = request;
  const stack = wanted && (await collected(() => stackSettings(PROJECT_DIR, wanted.name, wanted.config)));
  for (const source of [request.first, request.second]) {
    const definition = source && (await collected(() => loadDefinition({ ...source, stack })));
    if (definition !== undefined) definitions.push(definition);
  }
  const services = await collected(() => TrialServices.load(servicesOf(request.services, stack, definitions)));
  const warnings = definitions.flatMap((definition) => definition.warnings);
  for (const { definition } of definitions) {
    const missing = services?.missing(definition.pipeline);
    problems.push(...(missing?.problems ?? []).filter((problem) => !problems.includes(problem)));
    warnings.push(...(missing?.warnings ?? []));
  }
  if (problems.length > 0 || services === undefined) throw new UserError(problems);
  for (const line of shortWarnings([...new Set(warnings)])) printError(`${line}\n`);
  return { definitions, services };
}

/** Files to watch, including those whose documents cannot be loaded. */
function sourceFiles({ first, second, services, stack }: Request): string[] {
  const others = [...services.things, ...services.shadows].map(([, file]) => file);
  others.push(...services.lambdas.map(({ path: file }) => file));
  if (stack !== undefined) others.push(path.join(PROJECT_DIR, `Pulumi.${stack.name}.yaml`));
  return [first, second]
    .flatMap((source) => [source?.pipeline, source?.datastore].filter((file) => file !== undefined))
    .concat(others);
}

/** Input files to watch, including those that do not exist yet. */
function watchedInputs({ messages, inputs }: Request): string[] {
  let files = inputs;
  try {
    files = messages.files();
  } catch (error) {
    if (!isUserError(error)) throw error;
  }
  return files.filter((file) => file !== "-");
}

async function run(request: Request, { definitions: [first, second], services }: Loaded): Promise<void> {
  const startedAt = performance.now();
  const out = new Output(process.stdout);
  const trial = new Trial(first!, Date.now(), services);
  const comparison = second && new Comparison(trial, new Trial(second, Date.now(), services));
  const printer = new Printer(request, out, trial);
  const progress = new TrialProgress(process.stderr, request.messages);
  try {
    for await (const batch of request.messages.batches()) {
      if (trial.asynchronous || comparison?.second.asynchronous === true) {
        if (comparison === undefined) (await trial.takeBatch(batch)).forEach((trace) => printer.taken(trace));
        else (await comparison.takeBatch(batch)).forEach((difference) => printer.compared(difference));
        await out.drain();
      } else
        for (const payload of batch) {
          if (comparison === undefined) printer.take(payload);
          else printer.compared(comparison.take(payload));
          if (out.full) await out.drain();
        }
      progress.update(trial.received);
    }
  } finally {
    progress.stop();
  }
  printer.end(comparison, performance.now() - startedAt);
  await out.drain();
}

/** Decides which messages are printed. */
class Printer {
  private readonly json: JsonResult | undefined;
  private printed = 0;
  private texts = 0;
  private readonly samples = new Map<string, number>();
  /** texts held back so that the counts come first, up to a limit */
  private waiting: string[] = [];

  constructor(
    private readonly request: Request,
    private readonly out: Output,
    private readonly trial: Trial,
  ) {
    this.json = request.json ? new JsonResult(out) : undefined;
  }

  take(payload: Buffer): void {
    const { trial } = this;
    const outcome = trial.take(payload);
    if (this.printed < this.request.show) this.printed++;
    else if (outcome.result === "stored" || !this.sampled(`${outcome.result} ${outcome.at}`)) return;
    this.print(trial.look(payload, trial.received));
  }

  /** Prints a message that has been traced already. */
  taken(trace: Trace): void {
    if (this.printed < this.request.show) this.printed++;
    else if (trace.result === "stored" || !this.sampled(`${trace.result} ${trace.at}`)) return;
    this.print(trace);
  }

  compared(difference: Difference | undefined): void {
    if (difference === undefined || this.printed >= this.request.show) return;
    this.printed++;
    if (this.json !== undefined) this.json.difference(difference);
    else this.text(differenceText(difference));
  }

  end(comparison: Comparison | undefined, ms: number): void {
    const { trial, waiting } = this;
    if (this.json !== undefined) {
      this.json.end(trial, comparison, ms);
      return;
    }
    if (comparison === undefined) this.write(countsText(trial, ms));
    else {
      const { first, second } = this.request;
      this.write(comparisonText(comparison, [here(first.pipeline), here(second?.pipeline ?? "")]));
    }
    if (waiting.length > 0) this.write(`\n${waiting.join("\n")}`);
    this.rest(comparison);
  }

  private print(trace: Trace): void {
    if (this.json !== undefined) this.json.message(trace);
    else this.text(traceText(trace, this.trial));
  }

  private text(text: string): void {
    this.texts++;
    this.waiting.push(text);
    if (this.waiting.length < WAITING) return;
    this.write(`${this.waiting.join("\n")}\n`);
    this.waiting = [];
  }

  private write(text: string): void {
    this.out.write(printableLines(text));
  }

  /** Whether a message is among the first with this result at this activity. */
  private sampled(what: string): boolean {
    if (!this.request.samples) return false;
    const seen = this.samples.get(what) ?? 0;
    if (seen >= SAMPLES) return false;
    this.samples.set(what, seen + 1);
    return true;
  }

  private rest(comparison: Comparison | undefined): void {
    const all = comparison === undefined ? this.trial.received : comparison.summary().different;
    const shown = this.texts;
    if (all > shown && this.request.samples)
      this.write(
        `\n${shown} of ${all.toLocaleString("en-US")} ${comparison === undefined ? "messages" : "differences"} are shown; --show N shows more, --json all.\n`,
      );
  }
}

/** A path relative to the working directory if it is below it. */
function here(file: string): string {
  const relative = path.relative(process.cwd(), path.resolve(file));
  return relative.startsWith("..") ? file : relative;
}

export { TRY } from "./try/options";

/** Says on stderr how a recording is read, once, also when --watch reads it again. */
function noteOnce(): (note: string) => void {
  const said = new Set<string>();
  return (note) => {
    if (!said.has(note)) printError(`${note}\n`);
    said.add(note);
  };
}

if (require.main === module) void runCommand(TRY, tryPipeline);
