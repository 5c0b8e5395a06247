/** The result of a trial as one JSON document, written piece by piece: it may hold a million messages. */
import { formatColumnType } from "../../etl";
import type { Comparison, Difference } from "./compare";
import type { Output } from "./output";
import type { Trace, Trial } from "./trial";

/** Writes the JSON document of a trial. */
export class JsonResult {
  private began = false;

  constructor(private readonly out: Output) {}

  message(trace: Trace): void {
    this.next(`{${traceMembers(trace).join(",")}}`);
  }

  difference({ first, second, columns }: Difference): void {
    const differs = columns.map(
      ({ name, first: a, second: b }) => `{"column":${JSON.stringify(name)},"first":${a},"second":${b}}`,
    );
    const other = `{${traceMembers(second).slice(2).join(",")}}`;
    this.next(`{${traceMembers(first).join(",")},"other":${other},"differs":[${differs.join(",")}]}`);
  }

  /** Closes the document. */
  end(trial: Trial, comparison: Comparison | undefined, ms: number): void {
    if (!this.began) this.out.write('{"messages":[');
    const { received, results, mismatches, partitionFallbacks, partitions, mathFailuresPassed } = trial;
    const more = { received, ...results, mismatches, partitionFallbacks, partitions, mathFailuresPassed };
    const members = [
      `"pipeline":${JSON.stringify(trial.name)}`,
      `"datastore":${trial.columns === undefined ? "null" : JSON.stringify(trial.definition.datastoreName)}`,
      `"activities":${JSON.stringify(trial.counts())}`,
      ...Object.entries(more).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`),
      ...(trial.arrived === undefined
        ? []
        : [
            `"columns":${JSON.stringify(trial.arrived.map(({ name, type }) => ({ name, type: formatColumnType(type) })))}`,
          ]),
      `"warnings":${JSON.stringify([...trial.definition.warnings, ...quota(trial)])}`,
      `"milliseconds":${Math.round(ms)}`,
    ];
    if (comparison !== undefined) members.push(comparisonMember(comparison));
    this.out.write(`],${members.join(",")}}\n`);
  }

  private next(text: string): void {
    this.out.write(`${this.began ? "," : '{"messages":['}${text}`);
    this.began = true;
  }
}

function quota({ quotaWarning, definition }: Trial): string[] {
  return quotaWarning === undefined ? [] : [`the datastore ${definition.datastoreName} has ${quotaWarning}`];
}

function traceMembers(trace: Trace): string[] {
  const { number, input, result, output, rows, partitions, at, reason, states } = trace;
  const steps = states.map(({ activity, message }) => `{"activity":${JSON.stringify(activity)},"message":${message}}`);
  return [
    `"number":${number}`,
    // what went past an activity was read as JSON
    `"input":${states.length > 0 ? input.toString() : inputJson(input)}`,
    `"result":"${result}"`,
    `"output":${output ?? "null"}`,
    `"row":${rows[0] ?? "null"}`,
    ...(rows.length > 1 ? [`"rows":[${rows.join(",")}]`] : []),
    `"partition":${JSON.stringify(partitions[0] ?? {})}`,
    ...(rows.length > 1 ? [`"partitions":${JSON.stringify(partitions)}`] : []),
    `"at":${JSON.stringify(at ?? null)}`,
    `"reason":${JSON.stringify(reason ?? null)}`,
    `"states":[${steps.join(",")}]`,
  ];
}

/** JSON as it came, with its digits; what is no JSON as a text. */
function inputJson(input: Buffer): string {
  const text = input.toString();
  try {
    JSON.parse(text);
    return text.trim();
  } catch {
    return JSON.stringify(text);
  }
}

function comparisonMember(comparison: Comparison): string {
  const { columns, fates, ...counts } = comparison.summary();
  const listed = columns.map(({ name, different, onlyFirst, onlySecond, example }) => {
    const shown = `{"message":${example.message},"first":${example.first},"second":${example.second}}`;
    return `{"name":${JSON.stringify(name)},"different":${different},"onlyFirst":${onlyFirst},"onlySecond":${onlySecond},"example":${shown}}`;
  });
  const members = [
    `"pipeline":${JSON.stringify(comparison.second.name)}`,
    `"activities":${JSON.stringify(comparison.second.counts())}`,
    ...Object.entries(counts).map(([name, value]) => `${JSON.stringify(name)}:${value}`),
    `"columns":[${listed.join(",")}]`,
    `"fates":${JSON.stringify(fates)}`,
  ];
  return `"comparison":{${members.join(",")}}`;
}
