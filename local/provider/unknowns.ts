import { UNKNOWN } from "../engine/signatures";
import type { Properties } from "../core/model";
import { propertyPath } from "../core/property-path";
import { handlers, planResource, type Plan, type PlanContext } from "../handlers";
import { checkProperties } from "../resources/properties";

/**
 * `planResource` for arguments that hold unknown values, as they do in a preview. What can be said of the others is said; rules that
 * look at several arguments wait until all are known. An output made from something unknown is unknown.
 */
export function planUnknown(type: string, given: Properties, context: PlanContext): Plan {
  const unknown = pathsOf(given);
  const handler = handlers.get(type);
  if (unknown.length === 0 || handler === undefined) return planResource(type, given, context);
  const inputs = { ...given };
  if (handler.naming !== undefined && (inputs[handler.naming.property] ?? "") === "")
    inputs[handler.naming.property] = handler.naming.make(context);
  const problems = checkProperties(handler.properties, known(inputs) as Properties).filter(
    ({ path }) => !unknown.some((other) => overlap(propertyPath(path), other)),
  );
  try {
    const planned = handler.plan(inputs, context);
    const outputs = { region: context.region, ...inputs, ...planned.outputs };
    return { id: spread(planned.id) as string, inputs, outputs: spread(outputs) as Properties, problems };
  } catch {
    // A state that is computed from the unknown value itself.
    return { id: UNKNOWN, inputs, outputs: inputs, problems };
  }
}

/** Outputs as they are known before AWS has created the resource. */
export function beforeCreation(type: string, { id, outputs }: Plan): { id: string; outputs: Properties } {
  const drawn = handlers.get(type)?.drawn ?? [];
  const known = { ...outputs };
  for (const name of drawn) if (name in known) known[name] = UNKNOWN;
  // An id that is not known is left out.
  return { id: drawn.includes("id") || id === UNKNOWN ? "" : id, outputs: known };
}

function pathsOf(value: unknown, at: readonly string[] = []): string[][] {
  if (value === UNKNOWN) return [[...at]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => pathsOf(item, [...at, name]));
}

/** Without what is unknown; in a list its place stays. */
function known(value: unknown): unknown {
  if (value === UNKNOWN) return undefined;
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, known(item)]));
}

function spread(value: unknown): unknown {
  if (typeof value === "string") return value.includes(UNKNOWN) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map(spread);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, spread(item)]));
}

/** Whether one path is the other or a part of it. */
function overlap(a: readonly string[], b: readonly string[]): boolean {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return false;
  return true;
}
