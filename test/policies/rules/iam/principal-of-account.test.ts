import { principalOfAccount } from "../../../../policies/rules/iam/principal-of-account";
import { spec } from "../../spec";

spec(principalOfAccount, {
  messages: {
    "plant-raw-policy: another account reads the bucket": [
      "plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[1].Principal: saw \"arn:aws:iam::999999999999:root\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
    ],
    "another account sends to the queue": [
      "queue-policy (aws:sqs:QueuePolicy), policy.Statement[0].Principal: saw \"999999999999\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
    ],
    "key: another account holds the key": [
      "key (aws:kms:Key), policy.Statement[2].Principal: saw \"arn:aws:iam::999999999999:root\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
    ],
    "another account may invoke": [
      "foreign (aws:lambda:Permission), principal: saw \"999999999999\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
    ],
    "alerts-policy: alarms of another account": [
      'alerts-policy (aws:sns:TopicPolicy), policy.Statement[0].Condition.StringEquals["aws:SourceAccount"]: saw "999999999999"; another account than the stack\'s 123456789012 is let in; remove it, or name the account in the rule\'s setting accounts',
    ],
    "importer-permission: a bucket's owner that is somebody else": [
      "importer-permission (aws:lambda:Permission), sourceAccount: saw \"999999999999\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
    ],
    "a grant of a key to another account": [
      "grant (aws:kms:Grant), granteePrincipal: saw \"arn:aws:iam::999999999999:role/reader\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
    ],
    "logs that go to another account": [
      "filter (aws:cloudwatch:LogSubscriptionFilter), destinationArn: saw \"arn:aws:logs:eu-central-1:999999999999:destination:all\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
    ],
    "notifications that go to another account": [
      "subscription (aws:sns:TopicSubscription), endpoint: saw \"arn:aws:sqs:eu-central-1:999999999999:inbox\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
    ],
  },
  unknown: {
    of: "plant-raw-policy",
    property: "policy",
    says: "plant-raw-policy (aws:s3:BucketPolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
