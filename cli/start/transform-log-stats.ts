import type { Deployed } from "./deployed";

/** Maximum distinct reasons per pipeline; the rest is counted as "other reasons". */
const REASONS = 1000;
const OTHERS = "other reasons";

/** Counts from one transform function's log. */
export interface TransformCounts {
  /** why messages failed, and how many */
  reasons: Record<string, number>;
  /** column to how many of its values did not fit */
  columns: Record<string, number>;
}

/**
 * Counts failures from the transform functions' logs as they are written. The summary cannot read them later: a replay passes through
 * months, and log events expire.
 */
export class TransformLogStats {
  private readonly groups = new Map<string, TransformCounts>();

  constructor({ cloud, outputs }: Deployed) {
    for (const { function: name } of Object.values(outputs.pipelines))
      this.groups.set(`/aws/lambda/${name}`, { reasons: {}, columns: {} });
    cloud.logs.listen((group, messages) => {
      const words = this.groups.get(group);
      if (words !== undefined) for (const message of messages) take(words, message);
    });
  }

  of(functionName: string): TransformCounts {
    return this.groups.get(`/aws/lambda/${functionName}`) ?? { reasons: {}, columns: {} };
  }
}

function take({ reasons, columns }: TransformCounts, message: string): void {
  if (!message.includes('"reason"') && !message.includes('"columns"')) return;
  let line: { level?: string; reason?: unknown; columns?: unknown };
  try {
    line = JSON.parse(message) as typeof line;
  } catch {
    return; // a line of another kind
  }
  if (line.level === "ERROR" && typeof line.reason === "string") {
    const reason = line.reason.length > 160 ? `${line.reason.slice(0, 159)}…` : line.reason;
    add(reasons, Object.hasOwn(reasons, reason) || Object.keys(reasons).length < REASONS ? reason : OTHERS, 1);
  }
  if (typeof line.columns === "object" && line.columns !== null)
    for (const [column, times] of Object.entries(line.columns)) add(columns, column, Number(times) || 0);
}

function add(to: Record<string, number>, key: string, times: number): void {
  to[key] = (to[key] ?? 0) + times;
}
