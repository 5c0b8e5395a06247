import { deliveryLimits } from "../../../../policies/rules/limits/delivery-limits";
import { spec } from "../../spec";

spec(deliveryLimits, {
  unknown: {
    of: "archive",
    property: "extendedS3Configuration",
    says: "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
