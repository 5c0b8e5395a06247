import { randomUUID } from "node:crypto";
import { IOT_LOG_GROUP, IOT_LOG_LEVELS, type IotLogLevel } from "../../../aws/iot-log";
import type { Clock } from "../../core/clock";
import { ACCOUNT, ofType, TYPES, type Resource } from "../../core/model";
import { UNEXERCISED, type Iam } from "../../iam";
import type { Journal, JournalEntry, Publish } from "../../mqtt";
import type { Logs } from "../logs/logs";

/** An entry without what every entry has. */
export interface IotLogEntry {
  eventType: string;
  /** undefined: the event went well */
  failed?: { reason?: string; details: string };
  traceId?: string;
  /** the members of this type of event */
  members: Readonly<Record<string, unknown>>;
}

/** Entries that are written at a time. */
const BATCH = 500;
/** AWS draws the name of the stream. */
const STREAM = `local_${ACCOUNT}_0`;

/**
 * The log of AWS IoT Core, if the program declares it: entries of devices, messages and rules in AWS's form, in the log group AWSIotLogsV2.
 * https://docs.aws.amazon.com/iot/latest/developerguide/cwl-format.html
 */
export class IotLog implements Journal {
  /** entries since the start */
  written = 0;
  private readonly level: IotLogLevel | undefined;
  private readonly roleArn: string | undefined;
  private waiting: string[] = [];

  constructor(
    resources: readonly Resource[],
    private readonly services: { logs: Logs; iam: Iam; clock: Clock; region: string },
  ) {
    const inputs = ofType(resources, TYPES.iotLogging)[0]?.inputs;
    if (inputs === undefined || inputs.disableAllLogs === true) return;
    this.level = IOT_LOG_LEVELS.find((level) => level === inputs.defaultLogLevel);
    this.roleArn = inputs.roleArn as string;
    if (this.level === undefined) return;
    const { iam, logs } = services;
    iam.requirePermissions({ principal: this.roleArn, resource: logs.arn(IOT_LOG_GROUP, STREAM) }, UNEXERCISED.iotLog);
  }

  /** Whether entries of a level are written. */
  wants(level: IotLogLevel): boolean {
    return this.level !== undefined && IOT_LOG_LEVELS.indexOf(level) <= IOT_LOG_LEVELS.indexOf(this.level);
  }

  get keeps(): "nothing" | "failures" | "everything" {
    return this.wants("INFO") ? "everything" : this.wants("ERROR") ? "failures" : "nothing";
  }

  /** An entry of the message broker. */
  record({ eventType, failed, traceId, ...members }: JournalEntry): void {
    this.write("INFO", { eventType, failed, traceId, members });
  }

  /** An entry about a message that a rule has seen. */
  ofMessage(
    level: IotLogLevel,
    eventType: string,
    message: Publish,
    members: Readonly<Record<string, unknown>>,
    failed?: IotLogEntry["failed"],
  ): void {
    if (!this.wants(failed === undefined ? level : "ERROR")) return;
    const { clientId, topic: topicName, principal: principalId } = message;
    const own = { clientId, topicName, ...members, principalId };
    this.write(level, { eventType, failed, traceId: traceOf(message), members: own });
  }

  /** Writes an entry at a level; one of a failure is an error. */
  write(level: IotLogLevel, { eventType, failed, traceId, members }: IotLogEntry): void {
    const logLevel = failed === undefined ? level : "ERROR";
    if (!this.wants(logLevel)) return;
    this.waiting.push(
      JSON.stringify({
        timestamp: new Date(this.services.clock.now()).toISOString().replace("T", " ").replace("Z", ""),
        logLevel,
        traceId: traceId ?? randomUUID(),
        accountId: ACCOUNT,
        status: failed === undefined ? "Success" : "Failure",
        eventType,
        ...members,
        ...failed,
      }),
    );
    if (this.waiting.length >= BATCH) this.flush();
    else if (this.waiting.length === 1) setImmediate(() => this.flush());
  }

  /** Writes what waits. */
  flush(): void {
    if (this.waiting.length === 0) return;
    const lines = this.waiting;
    this.waiting = [];
    const { iam, logs, region } = this.services;
    const roleArn = this.roleArn!;
    const context = { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": `arn:aws:iot:${region}:${ACCOUNT}:*` };
    if (!iam.assume("iot.amazonaws.com", roleArn, context).allowed) return;
    // A refusal is among the refused calls of the run.
    if (logs.put(roleArn, IOT_LOG_GROUP, STREAM, lines, true) === undefined) this.written += lines.length;
  }
}

/** The trace of a message, which its entries share. */
export function traceOf(message: Publish): string {
  return (message.traceId ??= randomUUID());
}
