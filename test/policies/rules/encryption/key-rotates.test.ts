import { keyRotates } from "../../../../policies/rules/encryption/key-rotates";
import { spec } from "../../spec";

spec(keyRotates, {
  unknown: {
    of: "key",
    property: "enableKeyRotation",
    says: "key (aws:kms:Key), enableKeyRotation: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
