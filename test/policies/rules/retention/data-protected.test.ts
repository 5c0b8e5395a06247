import { dataProtected } from "../../../../policies/rules/retention/data-protected";
import { spec } from "../../spec";

spec(dataProtected, {
  unknown: {
    of: "plant-raw",
    property: "bucket",
    says: "plant-raw (aws:s3:Bucket), bucket: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
