import type * as pulumi from "@pulumi/pulumi";
import { LOG_RETENTION_DAYS } from "../../aws/log-retention";
import { awsContextOf, type AwsContext } from "./aws-context";
import { checkAlarms, type AlarmsArgs } from "./alarms/alarms-args";
import type { Checks } from "./checks";
import { DEFAULT_LOG_RETENTION_DAYS } from "./logs";

/** Arguments that the children of most components share. */
interface SharedArgs {
  kmsKeyArn?: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  logRetentionDays?: number;
  permissionsBoundaryArn?: pulumi.Input<string | undefined>;
}

/** What every child of one component is created with. */
export interface Scope {
  /** the parent of its children */
  readonly component: pulumi.ComponentResource;
  /** begins the names of its children */
  readonly name: string;
  readonly aws: AwsContext;
  readonly kmsKeyArn: pulumi.Input<string> | undefined;
  readonly tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  readonly logRetentionDays: number;
  readonly permissionsBoundaryArn: pulumi.Input<string | undefined> | undefined;
}

export function scopeOf(component: pulumi.ComponentResource, name: string, args: SharedArgs = {}): Scope {
  const { kmsKeyArn, tags, logRetentionDays = DEFAULT_LOG_RETENTION_DAYS, permissionsBoundaryArn } = args;
  return { component, name, aws: awsContextOf(component), kmsKeyArn, tags, logRetentionDays, permissionsBoundaryArn };
}

/** Checks the arguments that most components have. */
export function checkShared(checks: Checks, args: SharedArgs & { alarms?: AlarmsArgs }): void {
  checks.kmsKey("kmsKeyArn", args.kmsKeyArn);
  checkAlarms(checks, args.alarms);
  checks.oneOf("logRetentionDays", args.logRetentionDays, LOG_RETENTION_DAYS);
  checks.permissionsBoundary("permissionsBoundaryArn", args.permissionsBoundaryArn);
  checks.tags("tags", args.tags);
}
