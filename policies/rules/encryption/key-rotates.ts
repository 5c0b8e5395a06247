import { show, text } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const keyRotates: ResourceRule = {
  id: "key-rotates",
  group: "encryption",
  title: "A KMS key of the stack rotates every year.",
  rationale: "Without rotation the same key material protects everything for as long as the key exists.",
  severity: "medium",
  level: "mandatory",
  remediation: "Set enableKeyRotation: true.",
  page: "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
  types: ["aws:kms/key:Key"],
  check(view, found) {
    const spec = text(view.inputs.customerMasterKeySpec) ?? "SYMMETRIC_DEFAULT";
    // Asymmetric and HMAC keys, and keys of a custom store, cannot.
    if (spec !== "SYMMETRIC_DEFAULT" || view.inputs.customKeyStoreId !== undefined) return;
    if (view.inputs.enableKeyRotation !== true)
      found.add("enableKeyRotation", show(view.inputs.enableKeyRotation), "a key rotates", "set true");
    if (view.inputs.bypassPolicyLockoutSafetyCheck === true)
      found.add(
        "bypassPolicyLockoutSafetyCheck",
        "true",
        "a policy that locks everybody out makes the key, and its data, unreachable",
        "leave it out",
      );
    if (view.inputs.isEnabled === false)
      found.add(
        "isEnabled",
        "false",
        "a key that is disabled encrypts nothing, and what it encrypted cannot be read",
        "set true",
      );
  },
};
