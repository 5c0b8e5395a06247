import { number } from "../../../aws/values";
import { member } from "../../framework/context";
import type { ResourceRule } from "../../framework/rule";

export const keyDeletionWindow: ResourceRule = {
  id: "key-deletion-window",
  group: "retention",
  title: "A key or a secret that is deleted by mistake can be had back for some days.",
  rationale: "With the key, everything that it encrypted is gone.",
  severity: "high",
  level: "mandatory",
  remediation: "Set deletionWindowInDays to 30 (recoveryWindowInDays for a secret), or leave it out.",
  page: "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
  config: {
    minimumDays: member("integer", "days in which a deletion can be taken back at least", {
      dev: 7,
      staging: 7,
      prod: 30,
    }),
  },
  types: ["aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", "aws:secretsmanager/secret:Secret"],
  check(view, found, context) {
    const minimum = context.config.minimumDays as number;
    const property = view.type.startsWith("aws:kms") ? "deletionWindowInDays" : "recoveryWindowInDays";
    const days = number(view.inputs[property]);
    if (days !== undefined && days < minimum)
      found.add(
        property,
        String(days),
        `a deletion can be taken back for at least ${minimum} days in ${context.environment}`,
        minimum === 30 ? "set 30" : `set ${minimum} to 30`,
      );
  },
};
