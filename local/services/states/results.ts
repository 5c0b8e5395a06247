import { randomUUID } from "node:crypto";
import type { Properties } from "../../core/model";
import { S3Error, type S3 } from "../s3/s3";
import type { Child, MapRunRecord } from "./map-run";
import { StateError } from "./types";

/** Executions in one result file; AWS fills files up to 5 GB. */
const PER_FILE = 1000;

/**
 * ResultWriter: the executions of a Map Run in files by what became of them, and a manifest that names the files.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
export function writeResults(s3: S3, role: string, { Bucket, Prefix }: Properties, record: MapRunRecord): Properties {
  const folder = `${Prefix === undefined || Prefix === "" ? "" : `${Prefix}/`}${randomUUID()}`;
  const put = (name: string, value: unknown): { Key: string; Size: number } => {
    const bytes = Buffer.from(JSON.stringify(value));
    const Key = `${folder}/${name}`;
    try {
      s3.put(role, Bucket, Key, bytes);
    } catch (error) {
      if (error instanceof S3Error) throw new StateError("States.ResultWriterFailed", error.message);
      throw error;
    }
    return { Key, Size: bytes.length };
  };
  const files = (name: string, children: readonly Child[]): { Key: string; Size: number }[] => {
    const written = [];
    for (let from = 0; from < children.length; from += PER_FILE)
      written.push(
        put(
          `${name}_${from / PER_FILE}.json`,
          children.slice(from, from + PER_FILE).map((child) => entryOf(child, record)),
        ),
      );
    return written;
  };
  const of = (...statuses: Child["status"][]): Child[] =>
    record.children.filter(({ status }) => statuses.includes(status));
  const manifest = {
    DestinationBucket: Bucket as string,
    MapRunArn: record.arn,
    ResultFiles: {
      FAILED: files("FAILED", of("FAILED", "TIMED_OUT", "ABORTED")),
      PENDING: files("PENDING", of("PENDING")),
      SUCCEEDED: files("SUCCEEDED", of("SUCCEEDED")),
    },
  };
  const { Key } = put("manifest.json", manifest);
  record.written = true;
  return { MapRunArn: record.arn, ResultWriterDetails: { Bucket: Bucket as string, Key } };
}

function entryOf({ input, status, execution }: Child, { stateMachineArn }: MapRunRecord): Properties {
  const Input = JSON.stringify(input);
  if (execution === undefined)
    return { Input, InputDetails: { Included: true }, StateMachineArn: stateMachineArn, Status: status };
  const { arn, name, startDate, stopDate, output, error, cause, redriveCount = 0 } = execution;
  const succeeded = status === "SUCCEEDED";
  return {
    ExecutionArn: arn,
    Input,
    InputDetails: { Included: true },
    Name: name,
    ...(succeeded
      ? { Output: JSON.stringify(output), OutputDetails: { Included: true } }
      : { Error: error, Cause: cause }),
    RedriveCount: redriveCount,
    RedriveStatus: succeeded ? "NOT_REDRIVABLE" : "REDRIVABLE",
    ...(succeeded ? { RedriveStatusReason: "Execution is SUCCEEDED and cannot be redriven" } : {}),
    StartDate: startDate,
    StateMachineArn: stateMachineArn,
    Status: status,
    StopDate: stopDate,
  };
}
