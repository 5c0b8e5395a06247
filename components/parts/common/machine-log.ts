import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as sfn from "@pulumi/aws/sfn";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./aws-context";
import type { Statement } from "./role";

/** The log of a state machine's failed executions. */
export function logsFailures(
  logGroup: cloudwatch.LogGroup,
  aws: AwsContext,
): NonNullable<sfn.StateMachineArgs["loggingConfiguration"]> {
  return {
    level: "ERROR",
    includeExecutionData: true,
    logDestination: pulumi.interpolate`${aws.arn("logs", pulumi.interpolate`log-group:${logGroup.name}`)}:*`,
  };
}

/** The machine's log, which is set up when the machine is created; these calls have no resources. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
export function setsUpLog(): Statement {
  return {
    Sid: "SetUpLog",
    Effect: "Allow",
    Action: [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ],
    Resource: ["*"],
  };
}
