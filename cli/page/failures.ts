/** The messages that failed: what the delivery streams keep below the error prefixes, and what topic rules hand to their error actions. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { gunzipSync } from "node:zlib";
import { isRecord } from "../../aws/text/record";
import type { StoredObject } from "../../local/services/s3/bucket";
import type { Deployed } from "../start/deployed";

/** Messages that a list has at most; they are the newest. */
export const SHOWN = 200;
/** bytes of an object that are read; the messages behind are not listed */
const READ_BYTES = 16 * 1024 * 1024;
/** characters of a message that a list has */
const PREVIEW = 240;

/** A message that failed. */
export interface Failure {
  /** by which it is asked for again, while it is kept */
  id: string;
  /** `pipeline`, `candidate` or `rule` */
  kind: string;
  name: string;
  /** the folder of the error prefix, such as processing-failed; of a rule the action that failed */
  step: string;
  reason: string;
  /** ms since 1970-01-01 UTC on the local clock; null if it is not known */
  arrived: number | null;
  /** of the message, or of what was made of it if it failed later than in the pipeline */
  data: Buffer;
}

/** Failures of a place, and whether there are more than are read. */
interface Found {
  failures: Failure[];
  more: boolean;
}

/** The newest failures of all pipelines, candidates and rules, the newest first. */
export function failuresOf({ cloud, outputs }: Deployed): Found {
  const all: Found = { failures: [], more: false };
  const add = ({ failures, more }: Found): void => {
    all.failures.push(...failures);
    all.more ||= more;
  };
  for (const [name, { datastore, errorPrefix, candidate }] of Object.entries(outputs.pipelines)) {
    const bucket = outputs.datastores[datastore]?.bucket;
    if (bucket !== undefined) add(below(cloud.s3.list(bucket, errorPrefix), { kind: "pipeline", name, errorPrefix }));
    if (candidate !== undefined)
      add(below(cloud.s3.list(candidate.bucket, candidate.errorPrefix), { kind: "candidate", name, ...candidate }));
  }
  for (const [name, { errorLogGroup }] of Object.entries(outputs.rules)) add(ofRule(cloud.logs, name, errorLogGroup));
  all.failures.sort((a, b) => (b.arrived ?? 0) - (a.arrived ?? 0));
  all.more ||= all.failures.length > SHOWN;
  all.failures.length = Math.min(all.failures.length, SHOWN);
  return all;
}

/** A failure as a list has it: of its message the first characters. */
export function summaryOf({ data, ...failure }: Failure): object {
  return { ...failure, bytes: data.length, preview: data.toString("utf8", 0, PREVIEW * 4).slice(0, PREVIEW) };
}

function below(
  objects: readonly StoredObject[],
  { kind, name, errorPrefix }: { kind: string; name: string; errorPrefix: string },
): Found {
  const failures: Failure[] = [];
  const newest = [...objects].sort((a, b) => b.modified - a.modified);
  let more = false;
  for (const { key, file } of newest) {
    if (failures.length >= SHOWN) return { failures, more: true };
    const step = key
      .slice(errorPrefix.length)
      .split("/")
      .slice(0, -1)
      .filter((part) => !part.includes("="))
      .join("/");
    const { lines, cut } = linesOf(file);
    more ||= cut;
    for (const line of lines.reverse()) {
      if (failures.length >= SHOWN) break;
      const envelope = recordOf(line);
      if (typeof envelope?.rawData !== "string") continue;
      const { arrivalTimestamp, errorMessage, lastErrorMessage, errorCode, lastErrorCode } = envelope;
      failures.push({
        id: idOf(key, line),
        kind,
        name,
        step,
        reason: String(errorMessage ?? lastErrorMessage ?? errorCode ?? lastErrorCode ?? "no reason is kept"),
        arrived: typeof arrivalTimestamp === "number" ? arrivalTimestamp : null,
        data: Buffer.from(envelope.rawData, "base64"),
      });
    }
  }
  return { failures, more };
}

/** https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html */
function ofRule(logs: Deployed["cloud"]["logs"], name: string, group: string): Found {
  const failures: Failure[] = [];
  if (!logs.has(group)) return { failures, more: false };
  let more = false;
  for (const { timestamp, message } of logs.events(group)) {
    const event = recordOf(message);
    if (event?.ruleName !== name || typeof event.base64OriginalPayload !== "string") continue;
    const reasons = (Array.isArray(event.failures) ? event.failures : []).filter(isRecord);
    failures.push({
      id: idOf(group, `${timestamp} ${message}`),
      kind: "rule",
      name,
      step: [...new Set(reasons.map(({ failedAction }) => String(failedAction)))].join(", "),
      reason: reasons.map(({ errorMessage }) => String(errorMessage)).join("; "),
      arrived: timestamp,
      data: Buffer.from(event.base64OriginalPayload, "base64"),
    });
    if (failures.length > SHOWN) {
      failures.shift();
      more = true;
    }
  }
  return { failures, more };
}

/** @returns the whole lines of an object; `cut` if there are more than are read */
function linesOf(file: string): { lines: string[]; cut: boolean } {
  let bytes: Buffer;
  let cut = false;
  try {
    const descriptor = fs.openSync(file, "r");
    try {
      const { size } = fs.fstatSync(descriptor);
      cut = size > READ_BYTES;
      bytes = Buffer.alloc(Math.min(size, READ_BYTES));
      fs.readSync(descriptor, bytes, 0, bytes.length, 0);
    } finally {
      fs.closeSync(descriptor);
    }
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes, { maxOutputLength: READ_BYTES });
  } catch {
    // An object that has expired since it was listed, or that is broken, has nothing to show.
    return { lines: [], cut };
  }
  const lines = bytes.toString("utf8").split("\n");
  if (cut) lines.pop();
  return { lines: lines.filter((line) => line !== ""), cut };
}

function recordOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function idOf(place: string, line: string): string {
  return createHash("sha256").update(`${place}\n${line}`).digest("base64url").slice(0, 22);
}
