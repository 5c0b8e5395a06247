import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { Properties } from "../core/model";
import { propertyPath } from "../core/property-path";
import type { Problems } from "./problems";
import { urnOf } from "./urn";

/** The options of a resource that decide what becomes of it when the program changes. */
export interface ResourceOptions {
  /** may not be deleted or replaced */
  protect: boolean;
  /** leaves its data behind when it is deleted */
  retainOnDelete: boolean;
  /** property paths whose change makes it be replaced */
  replaceOnChanges: string[];
  /** property paths whose change is not looked at */
  ignoreChanges: string[];
  /** URNs it had before */
  aliases: string[];
}

/** Reads a registration's options; those that the local cloud does not execute are refused by name. */
export function readOptions(
  request: RegisterResourceRequest,
  urn: string,
  place: string,
  problems: Problems,
): ResourceOptions {
  const refuse = (option: string, wayOut: string): void =>
    problems.error(place, `the local cloud does not execute the resource option ${option}; ${wayOut}`);
  if (request.getImportid() !== "") refuse("import", "there is nothing to import from; leave it out for this stack");
  if (request.getReplaceWithList().length > 0) refuse("replaceWith", "leave it out");
  if (request.hasReplacementTrigger()) refuse("replacementTrigger", "leave it out");
  if (request.getPlugindownloadurl() !== "") refuse("pluginDownloadURL", "leave it out");
  if (request.getEnvvarmappingsMap().getLength() > 0) refuse("envVarMappings", "leave it out");
  const hooks = request.getHooks()?.toObject() ?? {};
  if (Object.values(hooks).some((list) => Array.isArray(list) && list.length > 0)) refuse("hooks", "leave them out");
  return {
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    replaceOnChanges: request.getReplaceonchangesList(),
    ignoreChanges: request.getIgnorechangesList(),
    aliases: aliasesOf(request, urn),
  };
}

function aliasesOf(request: RegisterResourceRequest, urn: string): string[] {
  const [stack = "", project = ""] = urn.replace("urn:pulumi:", "").split("::");
  const fromSpecs = request.getAliasesList().map((alias) => {
    if (alias.hasUrn()) return alias.getUrn();
    const spec = alias.getSpec();
    const parent = spec?.getNoparent() === true ? "" : spec?.getParenturn() || request.getParent();
    const type = spec?.getType() || request.getType();
    const name = spec?.getName() || request.getName();
    return urnOf(spec?.getStack() || stack, spec?.getProject() || project, parent, type, name);
  });
  return [...new Set([...request.getAliasurnsList(), ...fromSpecs])].filter((alias) => alias !== urn);
}

/** Values that the option ignoreChanges keeps: what `previous` had at the paths, put into `inputs`. */
export function keepIgnored(inputs: Properties, previous: Properties, paths: readonly string[]): void {
  for (const text of paths) {
    const keys = text === "*" ? Object.keys({ ...inputs, ...previous }) : [text];
    for (const key of keys) keepPath(inputs, previous, propertyPath(key));
  }
}

function keepPath(inputs: Properties, previous: Properties, path: readonly string[]): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  const before: unknown = previous[key];
  if (rest.length > 0 && isObject(inputs[key]) && isObject(before)) keepPath(inputs[key], before, rest);
  else if (rest.length > 0) return;
  else if (before === undefined) delete inputs[key];
  else inputs[key] = before;
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}
