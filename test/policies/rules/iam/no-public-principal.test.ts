import { noPublicPrincipal } from "../../../../policies/rules/iam/no-public-principal";
import { spec } from "../../spec";

spec(noPublicPrincipal, {
  messages: {
    "logs of everybody": [
      'destination (aws:cloudwatch:LogDestinationPolicy), accessPolicy.Statement[0].Principal: saw "*"; it allows everyone; name the principal that needs it, or remove the statement',
    ],
    "transform-role: everyone": [
      'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw "*"; it allows everyone; name the principal that needs it, or remove the statement',
    ],
    "transform-role: everyone, as AWS": [
      'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw {"AWS":"*"}; it allows everyone; name the principal that needs it, or remove the statement',
    ],
    "transform-role: everyone of the internet, by address": [
      'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw {"AWS":"*"}; it allows everyone; name the principal that needs it, or remove the statement',
    ],
    "plant-raw-policy: everyone reads the bucket": [
      'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[1].Principal: saw "*"; it allows everyone; name the principal that needs it, or remove the statement',
    ],
    "plant-raw-policy: everyone, under a condition that strangers fulfil": [
      'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[1].Principal: saw {"AWS":"*"}; it allows everyone; name the principal that needs it, or remove the statement',
    ],
    "everyone sends to the queue": [
      'queue-policy (aws:sqs:QueuePolicy), policy.Statement[0].Principal: saw "*"; it allows everyone; name the principal that needs it, or remove the statement',
    ],
    "alerts-policy: everyone publishes": [
      'alerts-policy (aws:sns:TopicPolicy), policy.Statement[1].Principal: saw {"AWS":"*"}; it allows everyone; name the principal that needs it, or remove the statement',
    ],
    "key: everyone uses the key": [
      'key (aws:kms:Key), policy.Statement[2].Principal: saw "*"; it allows everyone; name the principal that needs it, or remove the statement',
    ],
    "an access point for everyone": [
      'point (aws:s3:AccessPoint), policy.Statement[0].Principal: saw "*"; it allows everyone; name the principal that needs it, or remove the statement',
    ],
    "a catalog for everyone": [
      'catalog (aws:glue:ResourcePolicy), policy.Statement[0].Principal: saw "*"; it allows everyone; name the principal that needs it, or remove the statement',
    ],
    "a secret for everyone": [
      'policy (aws:secretsmanager:SecretPolicy), policy.Statement[0].Principal: saw {"AWS":"*"}; it allows everyone; name the principal that needs it, or remove the statement',
    ],
  },
  unknown: {
    of: "rule-role",
    property: "assumeRolePolicy",
    says: "rule-role (aws:iam:Role), assumeRolePolicy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
