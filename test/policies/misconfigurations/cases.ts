import { ALARMS } from "./alarms";
import { CONVERSION } from "./conversion";
import { DELIVERY } from "./delivery";
import { ENCRYPTION } from "./encryption";
import { EXPOSURE } from "./exposure";
import { PERMISSIONS } from "./permissions";
import { RESOURCE_POLICIES } from "./resource-policies";
import { RETENTION } from "./retention";
import type { Misconfiguration } from "./run";
import { STATEMENTS } from "./statements";
import { TRUST } from "./trust";
import { WORKFLOWS } from "./workflows";

/** The ways to get the good program wrong. */
export const CASES: readonly Misconfiguration[] = [
  ...STATEMENTS,
  ...PERMISSIONS,
  ...TRUST,
  ...RESOURCE_POLICIES,
  ...RETENTION,
  ...ENCRYPTION,
  ...EXPOSURE,
  ...DELIVERY,
  ...CONVERSION,
  ...WORKFLOWS,
  ...ALARMS,
];
