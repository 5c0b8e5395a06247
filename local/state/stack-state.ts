import { isObject } from "../core/data-file";
import type { Properties, Resource } from "../core/model";
import type { ResourceOptions } from "../engine";

/** What was deployed last, as `state.json` keeps it. */
export interface StackState {
  project: string;
  stack: string;
  region: string;
  /** with the archives of functions as their hash */
  resources: Resource[];
  options: Record<string, ResourceOptions>;
  outputs: Properties;
  /** present if Pulumi's own engine deploys into this folder (`npm run cloud`) and holds the stack's state */
  by?: "pulumi";
}

/** Whether a value has the shape of a state, down to what a start reads of it. */
export function isStackState(value: unknown): value is StackState {
  if (!isObject(value) || !Array.isArray(value.resources) || !isObject(value.options)) return false;
  const { project, stack, region, outputs, by } = value;
  return (
    areTexts(project, stack, region) &&
    isObject(outputs) &&
    (by === undefined || by === "pulumi") &&
    value.resources.every(isResource) &&
    Object.values(value.options).every(isOptions)
  );
}

function isResource(value: unknown): value is Resource {
  if (!isObject(value)) return false;
  const { urn, type, name, custom, id, parent, dependencies, inputs, outputs } = value;
  return (
    areTexts(urn, type, name, id) &&
    (parent === undefined || typeof parent === "string") &&
    typeof custom === "boolean" &&
    areTextLists(dependencies) &&
    isObject(inputs) &&
    isObject(outputs) &&
    // Names become names of files.
    [inputs.name, inputs.bucket, inputs.databaseName].every((text) => text === undefined || typeof text === "string")
  );
}

function isOptions(value: unknown): value is ResourceOptions {
  if (!isObject(value)) return false;
  const { protect, retainOnDelete, replaceOnChanges, ignoreChanges, aliases } = value;
  return (
    typeof protect === "boolean" &&
    typeof retainOnDelete === "boolean" &&
    areTextLists(replaceOnChanges, ignoreChanges, aliases)
  );
}

function areTexts(...values: unknown[]): boolean {
  return values.every((value) => typeof value === "string");
}

function areTextLists(...values: unknown[]): boolean {
  return values.every((value) => Array.isArray(value) && areTexts(...(value as unknown[])));
}
