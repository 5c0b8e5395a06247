import type { Registered } from "../../cost";
import type { Properties } from "../../local/core/model";

/** A preview, read from the engine's event log (Pulumi's apitype/events.go: one JSON document per line). */
export interface Outcome {
  /** in the engine's order, without unchanged resources */
  changes: Change[];
  unchanged: number;
  violations: PolicyViolation[];
  /** error messages of the program and the providers */
  errors: string[];
  /** every resource before the deployment, as the state has it */
  before: Registered[];
  /** every resource after it, as far as its arguments are known */
  after: Registered[];
}

/** What a deployment does with a resource. */
export type ChangeKind = "create" | "update" | "replace" | "delete" | "read" | "import";

/** A step of the preview: a resource and what happens to it. */
export interface Change {
  kind: ChangeKind;
  name: string;
  /** `aws:kinesis:Stream` */
  type: string;
  properties: PropertyChange[];
  /** properties that lead to a replacement */
  because: string[];
}

/** A changed property of a resource. */
export interface PropertyChange {
  path: string;
  /** undefined when the property did not exist, or will not exist */
  from: unknown;
  to: unknown;
}

/** A violation that the policy pack reported. */
export interface PolicyViolation {
  policy: string;
  level: "mandatory" | "advisory";
  /** the policy's description, the same in each of its violations */
  rule: string;
  message: string;
}

interface Step {
  op: string;
  urn: string;
  type: string;
  old: { inputs?: Properties; outputs?: Properties; parent?: string } | null;
  new: { inputs?: Properties; parent?: string } | null;
  keys?: string[];
  diffs?: string[];
  detailedDiff?: Record<string, { diffKind: string; inputDiff: boolean }> | null;
}

interface Event {
  resourcePreEvent?: { metadata: Step };
  policyEvent?: { message: string; policyName: string; enforcementLevel: string };
  diagnosticEvent?: { message: string; severity: string };
  summaryEvent?: { resourceChanges?: Record<string, number> };
}

/** A replacement has three steps; the `replace` step has the reason. */
const KINDS: Readonly<Record<string, ChangeKind>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  read: "read",
  import: "import",
  // Steps of a refresh.
  refresh: "update",
};

/** @param log the file's text; a last line that was not finished is left out */
export function outcomeOf(log: string): Outcome {
  const outcome: Outcome = { changes: [], unchanged: 0, violations: [], errors: [], before: [], after: [] };
  const before = new Map<string, Registered>();
  const after = new Map<string, Registered>();
  for (const line of log.split("\n")) {
    const event = parsed(line);
    if (event === undefined) continue;
    const { resourcePreEvent, policyEvent, diagnosticEvent, summaryEvent } = event;
    if (resourcePreEvent !== undefined) {
      const change = changeOf(resourcePreEvent.metadata);
      if (change !== undefined) outcome.changes.push(change);
      // A replacement has several steps with one URN; each knows one side or both.
      const { urn, type, old, new: now } = resourcePreEvent.metadata;
      if (old !== null) before.set(urn, registered(urn, type, old));
      if (now !== null) after.set(urn, registered(urn, type, now));
    }
    if (policyEvent !== undefined) outcome.violations.push(violationOf(policyEvent));
    // The exit code says that it failed; the other events say why.
    if (diagnosticEvent?.severity === "error" && !/^(preview|update) failed$/.test(diagnosticEvent.message.trim()))
      outcome.errors.push(diagnosticEvent.message.trim());
    if (summaryEvent !== undefined) outcome.unchanged = summaryEvent.resourceChanges?.same ?? 0;
  }
  return { ...outcome, before: [...before.values()], after: [...after.values()] };
}

function registered(
  urn: string,
  type: string,
  { inputs, parent }: { inputs?: Properties; parent?: string },
): Registered {
  return { urn, type, name: urn.split("::").at(-1)!, parent: parent === "" ? undefined : parent, inputs: inputs ?? {} };
}

/** The message without the policy's description, which the engine puts in front. */
function violationOf({ policyName, enforcementLevel, message }: NonNullable<Event["policyEvent"]>): PolicyViolation {
  const [first = "", ...rest] = message
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return {
    policy: policyName,
    level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
    rule: rest.length > 0 ? first : "",
    message: rest.length > 0 ? rest.join(" ") : first,
  };
}

function parsed(line: string): Event | undefined {
  if (line.trim() === "") return undefined;
  try {
    return JSON.parse(line) as Event;
  } catch {
    return undefined;
  }
}

function changeOf(step: Step): Change | undefined {
  const kind = KINDS[step.op];
  if (kind === undefined) return undefined;
  const old = step.old?.inputs ?? {};
  const properties = Object.entries(step.detailedDiff ?? {}).map(([path, { diffKind, inputDiff }]): PropertyChange => {
    const before = inputDiff ? old : (step.old?.outputs ?? old);
    return {
      path,
      from: diffKind.startsWith("add") ? undefined : valueAt(before, path),
      to: diffKind.startsWith("delete") ? undefined : valueAt(step.new?.inputs ?? {}, path),
    };
  });
  const because = Object.entries(step.detailedDiff ?? {})
    .filter(([, { diffKind }]) => diffKind.endsWith("-replace"))
    .map(([path]) => path);
  // A component has no provider, and so no property paths.
  const undetailed = (step.diffs ?? []).filter(
    (name) => !properties.some(({ path }) => path === name || /^[.[]/.test(path.slice(name.length))),
  );
  return {
    kind,
    name: step.urn.split("::").at(-1)!,
    type: step.type.replace(/\/[^:]+:/, ":"),
    properties:
      kind === "update" || kind === "replace"
        ? [
            ...properties,
            ...undetailed.map((name) => ({
              path: name,
              from: old[name] as unknown,
              to: step.new?.inputs?.[name] as unknown,
            })),
          ]
        : [],
    because: because.length > 0 ? because : (step.keys ?? []),
  };
}

/** The value at `tags.x`, `rules[0].name` or `tags["a.b"]`. */
function valueAt(value: unknown, path: string): unknown {
  let current = value;
  for (const [, quoted, index, name] of path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g))
    current = (current as Properties | undefined)?.[quoted ?? index ?? name!];
  return current;
}
