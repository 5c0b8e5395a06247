import { block, list, number, text } from "../../aws/values";
import { runsAMonth } from "../flow/queries";
import { ofType, TYPES } from "../model/links";
import { DAYS } from "../model/month";
import type { Flow, Registered, Usage } from "../model/types";

/** A function that a delivery stream or a schedule invokes; what others invoke is not known. */
export function lambdaFunction(resource: Registered, flow: Flow): Usage[] {
  const scheduled = scheduledRuns(resource, flow);
  if (scheduled > 0) return maintenance(resource, flow, scheduled);
  const own = flow.functions.get(resource.urn);
  if (own === undefined || own.requests === 0) return [];
  const arm = list(resource.inputs.architectures)?.includes("arm64") === true;
  return [
    { price: "lambda-request", what: "batches", quantity: own.requests / 1e6 },
    { price: arm ? "lambda-arm64" : "lambda-x86", what: "duration", quantity: own.seconds * gigabytesOf(resource) },
  ];
}

function gigabytesOf({ inputs }: Registered): number {
  return (number(inputs.memorySize) ?? 128) / 1024;
}

/** Runs a month of a function that schedules call. */
export function scheduledRuns({ inputs }: Registered, flow: Flow): number {
  const name = text(inputs.name);
  return ofType(flow.resources, "aws:scheduler/schedule:Schedule")
    .filter((schedule) => text(block(schedule.inputs.target)?.arn)?.endsWith(`:function:${name}`) === true)
    .reduce((sum, schedule) => sum + runsAMonth(text(schedule.inputs.scheduleExpression), flow.now), 0);
}

/** Objects and partitions of an answer. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const PAGE = 1000;
/** Seconds of a run that has nothing to do, with the start of the function's environment; and of a page of objects. */
const RUN_SECONDS = 1;
const PAGE_SECONDS = 0.2;
/** Notes that each run looks for and reads or writes. */
const NOTE_REQUESTS = 5;

/** The maintenance of a datastore: short runs, and looks over all objects and partitions. */
function maintenance(resource: Registered, flow: Flow, runs: number): Usage[] {
  const variables = block(block(resource.inputs.environment)?.variables);
  const name = text(variables?.DATASTORE_TABLE);
  const table = ofType(flow.resources, TYPES.table).find(({ inputs }) => text(inputs.name) === name);
  const { objects = 0, partitions = 0 } = (table && flow.tables.get(table.urn)) ?? {};
  const looks = (DAYS * 24) / Number(text(variables?.SCAN_HOURS) ?? 24);
  const pages = Math.ceil(objects / PAGE) * looks;
  const seconds = runs * RUN_SECONDS + pages * PAGE_SECONDS;
  return [
    { price: "lambda-request", what: "scheduled runs", quantity: runs / 1e6, fixed: true },
    {
      price: "lambda-arm64",
      what: "duration of scheduled runs",
      quantity: seconds * gigabytesOf(resource),
      fixed: true,
    },
    { price: "s3-put", what: "notes of scheduled runs", quantity: (runs * NOTE_REQUESTS) / 1000, fixed: true },
    { price: "s3-put", what: "LIST requests over all objects", quantity: pages / 1000 },
    {
      price: "glue-request",
      what: "catalog requests over all partitions",
      quantity: (2 * Math.ceil(partitions / PAGE) * looks) / 1e6,
    },
  ];
}
