import { dataProtected } from "../../../../policies/rules/retention/data-protected";
import { spec } from "../../spec";

spec(dataProtected, {
  messages: {
    "production that turns the protection off (prod)": [
      "plant-raw (aws:s3:Bucket): saw no protect: true; in production data is protected from deletion by the program; set the resource option protect",
      "plant-data (aws:s3:Bucket): saw no protect: true; in production data is protected from deletion by the program; set the resource option protect",
      "stream (aws:kinesis:Stream): saw no protect: true; in production data is protected from deletion by the program; set the resource option protect",
      "historian (aws:kinesis:Stream): saw no protect: true; in production data is protected from deletion by the program; set the resource option protect",
    ],
  },
  unknown: {
    of: "plant-raw",
    property: "bucket",
    says: "plant-raw (aws:s3:Bucket), bucket: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
