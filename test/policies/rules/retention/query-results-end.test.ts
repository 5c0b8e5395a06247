import { queryResultsEnd } from "../../../../policies/rules/retention/query-results-end";
import { spec } from "../../spec";

spec(queryResultsEnd, {
  messages: {
    "plant-results-lifecycle: results of queries stay": [
      "plant-results-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: saw no expiration below queries/; workgroup puts the results of its queries there, and they end; add a rule with expiration.days",
    ],
  },
  unknown: {
    of: "plant-results-lifecycle",
    property: "rules",
    says: "plant-results-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
