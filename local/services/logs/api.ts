import type {
  CreateLogStreamRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
  FilteredLogEvent,
  FilterLogEventsRequest,
  FilterLogEventsResponse,
  GetLogEventsRequest,
  GetLogEventsResponse,
  PutLogEventsRequest,
  PutLogEventsResponse,
} from "@aws-sdk/client-cloudwatch-logs";
import { ApiError, operation, pageOf, type Permission, type ServiceApi } from "../../api";
import type { Clock } from "../../core/clock";
import { ACCOUNT } from "../../core/model";
import { compileFilter, FilterError } from "../cloudwatch/filter";
import type { LogEvent, Logs, LogStreamFile } from "./logs";

/** What the API of CloudWatch Logs works on. */
export interface LogServices {
  region: string;
  logs: Logs;
  clock: Clock;
}

/** Events and bytes of an answer (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html). */
const EVENTS = 10_000;
const BYTES = 1024 * 1024;
/** Groups and streams of a page. */
const PAGE = 50;
/** Of PutLogEvents (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html). */
const PUT = { events: 10_000, bytes: 1_048_576, overhead: 26 };

/** CloudWatch Logs: the groups that the program declares, with their streams and events. */
export function logsApi(services: LogServices): ServiceApi {
  const { region, clock } = services;
  const groupArn = (group: string | undefined): string =>
    `arn:aws:logs:${region}:${ACCOUNT}:log-group:${group === undefined ? "" : `${group}:`}*`;
  const onGroup = (action: string, group: string | undefined): Permission[] => [
    { action: `logs:${action}`, resource: groupArn(group) },
  ];
  const onStream = (action: string, group: string, stream: string): Permission[] => [
    { action: `logs:${action}`, resource: services.logs.arn(group, stream) },
  ];
  const groupOf = (input: { logGroupName?: string; logGroupIdentifier?: string }): string => {
    const name = input.logGroupName ?? nameOf(input.logGroupIdentifier);
    if (name === undefined) throw invalid("logGroupName or logGroupIdentifier must be given");
    return name;
  };
  const existing = (group: string): string => {
    if (!services.logs.has(group)) throw notFound("The specified log group does not exist.");
    return group;
  };
  const streamOf = (group: string, stream: string | undefined): LogStreamFile => {
    const found = services.logs.streams(existing(group)).find(({ name }) => name === stream);
    if (found === undefined) throw notFound("The specified log stream does not exist.");
    return found;
  };
  return {
    service: "logs",
    notes: [
      "Groups are those that the program declares. Logs Insights (`StartQuery`) is not part of the local cloud; read events with `FilterLogEvents`.",
    ],
    operations: {
      DescribeLogGroups: operation<DescribeLogGroupsRequest, DescribeLogGroupsResponse>({
        takes: ["logGroupNamePrefix", "logGroupNamePattern", "nextToken", "limit"],
        permissions: () => onGroup("DescribeLogGroups", undefined),
        answer: ({ input: { logGroupNamePrefix = "", logGroupNamePattern = "", nextToken, limit } }) => {
          const found = services.logs
            .list()
            .filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.includes(logGroupNamePattern));
          const page = paged(found, ({ name }) => name, nextToken, limit);
          const logGroups = page.items.map(({ name, retentionDays }) => ({
            logGroupName: name,
            arn: groupArn(name),
            logGroupArn: groupArn(name).replace(/:\*$/, ""),
            logGroupClass: "STANDARD" as const,
            retentionInDays: retentionDays === 0 ? undefined : retentionDays,
            storedBytes: 0,
          }));
          return { logGroups, nextToken: page.nextToken };
        },
        note: "`storedBytes` is 0",
      }),
      DescribeLogStreams: operation<DescribeLogStreamsRequest, DescribeLogStreamsResponse>({
        takes: [
          "logGroupName",
          "logGroupIdentifier",
          "logStreamNamePrefix",
          "orderBy",
          "descending",
          "nextToken",
          "limit",
        ],
        permissions: (input) => onGroup("DescribeLogStreams", groupOf(input)),
        answer: ({ input }) => {
          const group = existing(groupOf(input));
          const { logStreamNamePrefix = "", orderBy = "LogStreamName", descending = false, nextToken, limit } = input;
          if (orderBy === "LastEventTime" && logStreamNamePrefix !== "")
            throw invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
          const described = services.logs
            .streams(group)
            .filter(({ name }) => name.startsWith(logStreamNamePrefix))
            .map((stream) => {
              const events = services.logs.eventsOf(stream);
              return {
                logStreamName: stream.name,
                arn: services.logs.arn(group, stream.name),
                creationTime: events[0]?.timestamp,
                firstEventTimestamp: events[0]?.timestamp,
                lastEventTimestamp: events.at(-1)?.timestamp,
                lastIngestionTime: events.at(-1)?.timestamp,
              };
            });
          const keyOf = (stream: (typeof described)[number]): string =>
            orderBy === "LogStreamName"
              ? stream.logStreamName
              : `${String(stream.lastEventTimestamp ?? 0).padStart(16, "0")} ${stream.logStreamName}`;
          const sorted = described.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
          if (!descending) {
            const page = paged(sorted, keyOf, nextToken, limit);
            return { logStreams: page.items, nextToken: page.nextToken };
          }
          // Newest first is the usual question, and one page answers it.
          return { logStreams: sorted.reverse().slice(0, limit ?? PAGE) };
        },
        note: "`descending` answers one page",
      }),
      GetLogEvents: operation<GetLogEventsRequest, GetLogEventsResponse>({
        takes: [
          "logGroupName",
          "logGroupIdentifier",
          "logStreamName",
          "startTime",
          "endTime",
          "limit",
          "startFromHead",
          "nextToken",
        ],
        permissions: (input) => onStream("GetLogEvents", groupOf(input), input.logStreamName!),
        answer: ({ input }) => {
          const events = services.logs
            .eventsOf(streamOf(groupOf(input), input.logStreamName))
            .filter((event) => isWithin(event, input));
          const limit = limitOf(input.limit);
          const from = positionOf(input.nextToken, events.length, limit, input.startFromHead === true);
          const shown = firstBytes(events.slice(from, from + limit));
          return {
            events: shown.map(({ timestamp, message }) => ({ timestamp, message, ingestionTime: timestamp })),
            nextForwardToken: `f/${from + shown.length}`,
            nextBackwardToken: `b/${from}`,
          };
        },
      }),
      FilterLogEvents: operation<FilterLogEventsRequest, FilterLogEventsResponse>({
        takes: [
          "logGroupName",
          "logGroupIdentifier",
          "logStreamNames",
          "logStreamNamePrefix",
          "startTime",
          "endTime",
          "filterPattern",
          "nextToken",
          "limit",
        ],
        ignores: { interleaved: "AWS does not look at it either" },
        permissions: (input) => onGroup("FilterLogEvents", groupOf(input)),
        answer: ({ input }) => {
          const group = existing(groupOf(input));
          const matches = filterOf(input.filterPattern);
          const wanted = services.logs
            .streams(group)
            .filter(
              ({ name }) => input.logStreamNames?.includes(name) ?? name.startsWith(input.logStreamNamePrefix ?? ""),
            );
          const found = wanted
            .flatMap((stream) =>
              services.logs.eventsOf(stream).map((event, index): FilteredLogEvent => ({
                ...event,
                logStreamName: stream.name,
                ingestionTime: event.timestamp,
                eventId: `${String(event.timestamp).padStart(16, "0")}${String(index).padStart(12, "0")}${stream.name}`,
              })),
            )
            .filter((event) => isWithin(event as LogEvent, input) && matches(event.message!))
            .sort((a, b) => (a.eventId! < b.eventId! ? -1 : 1));
          const page = paged(found, ({ eventId }) => eventId!, input.nextToken, limitOf(input.limit), EVENTS);
          const events = firstBytes(page.items as (FilteredLogEvent & { message: string })[]);
          const cut = events.length < page.items.length;
          return {
            events,
            searchedLogStreams: [],
            nextToken: cut ? Buffer.from(events.at(-1)!.eventId!).toString("base64url") : page.nextToken,
          };
        },
      }),
      CreateLogStream: operation<CreateLogStreamRequest, object>({
        takes: ["logGroupName", "logStreamName"],
        permissions: ({ logGroupName, logStreamName }) => onStream("CreateLogStream", logGroupName!, logStreamName!),
        answer: ({ input: { logGroupName, logStreamName } }) => {
          if (!/^[^:*]{1,512}$/.test(logStreamName!)) throw invalid(`logStreamName: saw ${logStreamName}`);
          if (services.logs.streams(existing(logGroupName!)).some(({ name }) => name === logStreamName))
            throw new ApiError(400, "ResourceAlreadyExistsException", "The specified log stream already exists");
          services.logs.putEvents(logGroupName!, logStreamName!, []);
          return {};
        },
      }),
      PutLogEvents: operation<PutLogEventsRequest, PutLogEventsResponse>({
        takes: ["logGroupName", "logStreamName", "logEvents"],
        ignores: { sequenceToken: "AWS does not look at it any more" },
        permissions: ({ logGroupName, logStreamName }) => onStream("PutLogEvents", logGroupName!, logStreamName!),
        answer: ({ input: { logGroupName, logStreamName, logEvents = [] } }) => {
          streamOf(logGroupName!, logStreamName);
          checkEvents(logEvents as LogEvent[], clock.now());
          services.logs.putEvents(logGroupName!, logStreamName!, logEvents as LogEvent[]);
          return { nextSequenceToken: "not used" };
        },
      }),
    },
  };
}

