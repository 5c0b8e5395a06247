import { conversionSchema } from "../../../../policies/rules/delivery/conversion-schema";
import { spec } from "../../spec";

spec(conversionSchema, {
  unknown: {
    of: "parquet",
    property: "extendedS3Configuration",
    says: "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
