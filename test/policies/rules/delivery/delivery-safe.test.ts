import { deliverySafe } from "../../../../policies/rules/delivery/delivery-safe";
import { spec } from "../../spec";

spec(deliverySafe, {
  unknown: {
    of: "archive",
    property: "extendedS3Configuration",
    says: "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
