import { missingPermission } from "../../../../policies/rules/iam/missing-permission";
import { spec } from "../../spec";

spec(missingPermission, {
  unknown: {
    of: "archive",
    property: "extendedS3Configuration",
    says: "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
