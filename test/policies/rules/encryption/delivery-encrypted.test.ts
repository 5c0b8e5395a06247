import { deliveryEncrypted } from "../../../../policies/rules/encryption/delivery-encrypted";
import { spec } from "../../spec";

spec(deliveryEncrypted, {
  unknown: {
    of: "archive",
    property: "kinesisSourceConfiguration",
    says: "archive (aws:kinesis:FirehoseDeliveryStream), kinesisSourceConfiguration: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
