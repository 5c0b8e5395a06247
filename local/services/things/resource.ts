import { NAMES } from "../../../aws/names";
import { TYPES } from "../../core/model";
import { arnOf, automaticName, digitsOf, type Handler } from "../../resources/handler";
import { block, checked, flag, list, map, physicalName, replaces, tags, text } from "../../resources/properties";
import { checkThing } from "./attributes";

/**
 * Thing of the registry.
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html
 */
export const thing: Handler = {
  type: TYPES.thing,
  naming: { property: "name", make: (context) => automaticName(context, 128).replace(/[^a-zA-Z0-9:_-]/g, "-") },
  properties: {
    name: physicalName(NAMES.thing),
    attributes: map(text()),
    thingTypeName: text(),
    region: checked(text()),
  },
  check: checkThing,
  references: (inputs, declared, report) =>
    declared.require(TYPES.thingType, inputs.thingTypeName, "thing type", "thingTypeName", report),
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
    name: physicalName(NAMES.thingType),
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
    ? "saw true; no thing of the program could have this type, because AWS accepts no new things of a deprecated type. Leave it out"
    : undefined;
}
