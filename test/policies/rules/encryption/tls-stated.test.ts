import { tlsStated } from "../../../../policies/rules/encryption/tls-stated";
import { spec } from "../../spec";

spec(tlsStated, {
  messages: {
    "plant-raw-policy: objects only": [
      "plant-raw-policy (aws:s3:BucketPolicy), policy: saw policy.Statement[0], which leaves requests without TLS open; a bucket denies s3:* to everyone, on itself and its objects, while aws:SecureTransport is false; add the statement",
    ],
    "plant-raw-policy: reading only": [
      "plant-raw-policy (aws:s3:BucketPolicy), policy: saw policy.Statement[0], which leaves requests without TLS open; a bucket denies s3:* to everyone, on itself and its objects, while aws:SecureTransport is false; add the statement",
    ],
    "plant-raw-policy: one role only": [
      "plant-raw-policy (aws:s3:BucketPolicy), policy: saw policy.Statement[0], which leaves requests without TLS open; a bucket denies s3:* to everyone, on itself and its objects, while aws:SecureTransport is false; add the statement",
    ],
    "plant-raw-policy: the condition the wrong way round": [
      "plant-raw-policy (aws:s3:BucketPolicy), policy: saw policy.Statement[0], which leaves requests without TLS open; a bucket denies s3:* to everyone, on itself and its objects, while aws:SecureTransport is false; add the statement",
    ],
    "plant-raw-policy: allowed in place of denied": [
      "plant-raw-policy (aws:s3:BucketPolicy), policy: saw no statement on aws:SecureTransport; a bucket denies s3:* to everyone, on itself and its objects, while aws:SecureTransport is false; add the statement",
    ],
  },
  unknown: {
    of: "plant-raw-policy",
    property: "policy",
    says: "plant-raw-policy (aws:s3:BucketPolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
