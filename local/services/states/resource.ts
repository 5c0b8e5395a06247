import { NAMES } from "../../../aws/names";
import { TYPES, type Properties } from "../../core/model";
import { checkDefinition } from ".";
import { arnOf, automaticName, type Handler } from "../../resources/handler";
import {
  arn,
  block,
  checked,
  flag,
  number,
  oneOf,
  physicalName,
  refused,
  required,
  tags,
  text,
  type Finding,
} from "../../resources/properties";

/**
 * State machine; `check.ts` has what its definition may hold.
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
 */
export const stateMachine: Handler = {
  type: TYPES.stateMachine,
  naming: { property: "name", make: (context) => automaticName(context, 80) },
  properties: {
    name: physicalName(NAMES.stateMachine),
    definition: required(
      text({
        check: (value) =>
          Buffer.byteLength(value) > 1_048_576
            ? `${Buffer.byteLength(value)} bytes; a definition has at most 1 MB`
            : undefined,
      }),
    ),
    roleArn: required(arn("iam")),
    type: oneOf(["STANDARD"]),
    loggingConfiguration: block(
      {
        // ALL would write an event for every state.
        level: oneOf(["OFF", "ERROR", "FATAL"]),
        includeExecutionData: flag(),
        logDestination: arn("logs", {
          check: (value) => (value.endsWith(":*") ? undefined : `saw "${value}"; it ends in :*`),
        }),
      },
      {
        check: (value) =>
          (value.level ?? "OFF") !== "OFF" && value.logDestination === undefined ? "wants logDestination" : undefined,
      },
    ),
    // Traces have nobody who looks at them here.
    tracingConfiguration: checked(block({ enabled: flag() })),
    encryptionConfiguration: checked(
      block({
        type: oneOf(["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"]),
        kmsKeyId: arn("kms"),
        kmsDataKeyReusePeriodSeconds: number(60, 900),
      }),
    ),
    publish: refused("leave it out", false),
    namePrefix: refused("give the whole name as name"),
    tags,
    region: checked(text()),
  },
  check: ({ definition }: Properties): Finding[] => checkDefinition(definition),
  references: ({ roleArn, loggingConfiguration }, declared, report) => {
    declared.require(TYPES.role, roleArn, "role", "roleArn", report);
    const group = /:log-group:(.*):\*$/.exec(loggingConfiguration?.logDestination ?? "")?.[1];
    declared.require(TYPES.logGroup, group, "log group", "loggingConfiguration.logDestination", report);
  },
  plan: (inputs, context) => {
    const machine = arnOf(context, "states", `stateMachine:${inputs.name}`);
    return { id: machine, outputs: { arn: machine, status: "ACTIVE", type: inputs.type ?? "STANDARD" } };
  },
};
