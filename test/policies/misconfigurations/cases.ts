import { DELIVERY } from "./delivery";
import { ENCRYPTION } from "./encryption";
import { EXPOSURE } from "./exposure";
import { IAM } from "./iam";
import { RETENTION } from "./retention";
import type { Misconfiguration } from "./run";
import { SHARING } from "./sharing";
import { WORKFLOWS } from "./workflows";

/** The ways to get the plain program wrong, by group. */
export const GROUPS: Readonly<Record<string, readonly Misconfiguration[]>> = {
  "least privilege": IAM,
  sharing: SHARING,
  retention: RETENTION,
  encryption: ENCRYPTION,
  exposure: EXPOSURE,
  delivery: DELIVERY,
  workflows: WORKFLOWS,
};

export const CASES: readonly Misconfiguration[] = Object.values(GROUPS).flat();
