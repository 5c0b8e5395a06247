/**
 * The order in which a pipeline's activities run: the `next` chain, not the order of the list.
 * https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_PipelineActivity.html
 */
import type { ActivityKind, PipelineActivity, PipelineDocument } from "../documents/model/types";

/** An activity in its place in the chain. */
export interface ChainedActivity {
  readonly kind: ActivityKind;
  readonly name: string;
  readonly next: string | undefined;
  /** place in `pipelineActivities` */
  readonly index: number;
  readonly activity: PipelineActivity;
}

/** What is wrong with a chain. */
export interface ChainFinding {
  /** JSON path within the document */
  readonly path: string;
  readonly message: string;
}

/** The activities from the channel to the datastore. What is wrong with the chain is in `findings`; then it is empty. */
export function followChain(pipeline: PipelineDocument): { chain: ChainedActivity[]; findings: ChainFinding[] } {
  const findings: ChainFinding[] = [];
  const list = pipeline.pipelineActivities.map(chained);
  const byName = uniqueNames(list, findings);
  const start = single(list, "channel", findings);
  single(list, "datastore", findings);
  if (start === undefined || findings.length > 0) return { chain: [], findings };
  const chain: ChainedActivity[] = [];
  const seen = new Set<ChainedActivity>();
  let current: ChainedActivity | undefined = start;
  while (current !== undefined && !seen.has(current)) {
    seen.add(current);
    chain.push(current);
    current = nextOf(current, byName, findings);
  }
  if (current !== undefined) {
    const names = [...chain.slice(chain.indexOf(current)), current].map(({ name }) => name);
    findings.push({
      path: `${pathOf(chain[chain.length - 1] as ChainedActivity)}.next`,
      message: `"${current.name}" runs in a circle (${names.join(" -> ")}); the chain must end at the datastore activity`,
    });
  }
  if (findings.length === 0) {
    for (const activity of list.filter((other) => !seen.has(other))) {
      findings.push({
        path: pathOf(activity),
        message: `no "next" leads to "${activity.name}", so it would never run; link it into the chain or remove it`,
      });
    }
  }
  return findings.length === 0 ? { chain, findings } : { chain: [], findings };
}

function chained(activity: PipelineActivity, index: number): ChainedActivity {
  const kind = Object.keys(activity)[0] as ActivityKind;
  const { name, next } = activity[kind] as { name: string; next?: string };
  return { kind, name, next, index, activity };
}

function pathOf({ index, kind }: ChainedActivity): string {
  return `pipelineActivities[${index}].${kind}`;
}

function uniqueNames(list: readonly ChainedActivity[], findings: ChainFinding[]): Map<string, ChainedActivity> {
  const byName = new Map<string, ChainedActivity>();
  for (const activity of list) {
    const first = byName.get(activity.name);
    if (first === undefined) byName.set(activity.name, activity);
    else {
      findings.push({
        path: `${pathOf(activity)}.name`,
        message: `"${activity.name}" is also the name of ${pathOf(first)}; names of activities are unique in a pipeline`,
      });
    }
  }
  return byName;
}

function single(
  list: readonly ChainedActivity[],
  kind: "channel" | "datastore",
  findings: ChainFinding[],
): ChainedActivity | undefined {
  const found = list.filter((activity) => activity.kind === kind);
  if (found.length === 0) {
    findings.push({
      path: "pipelineActivities",
      message: `there is no ${kind} activity; a pipeline has exactly one, and it is the ${kind === "channel" ? "first" : "last"}`,
    });
  }
  for (const activity of found.slice(1)) {
    findings.push({ path: pathOf(activity), message: `a second ${kind} activity; a pipeline has exactly one` });
  }
  return found[0];
}

function nextOf(
  activity: ChainedActivity,
  byName: ReadonlyMap<string, ChainedActivity>,
  findings: ChainFinding[],
): ChainedActivity | undefined {
  if (activity.kind === "datastore") return undefined;
  const path = `${pathOf(activity)}.next`;
  if (activity.next === undefined) {
    findings.push({
      path,
      message: `"${activity.name}" has no "next", so the chain ends before the datastore activity; name the activity that follows`,
    });
    return undefined;
  }
  const next = byName.get(activity.next);
  if (next === undefined) {
    findings.push({
      path,
      message: `"${activity.next}" names no activity of this pipeline; there are ${[...byName.keys()].map((name) => `"${name}"`).join(", ")}`,
    });
  }
  return next;
}
