/**
 * The confused-deputy conditions of trust policies, by the service that assumes the role. Components write them, and the policies judge them, from
 * this one table. https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export interface TrustCondition {
  /** keys that the trust policy has to demand; the service sends them */
  required: readonly string[];
  /** keys that it may demand beside those; any other makes the role unusable, for the service does not send it */
  allowed?: readonly string[];
  /** what aws:SourceArn looks like */
  sourceArn?: SourceArn;
}

interface SourceArn {
  pattern: RegExp;
  /** for messages */
  form: string;
  /** service part of the ARN */
  service: string;
  /** the resource part that stands for every resource of the account; undefined: a trust policy names one */
  any?: string;
}

const ACCOUNT_AND_ARN = ["aws:SourceAccount", "aws:SourceArn"];

/** @param shown what the resource part looks like in messages */
function sourceOf(service: string, shown: string, any?: string): SourceArn {
  return {
    pattern: new RegExp(`^arn:[^:*]+:${service}:[^:]*:\\d{12}:.+$`),
    form: `arn:aws:${service}:REGION:ACCOUNT:${shown}`,
    service,
    any,
  };
}

/**
 * By service principal. A service that does not send a key can never assume a role that demands it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention
 */
export const TRUST_CONDITIONS: Readonly<Record<string, TrustCondition>> = {
  // The page on roles of rules names the rule; the page on confused deputies, any resource of IoT in the account.
  // https://docs.aws.amazon.com/iot/latest/developerguide/iot-create-role.html
  // https://docs.aws.amazon.com/iot/latest/developerguide/cross-service-confused-deputy-prevention.html
  "iot.amazonaws.com": { required: ACCOUNT_AND_ARN, sourceArn: sourceOf("iot", "rule/NAME") },
  // https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html
  "firehose.amazonaws.com": { required: ["sts:ExternalId"] },
  // A schedule's role is assumed for its group, never for the schedule itself.
  // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
  "scheduler.amazonaws.com": {
    required: ACCOUNT_AND_ARN,
    sourceArn: {
      ...sourceOf("scheduler", "schedule-group/GROUP"),
      pattern: /^arn:[^:*]+:scheduler:[^:]*:\d{12}:schedule-group\/[^*].*$/,
    },
  },
  // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
  "states.amazonaws.com": {
    required: ACCOUNT_AND_ARN,
    sourceArn: sourceOf("states", "stateMachine:*", "stateMachine:*"),
  },
  "dms.amazonaws.com": { required: ACCOUNT_AND_ARN, sourceArn: sourceOf("dms", "*", "*") },
  // Lambda documents none: it assumes the role only for the function that names it.
  "lambda.amazonaws.com": { required: [], allowed: ["aws:SourceAccount"] },
  "glue.amazonaws.com": { required: ["aws:SourceAccount"], allowed: ["aws:SourceArn"] },
  "quicksight.amazonaws.com": { required: ["aws:SourceAccount"], allowed: ["aws:SourceArn"] },
  "sagemaker.amazonaws.com": { required: ["aws:SourceAccount"], allowed: ["aws:SourceArn"] },
  "ecs-tasks.amazonaws.com": { required: ["aws:SourceAccount"], allowed: ["aws:SourceArn"] },
};

/** Where a role is used. */
export interface TrustPlace {
  partition: string;
  region: string;
  account: string;
}

/**
 * The Condition of a trust policy for a service: the keys that it must demand, and no other. undefined: none is documented.
 * @param resource resource part of the ARN on whose behalf the service acts, `rule/NAME`; for a service that names one
 * @throws Error for a service that is not in the table, or without a resource where one is named
 */
export function trustConditionFor(
  principal: string,
  { partition, region, account }: TrustPlace,
  resource?: string,
): Record<string, Record<string, string>> | undefined {
  const trust = TRUST_CONDITIONS[principal];
  if (trust === undefined) throw new Error(`the trust conditions of ${principal} are not known`);
  const equals: Record<string, string> = {};
  const like: Record<string, string> = {};
  for (const key of trust.required)
    if (key === "aws:SourceArn") {
      const { service, any, form } = trust.sourceArn!;
      const source = resource ?? any;
      if (source === undefined) throw new Error(`a trust policy for ${principal} names its resource: ${form}`);
      like[key] = `arn:${partition}:${service}:${region}:${account}:${source}`;
    } else equals[key] = account;
  if (Object.keys(equals).length === 0) return undefined;
  return Object.keys(like).length === 0 ? { StringEquals: equals } : { StringEquals: equals, ArnLike: like };
}

/**
 * Roles of which an account has one each, with names that DMS fixes and a trust policy that its guide shows without a condition.
 * https://docs.aws.amazon.com/dms/latest/userguide/security-iam.html#CHAP_Security.APIRole
 */
export const FIXED_ROLES = ["dms-vpc-role", "dms-cloudwatch-logs-role", "dms-access-for-endpoint"];