function checkEvents(events: readonly LogEvent[], now: number): void {
  if (events.length === 0 || events.length > PUT.events)
    throw invalid(`logEvents has ${events.length} events; 1 to ${PUT.events.toLocaleString("en-US")} are allowed`);
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + PUT.overhead, 0);
  if (bytes > PUT.bytes) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${PUT.bytes}`);
  if (events.some(({ timestamp }, i) => i > 0 && timestamp < events[i - 1]!.timestamp))
    throw invalid("Log events in a single PutLogEvents request must be in chronological order.");
  const DAY = 86_400_000;
  if (events.some(({ timestamp }) => timestamp < now - 14 * DAY || timestamp > now + 7_200_000))
    throw invalid("an event is older than 14 days or more than 2 hours in the future on the local clock");
}

function isWithin({ timestamp }: LogEvent, { startTime, endTime }: { startTime?: number; endTime?: number }): boolean {
  return timestamp >= (startTime ?? -Infinity) && timestamp < (endTime ?? Infinity);
}

/** As many of the first events as fit into an answer; one at least. */
function firstBytes<T extends { message: string }>(events: readonly T[]): T[] {
  let bytes = 0;
  const end = events.findIndex(
    ({ message }, i) => (bytes += Buffer.byteLength(message) + PUT.overhead) > BYTES && i > 0,
  );
  return end === -1 ? [...events] : events.slice(0, end);
}

function positionOf(token: string | undefined, length: number, limit: number, fromHead: boolean): number {
  if (token === undefined) return fromHead ? 0 : Math.max(0, length - limit);
  const match = /^([fb])\/(\d{1,12})$/.exec(token);
  if (match === null) throw invalid("The specified nextToken is invalid.");
  const position = Math.min(Number(match[2]), length);
  return match[1] === "f" ? position : Math.max(0, position - limit);
}

function limitOf(limit: number | undefined): number {
  if (limit === undefined) return EVENTS;
  if (!Number.isInteger(limit) || limit < 1 || limit > EVENTS) throw invalid(`limit is ${limit}; it is 1 to ${EVENTS}`);
  return limit;
}

function filterOf(pattern: string | undefined): (message: string) => boolean {
  if (pattern === undefined || pattern.trim() === "") return () => true;
  try {
    return compileFilter(pattern);
  } catch (error) {
    if (error instanceof FilterError) throw invalid(`filterPattern: ${error.message}`);
    throw error;
  }
}

function nameOf(identifier: string | undefined): string | undefined {
  return identifier?.replace(/^arn:aws[^:]*:logs:[^:]*:\d*:log-group:/, "").replace(/:\*$/, "");
}

function paged<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  token: string | undefined,
  limit: number | undefined,
  most = PAGE,
): { items: T[]; nextToken: string | undefined } {
  const size = limit ?? most;
  if (!Number.isInteger(size) || size < 1 || size > most) throw invalid(`limit is ${size}; it is 1 to ${most}`);
  const page = pageOf(items, keyOf, token, size);
  if (page === undefined) throw invalid("The specified nextToken is invalid.");
  return page;
}

function invalid(message: string): ApiError {
  return new ApiError(400, "InvalidParameterException", message);
}

function notFound(message: string): ApiError {
  return new ApiError(400, "ResourceNotFoundException", message);
}
