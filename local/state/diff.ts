import { createHash } from "node:crypto";
import type { Evaluation, ResourceOptions } from "../engine";
import type { Properties, Resource } from "../core/model";
import { propertyPath } from "../core/property-path";
import { changesOf, handlers } from "../handlers";

/** What becomes of a resource. */
export interface Change {
  urn: string;
  kind: "created" | "updated" | "replaced" | "unchanged" | "deleted";
  /** as it is now; undefined if it was deleted */
  resource?: Resource;
  /** as it was; undefined if it was created */
  previous?: Resource;
  /** the arguments that changed, when it was updated or replaced */
  properties: string[];
  /** deleted or replaced: whether what it holds is to be left (option retainOnDelete) */
  retain: boolean;
}

/** A resource as the state keeps it: of an archive its hash, for the text may be long and is made anew with each evaluation. */
export function forState(resource: Resource): Resource {
  return { ...resource, inputs: withoutArchives(resource.inputs), outputs: withoutArchives(resource.outputs) };
}

function withoutArchives(properties: Properties): Properties {
  const code: unknown = properties.code;
  if (typeof code !== "object" || code === null || !("files" in code)) return properties;
  const hash = createHash("sha256").update(JSON.stringify(code.files)).digest("hex");
  return { ...properties, code: { sha256: hash } };
}

/** Compares the last deployment with an evaluation. Problems are changes that may not be made. */
export function diffResources(
  before: readonly Resource[],
  options: Readonly<Record<string, ResourceOptions>>,
  evaluation: Evaluation,
): { changes: Change[]; problems: string[] } {
  const changes: Change[] = [];
  const problems: string[] = [];
  const left = new Map(before.map((resource) => [resource.urn, resource]));
  for (const resource of evaluation.resources) {
    const now = evaluation.options.get(resource.urn);
    const urn = [resource.urn, ...(now?.aliases ?? [])].find((name) => left.has(name));
    const previous = urn === undefined ? undefined : left.get(urn);
    if (urn !== undefined) left.delete(urn);
    const change = compare(resource, previous, now?.replaceOnChanges ?? []);
    if (previous !== undefined) change.retain = options[previous.urn]?.retainOnDelete ?? false;
    if (change.kind === "replaced" && options[previous!.urn]?.protect === true)
      problems.push(protectedProblem(previous!, `replaced, for ${change.properties.join(", ")} changed`));
    changes.push(change);
  }
  const deleted = [...left.values()].reverse().map((previous): Change => {
    const { urn } = previous;
    if (options[urn]?.protect === true) problems.push(protectedProblem(previous, "deleted"));
    return { urn, kind: "deleted", previous, properties: [], retain: options[urn]?.retainOnDelete ?? false };
  });
  return { changes: [...deleted, ...changes], problems };
}

function compare(resource: Resource, previous: Resource | undefined, replaceOnChanges: readonly string[]): Change {
  const { urn } = resource;
  if (previous === undefined) return { urn, kind: "created", resource, properties: [], retain: false };
  const table = handlers.get(resource.type)?.properties ?? {};
  const changes = changesOf(table, previous.inputs, forState(resource).inputs);
  const properties = [...new Set(changes.map(({ path }) => topOf(path)))];
  if (properties.length === 0) return { urn, kind: "unchanged", resource, previous, properties, retain: false };
  const asked = new Set(replaceOnChanges.map(topOf));
  const replaces = changes.some((change) => change.replaces || asked.has(topOf(change.path)) || asked.has("*"));
  return {
    urn,
    kind: resource.custom && replaces ? "replaced" : "updated",
    resource,
    previous,
    properties,
    retain: false,
  };
}

/** The argument that a path leads into. */
function topOf(path: string): string {
  return propertyPath(path)[0] ?? "";
}

function protectedProblem(resource: Resource, what: string): string {
  return (
    `resource ${resource.name} (${resource.type}): it is protected (option protect) and would be ${what}; ` +
    "remove the option in a separate deployment first, or start over with --fresh"
  );
}
