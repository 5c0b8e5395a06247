import { roleFitsUser } from "../../../../policies/rules/iam/role-fits-user";
import { spec } from "../../spec";

spec(roleFitsUser, {
  messages: {
    "a delivery stream with a function's role": [
      'other-role (aws:iam:Role), assumeRolePolicy: saw "lambda.amazonaws.com"; direct (aws:kinesis:FirehoseDeliveryStream) uses the role as firehose.amazonaws.com; trust firehose.amazonaws.com',
      'other-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw "lambda.amazonaws.com"; nothing in the stack uses the role as this service; remove the principal',
    ],
    "transform-role: the wrong service": [
      'transform-role (aws:iam:Role), assumeRolePolicy: saw "ec2.amazonaws.com"; transform (aws:lambda:Function) uses the role as lambda.amazonaws.com; trust lambda.amazonaws.com',
      'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw "ec2.amazonaws.com"; nothing in the stack uses the role as this service; remove the principal',
    ],
    "transform-role: a second service that has no use for it": [
      'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw "ec2.amazonaws.com"; nothing in the stack uses the role as this service; remove the principal',
    ],
    "archive: a role of another account": [
      "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.roleArn: saw a role of the account 999999999999; a service is handed roles of the stack's account 123456789012 only; use a role of this account",
    ],
    "transform-role: the whole account may be the function": [
      'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw "arn:aws:iam::123456789012:root"; transform (aws:lambda:Function) uses the role; whoever else may assume it acts in its name; give people and other roles a role of their own',
    ],
  },
  unknown: {
    of: "rule-role",
    property: "name",
    says: "rule-role (aws:iam:Role), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
