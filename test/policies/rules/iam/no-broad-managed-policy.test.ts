import { noBroadManagedPolicy } from "../../../../policies/rules/iam/no-broad-managed-policy";
import { spec } from "../../spec";

spec(noBroadManagedPolicy, {
  messages: {
    "AdministratorAccess attached": [
      'attachment (aws:iam:RolePolicyAttachment), policyArn: saw "arn:aws:iam::aws:policy/AdministratorAccess"; this policy of AWS holds for every resource of the account; write an inline policy that names the resources',
    ],
    "PowerUserAccess attached": [
      'attachment (aws:iam:RolePolicyAttachment), policyArn: saw "arn:aws:iam::aws:policy/PowerUserAccess"; this policy of AWS holds for every resource of the account; write an inline policy that names the resources',
    ],
    "ReadOnlyAccess attached": [
      'attachment (aws:iam:RolePolicyAttachment), policyArn: saw "arn:aws:iam::aws:policy/ReadOnlyAccess"; this policy of AWS holds for every resource of the account; write an inline policy that names the resources',
    ],
    "AmazonS3FullAccess attached": [
      'attachment (aws:iam:RolePolicyAttachment), policyArn: saw "arn:aws:iam::aws:policy/AmazonS3FullAccess"; this policy of AWS holds for every resource of the account; write an inline policy that names the resources',
    ],
    "AmazonKinesisFullAccess attached": [
      'attachment (aws:iam:RolePolicyAttachment), policyArn: saw "arn:aws:iam::aws:policy/AmazonKinesisFullAccess"; this policy of AWS holds for every resource of the account; write an inline policy that names the resources',
    ],
    "service-role/AWSIoTRuleActions attached": [
      'attachment (aws:iam:RolePolicyAttachment), policyArn: saw "arn:aws:iam::aws:policy/service-role/AWSIoTRuleActions"; this policy of AWS holds for every resource of the account; write an inline policy that names the resources',
    ],
    "service-role/AWSLambdaKinesisExecutionRole attached": [
      'attachment (aws:iam:RolePolicyAttachment), policyArn: saw "arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole"; this policy of AWS holds for every resource of the account; write an inline policy that names the resources',
    ],
    "job-function/DataScientist attached": [
      'attachment (aws:iam:RolePolicyAttachment), policyArn: saw "arn:aws:iam::aws:policy/job-function/DataScientist"; this policy of AWS holds for every resource of the account; write an inline policy that names the resources',
    ],
    "transform-role: AmazonS3ReadOnlyAccess in managedPolicyArns": [
      'transform-role (aws:iam:Role), managedPolicyArns[0]: saw "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"; this policy of AWS holds for every resource of the account; write an inline policy that names the resources',
    ],
    "rule-role: a function's policy on a rule's role": [
      'rule-role (aws:iam:Role), managedPolicyArns[0]: saw "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"; this policy is made for lambda, edgelambda, and the role trusts iot; write an inline policy with what the role\'s user calls',
    ],
    "AdministratorAccess for a user": [
      'attachment (aws:iam:UserPolicyAttachment), policyArn: saw "arn:aws:iam::aws:policy/AdministratorAccess"; this policy of AWS holds for every resource of the account; write an inline policy that names the resources',
    ],
    "IAMFullAccess for a group": [
      'attachment (aws:iam:GroupPolicyAttachment), policyArn: saw "arn:aws:iam::aws:policy/IAMFullAccess"; this policy of AWS holds for every resource of the account; write an inline policy that names the resources',
    ],
    "PolicyAttachment over several": [
      'attachment (aws:iam:PolicyAttachment), policyArn: saw "arn:aws:iam::aws:policy/AmazonAthenaFullAccess"; this policy of AWS holds for every resource of the account; write an inline policy that names the resources',
    ],
  },
  unknown: {
    of: "rule-role",
    property: "name",
    says: "rule-role (aws:iam:Role), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
