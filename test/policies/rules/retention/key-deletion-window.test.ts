import { keyDeletionWindow } from "../../../../policies/rules/retention/key-deletion-window";
import { spec } from "../../spec";

spec(keyDeletionWindow, {
  messages: {
    "key: a key that is gone after a week, in production (prod)": [
      "key (aws:kms:Key), deletionWindowInDays: saw 7; a deletion can be taken back for at least 30 days in prod; set 30",
    ],
    "a secret that is gone at once": [
      "secret (aws:secretsmanager:Secret), recoveryWindowInDays: saw 0; a deletion can be taken back for at least 7 days in dev; set 7 to 30",
    ],
  },
  unknown: {
    of: "key",
    property: "deletionWindowInDays",
    says: "key (aws:kms:Key), deletionWindowInDays: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
