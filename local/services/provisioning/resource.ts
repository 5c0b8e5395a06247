import { NAMES } from "../../../aws/names";
import { TYPES } from "../../core/model";
import { arnOf, automaticName, type Handler } from "../../resources/handler";
import {
  arn,
  block,
  checked,
  description,
  flag,
  jsonText,
  oneOf,
  physicalName,
  replaces,
  required,
  tags,
  text,
  type Finding,
} from "../../resources/properties";
import { readTemplate } from "./template";

/** Provisioning template. https://docs.aws.amazon.com/iot/latest/apireference/API_CreateProvisioningTemplate.html */
export const provisioningTemplate: Handler = {
  type: TYPES.provisioningTemplate,
  naming: { property: "name", make: (context) => automaticName(context, 36) },
  properties: {
    name: physicalName(NAMES.provisioningTemplate),
    templateBody: required(jsonText()),
    provisioningRoleArn: required(arn("iam")),
    enabled: flag(),
    type: replaces(oneOf(["FLEET_PROVISIONING"])),
    description: checked(description),
    preProvisioningHook: block({
      targetArn: required(arn("lambda")),
      payloadVersion: oneOf(["2020-04-01"]),
    }),
    tags,
    region: checked(text()),
  },
  check: ({ templateBody }): Finding[] => {
    const read = typeof templateBody === "string" ? readTemplate(templateBody) : [];
    const findings: Finding[] = Array.isArray(read)
      ? read.map(({ path, message }) => ({ path: path === "" ? "templateBody" : `templateBody.${path}`, message }))
      : [];
    return findings;
  },
  references: (inputs, declared, report) => {
    declared.require(TYPES.role, inputs.provisioningRoleArn, "role", "provisioningRoleArn", report);
    declared.require(
      TYPES.function,
      inputs.preProvisioningHook?.targetArn,
      "function",
      "preProvisioningHook.targetArn",
      report,
    );
  },
  plan: (inputs, context) => ({
    id: inputs.name,
    outputs: {
      arn: arnOf(context, "iot", `provisioningtemplate/${inputs.name}`),
      defaultVersionId: 1,
    },
  }),
};
