import { servicePrincipalCondition } from "../../../../policies/rules/iam/service-principal-condition";
import { spec } from "../../spec";

spec(servicePrincipalCondition, {
  messages: {
    "plant-raw-policy: a service without its source": [
      'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[1].Condition: saw no aws:SourceArn and no aws:SourceAccount for "logging.s3.amazonaws.com"; a service that is let in says for whose resource it calls; add "Condition": {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}, "ArnLike": {"aws:SourceArn": "ARN"}}',
    ],
    "a service sends for anybody": [
      'queue-policy (aws:sqs:QueuePolicy), policy.Statement[0].Condition: saw no aws:SourceArn and no aws:SourceAccount for "sns.amazonaws.com"; a service that is let in says for whose resource it calls; add "Condition": {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}, "ArnLike": {"aws:SourceArn": "ARN"}}',
    ],
    "alerts-policy: an alarm of anybody publishes": [
      'alerts-policy (aws:sns:TopicPolicy), policy.Statement[0].Condition: saw no aws:SourceArn and no aws:SourceAccount for "cloudwatch.amazonaws.com"; a service that is let in says for whose resource it calls; add "Condition": {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}, "ArnLike": {"aws:SourceArn": "ARN"}}',
    ],
    "key: a service uses the key for anybody": [
      'key (aws:kms:Key), policy.Statement[2].Condition: saw no aws:SourceArn and no aws:SourceAccount for "logs.eu-central-1.amazonaws.com"; a service that is let in says for whose resource it calls; add "Condition": {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}, "ArnLike": {"aws:SourceArn": "ARN"}}',
    ],
    "importer-permission: any bucket may invoke": [
      "importer-permission (aws:lambda:Permission), sourceArn: saw nothing; s3.amazonaws.com may invoke the function for any resource of anybody; set the ARN of the rule, bucket or topic",
    ],
    "importer-permission: the bucket's next owner may invoke": [
      "importer-permission (aws:lambda:Permission), sourceAccount: saw nothing; a permission for s3.amazonaws.com names the account, for its ARNs can be taken over by another; set sourceAccount to the stack's account",
    ],
    "importer-permission: every bucket, by a *": [
      'importer-permission (aws:lambda:Permission), sourceArn: saw "arn:aws:s3:::*"; it takes in the resources of anybody; write account and name of the rule, bucket or topic',
    ],
    "alerts-policy: an alarm of anybody, by a *": [
      'alerts-policy (aws:sns:TopicPolicy), policy.Statement[0].Condition: saw no aws:SourceArn and no aws:SourceAccount for "cloudwatch.amazonaws.com"; a service that is let in says for whose resource it calls; add "Condition": {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}, "ArnLike": {"aws:SourceArn": "ARN"}}',
    ],
  },
  unknown: {
    of: "plant-raw-policy",
    property: "policy",
    says: "plant-raw-policy (aws:s3:BucketPolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
