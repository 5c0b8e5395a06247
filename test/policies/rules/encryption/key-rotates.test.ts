import { keyRotates } from "../../../../policies/rules/encryption/key-rotates";
import { spec } from "../../spec";

spec(keyRotates, {
  messages: {
    "key: a key that never rotates": ["key (aws:kms:Key), enableKeyRotation: saw nothing; a key rotates; set true"],
    "key: a key that is off": [
      "key (aws:kms:Key), isEnabled: saw false; a key that is disabled encrypts nothing, and what it encrypted cannot be read; set true",
    ],
    "key: a policy that may lock everybody out": [
      "key (aws:kms:Key), bypassPolicyLockoutSafetyCheck: saw true; a policy that locks everybody out makes the key, and its data, unreachable; leave it out",
    ],
  },
  unknown: {
    of: "key",
    property: "enableKeyRotation",
    says: "key (aws:kms:Key), enableKeyRotation: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
