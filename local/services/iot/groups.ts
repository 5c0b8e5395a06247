import * as path from "node:path";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";
import { ACCOUNT, ofType, TYPES, type Properties, type Resource } from "../../core/model";
import { invalid, notFound } from "./error";

/** A thing group of the program. */
export interface ThingGroup {
  name: string;
  arn: string;
  parent: string | undefined;
  description: string | undefined;
  attributes: Record<string, string>;
}

/** The thing groups that the program declares, and which things are in them by calls and provisioning. */
export class ThingGroups {
  private readonly groups: ReadonlyMap<string, ThingGroup>;
  /** things by group: those of the program, and those that calls have added */
  private readonly declared = new Map<string, Set<string>>();
  private readonly added: Map<string, Set<string>>;
  private readonly file: string;
  /** called when a thing has come or gone */
  onChanged: () => void = () => undefined;

  constructor(resources: readonly Resource[], folder: string, region: string) {
    this.file = path.join(folder, "groups.json");
    this.groups = new Map(
      ofType(resources, TYPES.thingGroup).map(({ inputs }) => {
        const { name, parentGroupName, properties } = inputs as { name: string } & Properties;
        const arn = `arn:aws:iot:${region}:${ACCOUNT}:thinggroup/${name}`;
        return [
          name,
          {
            ...{ name, arn, parent: parentGroupName as string | undefined },
            description: properties?.description as string | undefined,
            attributes: (properties?.attributePayload?.attributes ?? {}) as Record<string, string>,
          },
        ];
      }),
    );
    for (const { inputs } of ofType(resources, TYPES.thingGroupMembership))
      add(this.declared, inputs.thingGroupName as string, inputs.thingName as string);
    this.added = new Map(
      Object.entries(readDataFile(this.file, isKept) ?? {})
        .filter(([group]) => this.groups.has(group))
        .map(([group, things]) => [group, new Set(things)]),
    );
  }

  find(name: string): ThingGroup | undefined {
    return this.groups.get(name);
  }

  /** @throws IotError if there is none */
  get(name: string): ThingGroup {
    const found = this.groups.get(name);
    if (found === undefined)
      throw notFound(`Thing group ${name} not found; the local cloud has those that the program declares`);
    return found;
  }

  /** By name. */
  list(): ThingGroup[] {
    return [...this.groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Groups of a thing, without their parents. */
  of(thing: string): ThingGroup[] {
    return this.list().filter(({ name }) => this.has(name, thing));
  }

  /** A group and those above it. */
  withParents(group: ThingGroup): ThingGroup[] {
    const parent = group.parent === undefined ? undefined : this.groups.get(group.parent);
    return parent === undefined ? [group] : [group, ...this.withParents(parent)];
  }

  /** Things of a group, by name. */
  things(group: string): string[] {
    return [...new Set([...(this.declared.get(group) ?? []), ...(this.added.get(group) ?? [])])].sort();
  }

  add(group: string, thing: string): void {
    this.get(group);
    if (this.has(group, thing)) return;
    add(this.added, group, thing);
    this.save();
  }

  /** @throws IotError for a membership of the program */
  remove(group: string, thing: string): void {
    this.get(group);
    if (this.declared.get(group)?.has(thing) === true)
      throw invalid(`the program declares that ${thing} is in the group ${group}; remove it there`);
    if (this.added.get(group)?.delete(thing) === true) this.save();
  }

  /** The thing is gone. */
  forget(thing: string): void {
    for (const things of this.added.values()) things.delete(thing);
    this.save();
  }

  private has(group: string, thing: string): boolean {
    return this.declared.get(group)?.has(thing) === true || this.added.get(group)?.has(thing) === true;
  }

  private save(): void {
    replaceFile(
      this.file,
      JSON.stringify(Object.fromEntries([...this.added].map(([group, things]) => [group, [...things]]))),
    );
    this.onChanged();
  }
}

function add(groups: Map<string, Set<string>>, group: string, thing: string): void {
  groups.set(group, (groups.get(group) ?? new Set()).add(thing));
}

function isKept(value: unknown): value is Record<string, string[]> {
  return (
    isObject(value) &&
    Object.values(value).every((things) => Array.isArray(things) && things.every((thing) => typeof thing === "string"))
  );
}
