import { trustCondition } from "../../../../policies/rules/iam/trust-condition";
import { spec } from "../../spec";

spec(trustCondition, {
  messages: {
    "rule-role: no condition for IoT": [
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no aws:SourceAccount for iot.amazonaws.com; iot.amazonaws.com sends it, and the trust policy demands it; add "StringEquals": {"aws:SourceAccount": "ACCOUNT"}',
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no aws:SourceArn for iot.amazonaws.com; iot.amazonaws.com sends it, and the trust policy demands it; add "ArnLike": {"aws:SourceArn": "arn:aws:iot:REGION:ACCOUNT:*"}',
    ],
    "rule-role: no aws:SourceArn for IoT": [
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no aws:SourceArn for iot.amazonaws.com; iot.amazonaws.com sends it, and the trust policy demands it; add "ArnLike": {"aws:SourceArn": "arn:aws:iot:REGION:ACCOUNT:*"}',
    ],
    "archive-role: no external id for Firehose": [
      'archive-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no sts:ExternalId for firehose.amazonaws.com; firehose.amazonaws.com sends it, and the trust policy demands it; add "StringEquals": {"sts:ExternalId": "ACCOUNT"}',
    ],
    "archive-role: a key that Firehose does not send": [
      'archive-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.StringEquals["aws:SourceAccount"]: saw "aws:SourceAccount"; firehose.amazonaws.com is not documented to send this key, and without it the role can never be assumed; use sts:ExternalId',
    ],
    "archive-role: another account's external id": [
      'archive-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.StringEquals["sts:ExternalId"]: saw "999999999999"; the account of the stack is 123456789012; name that account',
    ],
    "schedule-role: a schedule's ARN in place of its group's": [
      'schedule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.ArnLike["aws:SourceArn"]: saw "arn:aws:scheduler:eu-central-1:123456789012:schedule/plant/daily"; aws:SourceArn has the form arn:aws:scheduler:REGION:ACCOUNT:schedule-group/GROUP; write it so',
    ],
    "machine-role: aws:SourceArn of any account": [
      'machine-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.ArnLike["aws:SourceArn"]: saw "arn:aws:states:*:*:stateMachine:*"; aws:SourceArn has the form arn:aws:states:REGION:ACCOUNT:stateMachine:*; write it so',
    ],
    "machine-role: any account": [
      'machine-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.StringLike["aws:SourceAccount"]: saw "*"; aws:SourceAccount is the number of an account, twelve digits; write the stack\'s account',
    ],
    "rule-role: a condition with IfExists": [
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no aws:SourceAccount for iot.amazonaws.com; iot.amazonaws.com sends it, and the trust policy demands it; add "StringEquals": {"aws:SourceAccount": "ACCOUNT"}',
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no aws:SourceArn for iot.amazonaws.com; iot.amazonaws.com sends it, and the trust policy demands it; add "ArnLike": {"aws:SourceArn": "arn:aws:iot:REGION:ACCOUNT:*"}',
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.StringEqualsIfExists["aws:SourceAccount"]: saw "StringEqualsIfExists"; it lets a caller through that does not send the key; use StringEquals or ArnLike',
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.ArnLikeIfExists["aws:SourceArn"]: saw "ArnLikeIfExists"; it lets a caller through that does not send the key; use StringEquals or ArnLike',
    ],
    "transform-role: another account without an external id": [
      'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw "arn:aws:iam::999999999999:root"; another account (the stack\'s is 123456789012) becomes the role only with an sts:ExternalId; add StringEquals sts:ExternalId, or remove the principal',
    ],
    "GitHub without a subject": [
      'deploy (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no token.actions.githubusercontent.com:sub for arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com; the provider gives tokens to strangers too, so the trust policy names whose count; add "StringEquals": {"token.actions.githubusercontent.com:sub": "..."}',
    ],
    "GitHub, any repository": [
      'deploy (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw "repo:*"; it lets everybody\'s tokens in; name whose tokens count',
    ],
    "transform-role: a service that is not there": [
      'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw "lambda.amazon.com"; a service is named SERVICE.amazonaws.com, and nobody else can be the role by this name; write the service\'s name',
    ],
  },
  unknown: {
    of: "rule-role",
    property: "assumeRolePolicy",
    says: "rule-role (aws:iam:Role), assumeRolePolicy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
