import { noInvertedGrant } from "../../../../policies/rules/iam/no-inverted-grant";
import { spec } from "../../spec";

spec(noInvertedGrant, {
  messages: {
    "archive-policy: NotAction": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].NotAction: saw "s3:DeleteBucket"; NotAction with Allow grants everything else; write Action with what is needed',
    ],
    "archive-policy: NotResource": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].NotResource: saw "arn:aws:s3:::plant-data/*"; NotResource with Allow grants everything else; write Resource with what is needed',
    ],
    "plant-raw-policy: everyone but one": [
      'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[1].NotPrincipal: saw {"AWS":"arn:aws:iam::123456789012:role/archive"}; NotPrincipal with Allow grants everything else; write Principal with what is needed',
    ],
  },
  unknown: {
    of: "archive-policy",
    property: "policy",
    says: "archive-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
