import { readDataKept } from "../../../../policies/rules/retention/read-data-kept";
import { spec } from "../../spec";

spec(readDataKept, {
  unknown: {
    of: "plant-raw-lifecycle",
    property: "rules",
    says: "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
