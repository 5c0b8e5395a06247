import { tlsOnly } from "../../../../policies/rules/encryption/tls-only";
import { spec } from "../../spec";

spec(tlsOnly, {
  unknown: {
    of: "plant-raw-policy",
    property: "bucket",
    says: "plant-raw-policy (aws:s3:BucketPolicy), bucket: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
