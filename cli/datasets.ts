import { nearest } from "../aws/text/nearest";
import type { DashboardSettings } from "../etl/dashboard";
import { stackOption, UsageError, wholeNumber, type Parsed } from "./command/options";
import { runCommand, UserError } from "./command/run";
import { asUserError, stackPlace, type StackPlace } from "./command/stack-place";
import { clientsOf, datasetsOf, type Clients, type Dataset } from "./datasets/clients";
import { listContents, newestObjects, type Content } from "./datasets/contents";
import { writeGrafana } from "./datasets/grafana";
import { DATASETS, SHOWN_VERSIONS } from "./datasets/options";
import { formatOf, printContent, saveContent, writeContent } from "./datasets/output";
import { refresh } from "./datasets/refresh";
import { contentText, listText, reportOf, versionsText } from "./datasets/text";
import { print, printError } from "./output/terminal";

async function datasets(parsed: Parsed): Promise<number> {
  const request = requestOf(parsed);
  const interrupted = new AbortController();
  const interrupt = (): void => {
    // A second Ctrl-C waits for nothing.
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  try {
    const place = await stackPlace(parsed);
    const found = request.name === undefined ? undefined : datasetOf(place, request.name);
    if (found?.container === true && (request.reads || request.csv || request.grafana !== undefined))
      throw new UserError([
        `The contents of ${found.name} are files that a container writes: aws s3 cp --recursive ${found.resultsLocation}VERSION/ FOLDER. There are no rows to print, save or chart.`,
      ]);
    // The command of the stack's configuration is no part of the data folder.
    if (found?.container === true && request.refresh && place.kind === "folder")
      throw new UserError([
        `The container of ${found.name} runs in a local cloud that is up: npm start -- --keep, then add --endpoint with the address that it prints: --endpoint http://127.0.0.1:8080.`,
      ]);
    const clients = await clientsOf(place);
    try {
      if (found !== undefined && request.grafana !== undefined)
        return await grafana(clients, place, found, stackOption(parsed), request.grafana);
      if (found === undefined) return await list(clients, place, request.json);
      if (!request.reads && !request.refresh) return await versions(clients, place, found, request);
      return await content(clients, found, request, interrupted.signal);
    } finally {
      await clients.close();
    }
  } catch (error) {
    throw asUserError(error);
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

/** What the command line wants. */
interface Request {
  name: string | undefined;
  refresh: boolean;
  /** a content is printed or saved */
  reads: boolean;
  version: string;
  save: string | undefined;
  csv: boolean;
  /** a dashboard is written */
  grafana: { file: string; settings: DashboardSettings } | undefined;
  limit: number;
  json: boolean;
}

function requestOf(parsed: Parsed): Request {
  const [name, more] = parsed.positionals;
  if (more !== undefined) throw new UsageError(`"${more}": give one NAME, or none for the list.`);
  const [version, save] = [parsed.text("content"), parsed.text("save")];
  const [again, csv, json] = [parsed.flag("refresh"), parsed.flag("csv"), parsed.flag("json")];
  const reads = version !== undefined || save !== undefined;
  const file = parsed.text("grafana");
  const [alone] = ["refresh", "content", "save", "csv", "grafana"].filter((option) => given(parsed, option));
  if (name === undefined && alone !== undefined) throw new UsageError(`--${alone} needs the NAME of a dataset.`);
  if (file === undefined && (given(parsed, "time") || given(parsed, "device")))
    throw new UsageError("--time and --device go with --grafana FILE.");
  if (file !== undefined && (again || reads || csv))
    throw new UsageError("--grafana writes a dashboard; leave out --refresh, --content, --save and --csv.");
  if (file !== undefined && !/\.json$/i.test(file))
    throw new UsageError(`--grafana ${file}: needs a name that ends in .json.`);
  if (version === "")
    throw new UsageError(
      "--content: saw no version; write '$LATEST' in single quotes, as the shell replaces it otherwise.",
    );
  if (version !== undefined && !/^(\$LATEST(_SUCCEEDED)?|[\w-]{1,128})$/.test(version))
    throw new UsageError(
      `--content ${version}: needs a version as npm run datasets -- ${name} lists it, '$LATEST' or '$LATEST_SUCCEEDED'.`,
    );
  if (again && version !== undefined)
    throw new UsageError("--refresh makes a new content, --content names one that is there; give one of them.");
  if (csv && (json || save !== undefined || version === undefined))
    throw new UsageError("--csv goes with --content VERSION, and without --json and --save.");
  if (save !== undefined) formatOf(save);
  const limit = wholeNumber(parsed, "limit", SHOWN_VERSIONS, 1, 1000);
  const settings = { time: parsed.text("time"), device: parsed.text("device") };
  const grafana = file === undefined ? undefined : { file, settings };
  return { name, refresh: again, reads, version: version ?? "$LATEST_SUCCEEDED", save, csv, grafana, limit, json };
}

function given(parsed: Parsed, option: string): boolean {
  return parsed.flag(option) || parsed.text(option) !== undefined;
}

/** @throws UserError for a name that the stack does not have */
function datasetOf({ outputs, where }: StackPlace, name: string): Dataset {
  const all = datasetsOf(outputs);
  const found = all.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = all.map((each) => each.name);
  const near = nearest(name, names);
  const others = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
  throw new UserError([
    `${where} has no dataset "${name}"; ${near === undefined ? `${others}.` : `did you mean ${near}?`}`,
  ]);
}

async function list(clients: Clients, { outputs, where }: StackPlace, json: boolean): Promise<number> {
  const reports = [];
  for (const dataset of datasetsOf(outputs)) {
    reports.push(reportOf(dataset, (await listContents(clients, dataset, 1)).contents, Date.now()));
  }
  if (json) process.stdout.write(`${JSON.stringify({ datasets: reports })}\n`);
  else if (reports.length > 0) print(listText(reports, process.stdout.columns ?? 200));
  else printError(`${where} has no datasets; a dataset document among its definitions makes one (docs/datasets.md).\n`);
  return 0;
}

async function versions(
  clients: Clients,
  place: StackPlace,
  dataset: Dataset,
  { limit, json }: Request,
): Promise<number> {
  const { contents, kept } = await listContents(clients, dataset, limit);
  const report = reportOf(dataset, contents, Date.now());
  if (json) process.stdout.write(`${JSON.stringify({ datasets: [report] })}\n`);
  else print(versionsText(report, kept, process.stdout.columns ?? 200));
  if (place.kind === "folder" && report.next !== null && !json)
    printError("Schedules run while a local cloud does: npm start -- --keep.\n");
  return 0;
}

async function content(clients: Clients, dataset: Dataset, request: Request, signal: AbortSignal): Promise<number> {
  const started = Date.now();
  const made = request.refresh ? await refresh(clients, dataset, signal) : undefined;
  if (request.refresh && made === undefined) {
    printError(
      clients.cloud === undefined
        ? `The content is still being made: npm run datasets -- ${dataset.name} shows what becomes of it.\n`
        : "Stopped: no content was made, as the local cloud of this data folder ends with the command.\n",
    );
    return 130;
  }
  const version = made?.version ?? (await versionOf(clients, dataset, request.version));
  const { save, json, csv } = request;
  if (save !== undefined) {
    await saveContent(clients, dataset, version, save);
    printError(`${dataset.name}: version ${version} saved to ${save}\n`);
  }
  if (made !== undefined) report(dataset, made, started, json);
  else if (save === undefined) {
    if (csv || json)
      await writeContent(clients, dataset, version, csv ? "csv" : "json", process.stdout, { end: false });
    else await printContent(clients, dataset, version);
  }
  return 0;
}

function report(dataset: Dataset, made: Content, started: number, json: boolean): void {
  const datasets = [reportOf(dataset, [made], Date.now())];
  if (json) process.stdout.write(`${JSON.stringify({ datasets })}\n`);
  else print(contentText(dataset.name, made, Math.round((Date.now() - started) / 100) / 10));
}

async function grafana(
  clients: Clients,
  { outputs }: StackPlace,
  dataset: Dataset,
  stack: string,
  { file, settings }: NonNullable<Request["grafana"]>,
): Promise<number> {
  const { time, device, values, leftOut } = await writeGrafana(clients, dataset, outputs, settings, stack, file);
  const left = leftOut.length === 0 ? "" : `\nLeft out, as a dashboard cannot show their type: ${leftOut.join(", ")}.`;
  printError(
    `${file}: ${values.join(", ")} by ${time}${device === undefined ? "" : ` for each ${device}`}.${left}\n` +
      `Import it in Grafana (Dashboards, New, Import) with a data source of the plugin grafana-athena-datasource. Its workgroup must be\n` +
      `another than ${dataset.workgroup}, where every result counts as a content (docs/dashboards.md).\n`,
  );
  return 0;
}

/**
 * The version that a name of the retired service stands for: the newest in whatever state, or the newest that succeeded.
 * https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_GetDatasetContent.html
 * @throws UserError if there is none, or if the newest failed
 */
async function versionOf(clients: Clients, dataset: Dataset, name: string): Promise<string> {
  if (name === "$LATEST_SUCCEEDED") {
    const { newest } = await newestObjects(clients, dataset, 1);
    if (newest[0] !== undefined) return newest[0].version!;
  } else if (name !== "$LATEST") return name;
  const { name: called } = dataset;
  const [last] = (await listContents(clients, dataset, 1)).contents;
  if (last === undefined)
    throw new UserError([
      `The dataset ${called} has no content yet: npm run datasets -- ${called} --refresh makes one.`,
    ]);
  if (last.state === "FAILED")
    throw new UserError([
      `The last content of ${called} failed: ${last.reason}\n--content '$LATEST_SUCCEEDED' prints the last that succeeded, if there is one.`,
    ]);
  if (last.state === "CREATING") throw new UserError([`The last content of ${called} is still being made.`]);
  return last.version!;
}

export { DATASETS };

if (require.main === module) void runCommand(DATASETS, datasets);
