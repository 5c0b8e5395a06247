import { keyDeletionWindow } from "../../../../policies/rules/retention/key-deletion-window";
import { spec } from "../../spec";

spec(keyDeletionWindow, {
  unknown: {
    of: "key",
    property: "deletionWindowInDays",
    says: "key (aws:kms:Key), deletionWindowInDays: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
