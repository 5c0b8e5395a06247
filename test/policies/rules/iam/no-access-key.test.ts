import { noAccessKey } from "../../../../policies/rules/iam/no-access-key";
import { spec } from "../../spec";

spec(noAccessKey, {
  unknown: {
    never: "that there is such a resource is what it reports",
  },
});
