import type { Resource } from "../core/model";
import type { Handler } from "../resources/handler";
import { Declared, type ProgramFinding } from "../resources/references";

/**
 * What AWS would refuse when it creates the resources one after the other: names that are taken, references to resources that do not exist.
 * A bucket may be the user's own and outside of the program; everything else must be in it.
 */
export function checkProgramWith(
  handlers: ReadonlyMap<string, Handler>,
  resources: readonly Resource[],
): ProgramFinding[] {
  const findings: ProgramFinding[] = [];
  const report = (resource: Resource, path: string, message: string): void =>
    void findings.push({ resource, path, message });
  const declared = new Declared();
  for (const resource of resources) declared.add(resource);
  const taken = new Map<string, Resource>();
  for (const resource of resources) {
    if (!resource.custom) continue;
    const key = `${resource.type} ${resource.outputs.arn ?? resource.id}`;
    const other = taken.get(key);
    if (other !== undefined)
      report(
        resource,
        "",
        `resource ${other.name} has the same physical name (${resource.id}); give one of them another`,
      );
    else taken.set(key, resource);
    handlers
      .get(resource.type)
      ?.references?.(resource.inputs, declared, (path, message) => report(resource, path, message));
  }
  for (const handler of handlers.values()) handler.checkProgram?.(resources, report);
  return findings;
}
