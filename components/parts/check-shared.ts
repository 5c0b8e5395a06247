import { LOG_RETENTION_DAYS } from "../../aws/log-retention";
import { checkAlarms, type AlarmsArgs } from "./alarms/alarms-args";
import type { Checks } from "./common/checks";
import type { SharedSettings } from "./common/scope";

/** Checks the arguments that most components have. */
export function checkShared(checks: Checks, args: SharedSettings & { alarms?: AlarmsArgs }): void {
  checks.kmsKey("kmsKeyArn", args.kmsKeyArn);
  checkAlarms(checks, args.alarms);
  checks.oneOf("logRetentionDays", args.logRetentionDays, LOG_RETENTION_DAYS);
  checks.permissionsBoundary("permissionsBoundaryArn", args.permissionsBoundaryArn);
  checks.tags("tags", args.tags);
}
