import { noAccessLists } from "../../../../policies/rules/exposure/no-access-lists";
import { spec } from "../../spec";

spec(noAccessLists, {
  messages: {
    "plant-raw: public-read": [
      'plant-raw (aws:s3:Bucket), acl: saw "public-read"; access is granted by policies only; remove it',
    ],
    "a list of its own": [
      'acl (aws:s3:BucketAcl), acl: saw "public-read-write"; access is granted by policies only; remove it',
    ],
    "a web site": [
      "site (aws:s3:BucketWebsiteConfiguration): saw a web site; a bucket with data is no web site; remove it",
    ],
    "every web page": [
      'cors (aws:s3:BucketCorsConfiguration), corsRules[0].allowedOrigins: saw ["*"]; any web page could use the log-in of whoever has it open; name the origins',
    ],
    "rule: objects of a rule for everyone": [
      'rule (aws:iot:TopicRule), s3[0].cannedAcl: saw "public-read"; access is granted by policies only; remove it',
    ],
    "an object for everyone": [
      'object (aws:s3:BucketObject), acl: saw "public-read"; access is granted by policies only; remove it',
    ],
  },
  unknown: {
    of: "plant-raw",
    property: "acl",
    says: "plant-raw (aws:s3:Bucket), acl: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
