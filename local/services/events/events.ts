import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Clock } from "../../core/clock";
import { cutTornLine, isObject, readDataLines } from "../../core/data-file";
import type { Iam } from "../../iam";
import { notAuthorized } from "../../core/access-denied";
import { ACCOUNT } from "../../core/model";

/** The call is refused as a whole. */
export class EventsError extends Error {
  constructor(
    readonly code: "AccessDeniedException" | "ValidationException" | "ResourceNotFoundException",
    message: string,
  ) {
    super(message);
  }
}

/** An entry of PutEvents. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html */
export interface PutEntry {
  Source?: string;
  DetailType?: string;
  /** JSON */
  Detail?: string;
  Resources?: string[];
  EventBusName?: string;
}

/** What became of an entry. */
export interface PutResult {
  EventId?: string;
  ErrorCode?: string;
  ErrorMessage?: string;
}

/** An event as its targets see it. https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export interface BusEvent {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  /** ISO 8601 without milliseconds, of the local clock */
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
}

/** Entries that a call takes, and bytes of all of them. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const ENTRIES = 10;
const BYTES = 1_048_576;

/** The default bus of EventBridge. Rules are no part of the local cloud: what is put is kept in a file, in the order of arrival. */
export class EventBus {
  readonly arn: string;

  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
    private readonly iam: Iam,
    private readonly region: string,
  ) {
    this.arn = `arn:aws:events:${region}:${ACCOUNT}:event-bus/default`;
    cutTornLine(this.file);
  }

  /** PutEvents: each entry is decided by itself. @throws EventsError for the call as a whole */
  put(principal: string, entries: readonly PutEntry[]): PutResult[] {
    if (entries.length < 1 || entries.length > ENTRIES)
      throw new EventsError("ValidationException", `saw ${entries.length} entries; a call has 1-${ENTRIES}`);
    const bytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
    if (bytes > BYTES)
      throw new EventsError("ValidationException", `Total size of the entries in the request is over the limit.`);
    for (const { Source = "", DetailType = "", EventBusName = "default" } of entries) {
      if (EventBusName !== "default" && EventBusName !== this.arn)
        throw new EventsError(
          "ResourceNotFoundException",
          `Event bus ${EventBusName} does not exist: the local cloud has the default bus`,
        );
      const context = { "events:source": Source, "events:detail-type": DetailType };
      const call = { principal, action: "events:PutEvents", resource: this.arn, context };
      const { allowed, decidedBy } = this.iam.check(call);
      if (!allowed)
        throw new EventsError("AccessDeniedException", notAuthorized(principal, call.action, call.resource, decidedBy));
    }
    const lines: string[] = [];
    const results = entries.map((entry): PutResult => {
      const refusal = refusalOf(entry);
      if (refusal !== undefined) return refusal;
      const event = this.eventOf(entry);
      lines.push(`${JSON.stringify(event)}\n`);
      return { EventId: event.id };
    });
    if (lines.length > 0) {
      fs.mkdirSync(this.folder, { recursive: true });
      fs.appendFileSync(this.file, lines.join(""));
    }
    return results;
  }

  /** Everything that was put, the oldest first. */
  events(): BusEvent[] {
    return readDataLines(this.file, isEvent);
  }

  private eventOf({ Source, DetailType, Detail, Resources = [] }: PutEntry): BusEvent {
    return {
      version: "0",
      id: randomUUID(),
      "detail-type": DetailType!,
      source: Source!,
      account: ACCOUNT,
      time: new Date(this.clock.now()).toISOString().replace(/\.\d+Z$/, "Z"),
      region: this.region,
      resources: Resources,
      detail: JSON.parse(Detail!) as unknown,
    };
  }

  private get file(): string {
    return path.join(this.folder, "default.ndjson");
  }
}

function refusalOf({ Source = "", DetailType = "", Detail = "" }: PutEntry): PutResult | undefined {
  const missing = Object.entries({ Source, DetailType, Detail }).find(([, value]) => value === "");
  if (missing !== undefined)
    return {
      ErrorCode: "InvalidArgument",
      ErrorMessage: `Parameter ${missing[0]} is not valid. Reason: ${missing[0]} is a required argument.`,
    };
  if (Source.startsWith("aws."))
    return { ErrorCode: "NotAuthorizedForSource", ErrorMessage: "Not authorized for the source." };
  try {
    if (isObject(JSON.parse(Detail))) return undefined;
  } catch {
    // as one that is no object
  }
  return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
function bytesOf({ Source = "", DetailType = "", Detail = "", Resources = [] }: PutEntry): number {
  return [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function isEvent(value: unknown): value is BusEvent {
  return (
    isObject(value) && typeof value.source === "string" && typeof value.time === "string" && isObject(value.detail)
  );
}
