import { multipartEnds } from "../../../../policies/rules/retention/multipart-ends";
import { spec } from "../../spec";

spec(multipartEnds, {
  unknown: {
    of: "plant-raw-lifecycle",
    property: "rules",
    says: "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
