/** A point of a series: ms since 1970-01-01 UTC, and the value. */
export type Point = readonly [time: number, value: number];

const LEVELS = " ▁▂▃▄▅▆▇█";

/**
 * A series as a chart of text: means of equal steps of time as columns, in `height` lines of eight levels each.
 * @returns lines, without a trailing newline; "" for fewer than two points
 */
export function chart(title: string, points: readonly Point[], width = 64, height = 5): string {
  if (points.length < 2) return "";
  let [first, last] = [Infinity, -Infinity];
  for (const [time] of points) {
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  const sums = new Float64Array(width);
  const counts = new Float64Array(width);
  for (const [time, value] of points) {
    const column = last === first ? 0 : Math.min(width - 1, Math.floor(((time - first) / (last - first)) * width));
    sums[column]! += value;
    counts[column]!++;
  }
  const means = Array.from(sums, (sum, i) => (counts[i]! > 0 ? sum / counts[i]! : undefined));
  const known = means.filter((mean) => mean !== undefined);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const span = high - low || 1;
  const steps = height * (LEVELS.length - 1);
  const levels = means.map((mean) => (mean === undefined ? 0 : 1 + Math.round(((mean - low) / span) * (steps - 1))));
  const labels = [format(high), format(low)];
  const margin = Math.max(...labels.map((label) => label.length));
  const lines = [`${title} (mean of each step)`];
  for (let row = height - 1; row >= 0; row--) {
    const label = row === height - 1 ? labels[0]! : row === 0 ? labels[1]! : "";
    const cells = levels.map((level) => LEVELS[Math.max(0, Math.min(8, level - row * 8))]).join("");
    lines.push(`${label.padStart(margin)} |${cells}`.trimEnd());
  }
  const [from, to] = [stamp(first), stamp(last)];
  lines.push(`${" ".repeat(margin)} +${"-".repeat(width)}`);
  lines.push(`${" ".repeat(margin + 2)}${from}${to.padStart(Math.max(to.length + 1, width - from.length))}`);
  return lines.join("\n");
}

function format(value: number): string {
  return Math.abs(value) >= 1000 ? value.toFixed(0) : value.toFixed(1);
}

function stamp(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace("T", " ");
}
