import { NAMES } from "../../../aws/names";
import { TYPES, type Properties } from "../../core/model";
import { arnOf, automaticName, type Handler } from "../../resources/handler";
import {
  block,
  checked,
  description,
  jsonText,
  map,
  physicalName,
  refused,
  replaces,
  required,
  tags,
  text,
  type Finding,
} from "../../resources/properties";
import { checkThing } from "../things/attributes";
import { checkDevicePolicy } from "./policy-document";

/** Policy of devices. https://docs.aws.amazon.com/iot/latest/apireference/API_CreatePolicy.html */
export const devicePolicy: Handler = {
  type: TYPES.devicePolicy,
  naming: { property: "name", make: (context) => automaticName(context, 128) },
  properties: {
    name: physicalName(NAMES.devicePolicy),
    policy: required(jsonText()),
    tags,
    region: checked(text()),
  },
  check: (inputs): Finding[] => (typeof inputs.policy === "string" ? checkDevicePolicy(inputs.policy, "policy") : []),
  plan: (inputs, context) => ({
    id: inputs.name,
    outputs: { arn: arnOf(context, "iot", `policy/${inputs.name}`), defaultVersionId: "1" },
  }),
};

/** Attachment of a policy to a certificate or a thing group. https://docs.aws.amazon.com/iot/latest/apireference/API_AttachPolicy.html */
export const devicePolicyAttachment: Handler = {
  type: TYPES.devicePolicyAttachment,
  properties: {
    policy: replaces(required(text())),
    target: replaces(
      required(
        text({
          check: (value) =>
            /^arn:aws:iot:[^:]+:\d{12}:(cert\/[0-9a-f]{64}|thinggroup\/[a-zA-Z0-9:_-]{1,128})$/.test(value)
              ? undefined
              : `saw "${value}"; the ARN of a certificate or of a thing group`,
        }),
      ),
    ),
    region: checked(text()),
  },
  references: (inputs, declared, report) => {
    declared.require(TYPES.devicePolicy, inputs.policy, "policy", "policy", report);
    if (/:thinggroup\//.test(inputs.target as string))
      declared.require(TYPES.thingGroup, inputs.target, "thing group", "target", report);
  },
  plan: (inputs) => ({ id: `${inputs.policy}|${inputs.target}`, outputs: {} }),
};

/** Thing group. https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThingGroup.html */
export const thingGroup: Handler = {
  type: TYPES.thingGroup,
  drawn: ["version"],
  naming: { property: "name", make: (context) => automaticName(context, 128).replace(/[^a-zA-Z0-9:_-]/g, "-") },
  properties: {
    name: physicalName(NAMES.thing),
    parentGroupName: replaces(text()),
    properties: block({
      description,
      attributePayload: block({ attributes: map(text()) }),
    }),
    tags,
    region: checked(text()),
  },
  check: ({ properties }) => {
    const attributes: unknown = (properties as Properties | undefined)?.attributePayload?.attributes;
    return checkThing({ attributes, thingTypeName: "any" }).map((finding) => ({
      ...finding,
      path: `properties.attributePayload.${finding.path}`,
    }));
  },
  references: (inputs, declared, report) =>
    declared.require(TYPES.thingGroup, inputs.parentGroupName, "thing group", "parentGroupName", report),
  plan: (inputs, context) => ({
    id: inputs.name,
    outputs: { arn: arnOf(context, "iot", `thinggroup/${inputs.name}`), version: 1, metadatas: [] },
  }),
};

/** That a thing is in a group. https://docs.aws.amazon.com/iot/latest/apireference/API_AddThingToThingGroup.html */
export const thingGroupMembership: Handler = {
  type: TYPES.thingGroupMembership,
  properties: {
    thingGroupName: replaces(required(text())),
    thingName: replaces(required(text())),
    overrideDynamicGroup: refused("the local cloud has no dynamic groups; leave it out", false),
    region: checked(text()),
  },
  references: (inputs, declared, report) => {
    declared.require(TYPES.thingGroup, inputs.thingGroupName, "thing group", "thingGroupName", report);
    declared.require(TYPES.thing, inputs.thingName, "thing", "thingName", report);
  },
  plan: (inputs) => ({ id: `${inputs.thingGroupName}/${inputs.thingName}`, outputs: {} }),
};
