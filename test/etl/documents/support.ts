import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { loadFiles, type DocumentSet, type LoadOptions } from "../../../etl/documents";

/** Loads texts as files of one folder. */
export function loadTexts(files: Record<string, string | Buffer>, options: LoadOptions = {}): DocumentSet {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "documents-"));
  try {
    const paths = Object.entries(files).map(([name, content]) => {
      const file = path.join(folder, name);
      fs.writeFileSync(file, content);
      return file;
    });
    return loadFiles(paths, options);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Loads one document for checking; its problems as `severity path: message`. */
export function checkOne(document: unknown, options: LoadOptions = { purpose: "check" }): string[] {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  const set = loadTexts({ "document.json": text }, options);
  return set.problems.map(({ severity, path: place, message }) => `${severity} ${place}: ${message}`);
}

/** The errors of one document, as `path: message`. */
export function errorsOf(document: unknown): string[] {
  return checkOne(document)
    .filter((problem) => problem.startsWith("error "))
    .map((problem) => problem.slice("error ".length));
}

export const CHANNEL = { channelName: "machines" };
export const DATASTORE = {
  datastoreName: "readings",
  fileFormatConfiguration: {
    parquetConfiguration: { schemaDefinition: { columns: [{ name: "temperature", type: "double" }] } },
  },
};
export const PIPELINE = {
  pipelineName: "convert",
  pipelineActivities: [
    { channel: { name: "from", channelName: "machines", next: "compute" } },
    { math: { name: "compute", attribute: "temperature", math: "raw * 0.1", next: "to" } },
    { datastore: { name: "to", datastoreName: "readings" } },
  ],
};
export const DATASET = {
  datasetName: "hourly",
  actions: [{ actionName: "query", queryAction: { sqlQuery: "SELECT * FROM readings" } }],
};
export const RULE = {
  sql: "SELECT * FROM 'dt/+/machines'",
  awsIotSqlVersion: "2016-03-23",
  actions: [{ iotAnalytics: { channelName: "machines", roleArn: "arn:aws:iam::123456789012:role/rule" } }],
};

/** A copy with one member set; `undefined` removes it. The path's numbers are indexes. */
export function changed<T extends object>(document: T, place: string, value: unknown): T {
  const copy = structuredClone(document);
  const steps = place.split(".");
  let current = copy as Record<string, unknown>;
  for (const step of steps.slice(0, -1)) current = (current[step] ??= {}) as Record<string, unknown>;
  const last = steps.at(-1)!;
  if (value === undefined) delete current[last];
  else current[last] = value;
  return copy;
}
