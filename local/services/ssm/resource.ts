import { NAMES } from "../../../aws/names";
import { TYPES, type Properties } from "../../core/model";
import { arnOf, automaticName, type Handler } from "../../resources/handler";
import {
  checked,
  description,
  flag,
  oneOf,
  physicalName,
  refused,
  required,
  tags,
  text,
  type Finding,
} from "../../resources/properties";

/** Parameter of Systems Manager, as a small value that a state machine keeps. */
export const parameter: Handler = {
  type: TYPES.parameter,
  naming: { property: "name", make: (context) => automaticName(context, 1011) },
  properties: {
    name: physicalName(NAMES.parameter),
    type: required(oneOf(["String"])),
    value: text(),
    insecureValue: text(),
    description: checked(description),
    overwrite: checked(flag()),
    tier: checked(oneOf(["Standard"])),
    dataType: checked(oneOf(["text"])),
    tags,
    region: checked(text()),
    allowedPattern: refused("leave it out"),
    keyId: refused("leave it out"),
    arn: refused("AWS assigns it"),
    valueWo: refused("use value"),
    valueWoVersion: refused("use value"),
  },
  check: (inputs): Finding[] => {
    const value = valueOf(inputs);
    if (value === undefined) return [{ path: "value", message: "is required" }];
    return value.length > 4096 ? [{ path: "value", message: `${value.length} characters; at most 4,096` }] : [];
  },
  plan: (inputs, context) => ({
    id: inputs.name,
    outputs: {
      arn: arnOf(context, "ssm", `parameter/${String(inputs.name).replace(/^\//, "")}`),
      value: valueOf(inputs),
      version: 1,
      tier: "Standard",
      dataType: "text",
    },
  }),
};

function valueOf({ value, insecureValue }: Properties): string | undefined {
  return (value ?? insecureValue) as string | undefined;
}
