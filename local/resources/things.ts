import { TYPES } from "../model";
import { arnOf, automaticName, digitsOf, type Handler } from "./handler";
import { block, checked, flag, list, map, physicalName, replaces, tags, text, type Finding } from "./properties";

const NAME = /^[a-zA-Z0-9:_-]+$/;
const NAME_WORDS = 'letters, digits, ":", "_" and "-"';

/** Thing of the registry (building blocks 1.4). */
export const thing: Handler = {
  type: TYPES.thing,
  naming: { property: "name", make: (context) => automaticName(context, 128).replace(/[^a-zA-Z0-9:_-]/g, "-") },
  properties: {
    name: physicalName(NAME, 128, NAME_WORDS),
    attributes: map(text()),
    thingTypeName: text(),
    region: checked(text()),
  },
  check: ({ attributes = {}, thingTypeName }): Finding[] => {
    const findings: Finding[] = [];
    const most = thingTypeName === undefined ? 3 : 50;
    const entries = Object.entries(attributes as Record<string, string>);
    if (entries.length > most)
      findings.push({
        path: "attributes",
        message:
          thingTypeName === undefined
            ? `saw ${entries.length} attributes; to use more than 3 attributes, a thing must have a type specified (thingTypeName)`
            : `saw ${entries.length} attributes; a thing has at most 50`,
      });
    for (const [name, value] of entries) {
      if (!/^[a-zA-Z0-9_.,@/:#-]{1,128}$/.test(name))
        findings.push({
          path: `attributes.${name}`,
          message: `saw the name "${name}"; 1-128 letters, digits and _ . , @ / : # -`,
        });
      if (!/^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/.test(value))
        findings.push({
          path: `attributes.${name}`,
          message: `saw "${value}"; at most 800 letters, digits and _ . , @ / : # = [ ] -`,
        });
    }
    return findings;
  },
  plan: (inputs, context) => ({
    id: inputs.name,
    outputs: { arn: arnOf(context, "iot", `thing/${inputs.name}`), defaultClientId: inputs.name, version: 1 },
  }),
};

/** Thing type: a name that things share. */
export const thingType: Handler = {
  type: TYPES.thingType,
  drawn: ["thingTypeId"],
  naming: { property: "name", make: (context) => automaticName(context, 128).replace(/[^a-zA-Z0-9:_-]/g, "-") },
  properties: {
    name: physicalName(NAME, 128, NAME_WORDS),
    properties: checked(
      block({
        description: replaces(text()),
        searchableAttributes: list(text(), {
          replaces: true,
          check: (names) => (names.length > 3 ? `saw ${names.length} names; at most 3` : undefined),
        }),
      }),
    ),
    deprecated: { ...checked(flag()), check: refusedDeprecation as never },
    tags,
    region: checked(text()),
  },
  plan: (inputs, context) => ({
    id: inputs.name,
    outputs: { arn: arnOf(context, "iot", `thingtype/${inputs.name}`), thingTypeId: digitsOf(context, 32) },
  }),
};

function refusedDeprecation(deprecated: boolean): string | undefined {
  return deprecated
    ? "saw true; no thing of the program could have this type, for AWS takes no new things of a deprecated one. Leave it out"
    : undefined;
}
