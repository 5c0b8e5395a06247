import { number } from "../../../aws/values";
import { member } from "../../framework/context";
import type { ResourceRule } from "../../framework/rule";

export const keyDeletionWindow: ResourceRule = {
  id: "key-deletion-window",
  group: "retention",
  title: "The deletion of a key or a secret can be cancelled for more than a week, in production for 30 days.",
  rationale:
    "Once the key is deleted, everything that it encrypted is lost. Within AWS's minimum of 7 days, a job that runs once a week may not have failed yet to show that somebody still needs it.",
  severity: "high",
  level: "mandatory",
  remediation: "Set deletionWindowInDays to 30 (recoveryWindowInDays for a secret), or leave it out.",
  page: "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
  config: {
    minimumDays: member("integer", "days for which a deletion can be cancelled, at least; AWS takes 7 to 30", {
      dev: 14,
      staging: 14,
      prod: 30,
    }),
  },
  types: [
    "aws:kms/key:Key",
    "aws:kms/externalKey:ExternalKey",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:kms/replicaExternalKey:ReplicaExternalKey",
    "aws:secretsmanager/secret:Secret",
  ],
  check(view, found, context) {
    const minimum = context.config.minimumDays as number;
    const property = view.type.startsWith("aws:kms") ? "deletionWindowInDays" : "recoveryWindowInDays";
    const days = number(view.inputs[property]);
    if (days !== undefined && days < minimum)
      found.add(
        property,
        String(days),
        `a deletion can be cancelled for at least ${minimum} days in ${context.environment}`,
        minimum === 30 ? "set 30" : `set ${minimum} to 30`,
      );
  },
};
