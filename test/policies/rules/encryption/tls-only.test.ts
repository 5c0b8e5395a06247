import { tlsOnly } from "../../../../policies/rules/encryption/tls-only";
import { spec } from "../../spec";

spec(tlsOnly, {
  messages: {
    "no bucket policy": [
      "plant-raw (aws:s3:Bucket): saw no bucket policy; a bucket denies requests without TLS; add an aws.s3.BucketPolicy that denies s3:* while aws:SecureTransport is false",
    ],
  },
  unknown: {
    of: "plant-raw-policy",
    property: "bucket",
    says: "plant-raw-policy (aws:s3:BucketPolicy), bucket: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
