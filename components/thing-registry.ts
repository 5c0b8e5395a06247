import * as iot from "@pulumi/aws/iot";
import * as pulumi from "@pulumi/pulumi";
import { Checks, show } from "./parts/common/checks";
import { object, record, required, takeArgs, text, type Shape } from "./parts/common/shape";
import { transformed, type Transform } from "./parts/common/transform";
import { TAGS } from "./parts/component-args";

/** A thing of the registry. */
export interface ThingArgs {
  /** Its type; types are made as they are named. Default: none. Example: "pump". */
  type?: string;
  /** Its attributes: 3 at most without a type, 50 with one. Default: none. Example: { site: "north" }. */
  attributes?: Record<string, string>;
}

/** Arguments of a ThingRegistry. */
export interface ThingRegistryArgs {
  /** Things by name. Example: { "pump-1": { type: "pump", attributes: { site: "north" } } }. */
  things: Record<string, ThingArgs>;
  /** Tags of every resource that takes tags. Default: none. Example: { plant: "north" }. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

const SHAPE: Shape<ThingRegistryArgs> = {
  things: required(
    record(object<ThingArgs>({ type: text(), attributes: record(text(), "texts by name") }), "things by name"),
  ),
  tags: TAGS,
};

/** The resources of a ThingRegistry. */
export interface ThingRegistryNodes {
  readonly things: iot.Thing[];
  readonly thingTypes: iot.ThingType[];
}

/** Changes to the arguments of its children. */
export interface ThingRegistryTransforms {
  thing?: Transform<iot.ThingArgs>;
  thingType?: Transform<iot.ThingTypeArgs>;
}

/** Options of a ThingRegistry: those of every component, and changes to its children. */
export interface ThingRegistryOptions extends pulumi.ComponentResourceOptions {
  transform?: ThingRegistryTransforms;
}

/** what a thing and a type can be called */
export const THING_NAME = /^[a-zA-Z0-9:_-]{1,128}$/;
const ATTRIBUTE_NAME = /^[a-zA-Z0-9_.,@/:#-]{1,128}$/;
const ATTRIBUTE_VALUE = /^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/;
/** Attributes of a thing without a type, and with one : https://docs.aws.amazon.com/iot/latest/developerguide/thing-types.html. */
const ATTRIBUTES = { untyped: 3, typed: 50 };

/**
 * Things that deviceRegistryEnrich activities look up, with their types. For fleets that are not registered in another way; shadows are
 * the devices' own.
 *
 * The smallest use:
 * ```ts
 * new ThingRegistry("fleet", { things: { "pump-1": {} } });
 * ```
 * The richest:
 * ```ts
 * new ThingRegistry("fleet", {
 *   things: { "pump-1": { type: "pump", attributes: { site: "north", maker: "acme" } } },
 *   tags: { plant: "north" },
 * });
 * ```
 */
export class ThingRegistry extends pulumi.ComponentResource {
  readonly nodes: ThingRegistryNodes;

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: ThingRegistryArgs, opts: ThingRegistryOptions = {}) {
    args = check(name, args);
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:ThingRegistry", name, {}, options);
    const { things, tags } = args;
    const types = [...new Set(Object.values(things).flatMap(({ type }) => type ?? []))];
    const thingTypes = new Map(
      types.map((type) => [
        type,
        new iot.ThingType(
          ...transformed(transform.thingType, `${name}-type-${type}`, { name: type, tags }, { parent: this }),
        ),
      ]),
    );
    this.nodes = {
      thingTypes: [...thingTypes.values()],
      things: Object.entries(things).map(
        ([thing, { type, attributes }]) =>
          new iot.Thing(
            ...transformed(
              transform.thing,
              `${name}-thing-${thing}`,
              {
                name: thing,
                attributes,
                thingTypeName: type === undefined ? undefined : thingTypes.get(type)!.name,
              },
              { parent: this },
            ),
          ),
      ),
    };
    this.registerOutputs({});
  }
}

function check(name: string, given: ThingRegistryArgs): ThingRegistryArgs {
  const checks = new Checks("ThingRegistry", name);
  const args = takeArgs(SHAPE, given, checks);
  if (checks.shaped("things"))
    for (const { place, reason } of thingProblems(args.things)) checks.add(`things.${place}`, reason);
  checks.throwIfWrong();
  return args;
}

/** What AWS IoT would refuse of things, each with its place: `pump-1.attributes.site`. */
export function thingProblems(things: Readonly<Record<string, ThingArgs>>): { place: string; reason: string }[] {
  const problems: { place: string; reason: string }[] = [];
  for (const [thing, { type, attributes = {} }] of Object.entries(things)) {
    const add = (place: string, reason: string): void => void problems.push({ place: thing + place, reason });
    const name = (seen: string): string => `saw ${show(seen)}; 1-128 letters, digits, ":", "_" and "-"`;
    if (!THING_NAME.test(thing)) add("", name(thing));
    if (type !== undefined && !THING_NAME.test(type)) add(".type", name(type));
    const most = type === undefined ? ATTRIBUTES.untyped : ATTRIBUTES.typed;
    const count = Object.keys(attributes).length;
    if (count > most)
      add(
        ".attributes",
        `saw ${count} attributes; a thing ${type === undefined ? "without a type" : "with a type"} has at most ${most}${type === undefined ? ": give it a type" : ""}`,
      );
    for (const [attribute, value] of Object.entries(attributes)) {
      if (!ATTRIBUTE_NAME.test(attribute))
        add(`.attributes.${attribute}`, `saw the name ${show(attribute)}; 1-128 letters, digits and _ . , @ / : # -`);
      if (!ATTRIBUTE_VALUE.test(value))
        add(
          `.attributes.${attribute}`,
          `saw ${show(value)}; at most 800 letters, digits and _ . , @ / : # = [ ] -, without blanks`,
        );
    }
  }
  return problems;
}
