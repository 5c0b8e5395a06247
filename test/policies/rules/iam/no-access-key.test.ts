import { noAccessKey } from "../../../../policies/rules/iam/no-access-key";
import { spec } from "../../spec";

spec(noAccessKey, {
  messages: {
    "an access key": [
      'key-of-ci (aws:iam:AccessKey), user: saw "ci"; credentials that do not end are not made; use a role',
    ],
    "a password": [
      'login (aws:iam:UserLoginProfile), user: saw "ci"; credentials that do not end are not made; use a role',
    ],
  },
  unknown: {
    never: "that there is such a resource is what it reports",
  },
});
