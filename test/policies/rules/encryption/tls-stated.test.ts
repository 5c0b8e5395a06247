import { tlsStated } from "../../../../policies/rules/encryption/tls-stated";
import { spec } from "../../spec";

spec(tlsStated, {
  unknown: {
    of: "plant-raw-policy",
    property: "policy",
    says: "plant-raw-policy (aws:s3:BucketPolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
