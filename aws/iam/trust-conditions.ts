/** Condition keys that a service sends when it assumes a role. https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
export interface TrustCondition {
  /** keys that the trust policy has to demand */
  required: readonly string[];
  /** keys that it may demand beside those; any other makes the role unusable, for the service does not send it */
  allowed?: readonly string[];
  /** what aws:SourceArn looks like */
  sourceArn?: { pattern: RegExp; form: string };
}

const ACCOUNT_AND_ARN = ["aws:SourceAccount", "aws:SourceArn"];
const sourceOf = (service: string, resource: string): TrustCondition["sourceArn"] => ({
  pattern: new RegExp(`^arn:[^:*]+:${service}:[^:]*:\\d{12}:.+$`),
  form: `arn:aws:${service}:REGION:ACCOUNT:${resource}`,
});

/**
 * By service principal. A service that does not send a key can never assume a role that demands it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention
 */
export const TRUST_CONDITIONS: Readonly<Record<string, TrustCondition>> = {
  "iot.amazonaws.com": { required: ACCOUNT_AND_ARN, sourceArn: sourceOf("iot", "*") },
  "firehose.amazonaws.com": { required: ["sts:ExternalId"] },
  "scheduler.amazonaws.com": {
    required: ACCOUNT_AND_ARN,
    sourceArn: {
      pattern: /^arn:[^:*]+:scheduler:[^:]*:\d{12}:schedule-group\/[^*].*$/,
      form: "arn:aws:scheduler:REGION:ACCOUNT:schedule-group/GROUP",
    },
  },
  "states.amazonaws.com": { required: ACCOUNT_AND_ARN, sourceArn: sourceOf("states", "stateMachine:*") },
  "dms.amazonaws.com": { required: ACCOUNT_AND_ARN, sourceArn: sourceOf("dms", "*") },
  "lambda.amazonaws.com": { required: [], allowed: ["aws:SourceAccount"] },
  "glue.amazonaws.com": { required: ["aws:SourceAccount"], allowed: ["aws:SourceArn"] },
  "quicksight.amazonaws.com": { required: ["aws:SourceAccount"], allowed: ["aws:SourceArn"] },
  "sagemaker.amazonaws.com": { required: ["aws:SourceAccount"], allowed: ["aws:SourceArn"] },
  "ecs-tasks.amazonaws.com": { required: ["aws:SourceAccount"], allowed: ["aws:SourceArn"] },
};

/**
 * Roles of which an account has one each, with names that DMS fixes and a trust policy that its guide shows without a condition.
 * https://docs.aws.amazon.com/dms/latest/userguide/security-iam.html#CHAP_Security.APIRole
 */
export const FIXED_ROLES = ["dms-vpc-role", "dms-cloudwatch-logs-role", "dms-access-for-endpoint"];
