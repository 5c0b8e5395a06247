import type * as pulumi from "@pulumi/pulumi";
import { tagLimits } from "../../aws/limits/tags";
import { LOG_RETENTION_DAYS } from "../../aws/log-retention";
import { ALARMS } from "./alarms/alarms-args";
import { among, input, inputOrNone, matching, record, text } from "./common/shape";

/** Arguments that several components have. */
export const KMS_KEY_ARN = input(
  matching(
    /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
    "the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID, for an alias cannot stand in a role's policy",
  ),
);

export const TAGS = input(record<pulumi.Input<string>>(input(text()), "tags", (tags) => tagLimits(tags)[0]?.message));

/** Arguments of every component that has roles, logs and alarms. */
export const OPERATIONS = {
  kmsKeyArn: KMS_KEY_ARN,
  logRetentionDays: among(LOG_RETENTION_DAYS),
  alarms: ALARMS,
  permissionsBoundaryArn: inputOrNone(
    matching(
      /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
      "the ARN of a managed policy, arn:aws:iam::ACCOUNT:policy/NAME",
    ),
  ),
  tags: TAGS,
};
