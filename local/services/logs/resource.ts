import { TYPES } from "../../model";
import { arnOf, automaticName, type Handler } from "../../resources/handler";
import {
  arn,
  checked,
  flag,
  number,
  oneOf,
  physicalName,
  refused,
  replaces,
  required,
  tags,
  text,
} from "../../resources/properties";

/** What CloudWatch Logs takes as retention; 0 is for ever (building blocks 4). */
const RETENTION = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const logGroup: Handler = {
  type: TYPES.logGroup,
  naming: { property: "name", make: (context) => automaticName(context, 512) },
  properties: {
    name: physicalName(/^[.\-_/#A-Za-z0-9]+$/, 512, "letters, digits and ._-/#"),
    retentionInDays: number(0, 3653, {
      check: (days) => (RETENTION.includes(days) ? undefined : `saw ${days}; one of ${RETENTION.join(", ")}`),
    }),
    // CloudWatch Logs uses the key itself, by the key's own policy; no role of the program is asked.
    kmsKeyId: checked(arn("kms")),
    logGroupClass: replaces(oneOf(["STANDARD"])),
    tags,
    region: checked(text()),
    namePrefix: refused("give the whole name as name"),
    skipDestroy: refused("leave it out", false),
    deletionProtectionEnabled: checked(flag()),
  },
  plan: (inputs, context) => ({
    id: inputs.name,
    outputs: {
      arn: arnOf(context, "logs", `log-group:${inputs.name}`),
      retentionInDays: inputs.retentionInDays ?? 0,
      logGroupClass: "STANDARD",
      skipDestroy: false,
    },
  }),
};

export const logStream: Handler = {
  type: TYPES.logStream,
  naming: { property: "name", make: (context) => automaticName(context, 512) },
  properties: {
    name: physicalName(/^[^:*]+$/, 512, 'any characters but ":" and "*"'),
    logGroupName: replaces(required(text())),
    region: checked(text()),
  },
  plan: (inputs, context) => ({
    id: inputs.name,
    outputs: { arn: arnOf(context, "logs", `log-group:${inputs.logGroupName}:log-stream:${inputs.name}`) },
  }),
};
