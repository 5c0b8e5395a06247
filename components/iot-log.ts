import * as pulumi from "@pulumi/pulumi";
import { Checks } from "./parts/common/checks";
import { scopeOf } from "./parts/common/scope";
import { among, takeArgs, type Shape } from "./parts/common/shape";
import { OPERATIONS } from "./parts/component-args";
import { createIotLog, type IotLogNodes, type IotLogTransforms } from "./parts/iot-log";

export type { IotLogNodes, IotLogTransforms };

/** What AWS IoT Core logs; each level has the entries of those before it. */
export const IotCoreLogLevel = {
  /** what fails: connects and publishes that are refused, rules whose actions fail */
  ERROR: "ERROR",
  /** also what may lead to a failure */
  WARN: "WARN",
  /** also every connect, message and rule */
  INFO: "INFO",
  /** also the beginning of every action */
  DEBUG: "DEBUG",
} as const;
export type IotCoreLogLevel = (typeof IotCoreLogLevel)[keyof typeof IotCoreLogLevel];

/** Arguments of an IotLog. */
export interface IotLogArgs {
  /** What is logged. Default: "ERROR". Example: "INFO". */
  level?: IotCoreLogLevel;
  /** Days that log events are kept. Default: 30. Example: 90. */
  logRetentionDays?: number;
  /** KMS key of the log group, which must allow CloudWatch Logs. Default: a key of AWS. Example: key.arn. */
  kmsKeyArn?: pulumi.Input<string>;
  /** Permissions boundary of the role. Default: none. Example: "arn:aws:iam::123456789012:policy/boundary". */
  permissionsBoundaryArn?: pulumi.Input<string | undefined>;
  /** Tags of every resource that takes tags. Default: none. Example: { plant: "north" }. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

const SHAPE: Shape<IotLogArgs> = {
  level: among(Object.values(IotCoreLogLevel)),
  logRetentionDays: OPERATIONS.logRetentionDays,
  kmsKeyArn: OPERATIONS.kmsKeyArn,
  permissionsBoundaryArn: OPERATIONS.permissionsBoundaryArn,
  tags: OPERATIONS.tags,
};

/** Options of an IotLog: those of every component, and changes to its children. */
export interface IotLogOptions extends pulumi.ComponentResourceOptions {
  transform?: IotLogTransforms;
}

/**
 * The log of AWS IoT Core: connects and disconnects of devices, what they publish, and what rules make of it, in the log group
 * AWSIotLogsV2. An account has one such setting in a region, so one program declares it; a second would replace it. When it is removed, AWS keeps the
 * setting: switch the log off with `aws iot set-v2-logging-options --disable-all-logs`.
 *
 * The smallest use:
 * ```ts
 * new IotLog("iot", {});
 * ```
 * The richest:
 * ```ts
 * new IotLog("iot", {
 *   level: "INFO",
 *   logRetentionDays: 90,
 *   kmsKeyArn: key.arn,
 *   tags: { plant: "north" },
 * });
 * ```
 */
export class IotLog extends pulumi.ComponentResource {
  readonly nodes: IotLogNodes;

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: IotLogArgs, opts: IotLogOptions = {}) {
    const checks = new Checks("IotLog", name);
    args = takeArgs(SHAPE, args, checks);
    checks.throwIfWrong();
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:IotLog", name, {}, options);
    this.nodes = createIotLog(scopeOf(this, name, args), args.level ?? IotCoreLogLevel.ERROR, transform);
    this.registerOutputs({ logGroup: this.nodes.logGroup.name });
  }
}
