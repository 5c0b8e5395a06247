import { queryResultsEnd } from "../../../../policies/rules/retention/query-results-end";
import { spec } from "../../spec";

spec(queryResultsEnd, {
  unknown: {
    of: "plant-results-lifecycle",
    property: "rules",
    says: "plant-results-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
