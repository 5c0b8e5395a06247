import { isRecord } from "../../../aws/text/record";
import type { Properties } from "../../core/model";
import type { Finding } from "../../resources/properties";
import { distributedProblems, inlineProblems } from "./check-map";
import { expressionIn, expressionProblem } from "./expressions";
import { TASKS } from "./tasks";

/**
 * The part of the Amazon States Language that the local cloud executes: JSONata, and these states with these fields. All else is
 * refused by name, as are the mistakes that AWS refuses when a machine is created.
 * @see https://states-language.net/spec.html
 */
const COMMON = ["Type", "Comment", "QueryLanguage", "Next", "End", "Assign", "Output"];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: [...COMMON, "Resource", "Arguments", "TimeoutSeconds", "Retry", "Catch"],
  Pass: COMMON,
  Wait: [...COMMON, "Seconds"],
  Choice: ["Type", "Comment", "QueryLanguage", "Assign", "Output", "Choices", "Default"],
  Map: [
    ...COMMON,
    "Items",
    "ItemSelector",
    "ItemProcessor",
    "MaxConcurrency",
    "Retry",
    "Catch",
    "Label",
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
  ],
  Succeed: ["Type", "Comment", "QueryLanguage", "Output"],
  Fail: ["Type", "Comment", "QueryLanguage", "Error", "Cause"],
};
const TOP = ["Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"];
const RETRY = [
  "ErrorEquals",
  "IntervalSeconds",
  "MaxAttempts",
  "BackoffRate",
  "MaxDelaySeconds",
  "JitterStrategy",
  "Comment",
];
const CATCH = ["ErrorEquals", "Next", "Assign", "Output", "Comment"];

/** What AWS or the local cloud would refuse of the text of a definition; paths begin with `definition`. */
export function checkDefinition(text: unknown): Finding[] {
  let definition: unknown;
  try {
    definition = JSON.parse(String(text));
  } catch (error) {
    return [{ path: "definition", message: `is not JSON: ${(error as Error).message}` }];
  }
  if (!isRecord(definition)) return [{ path: "definition", message: "wants a JSON object" }];
  const check = new Check();
  check.machine(definition);
  return check.findings;
}

class Check {
  readonly findings: Finding[] = [];
  private readonly names = new Set<string>();
  private readonly labels = new Set<unknown>();

  machine(definition: Properties): void {
    this.fields(definition, TOP, "definition", "the state machine");
    if (definition.QueryLanguage !== "JSONata")
      this.report(
        "definition.QueryLanguage",
        `saw ${JSON.stringify(definition.QueryLanguage)}; the local cloud executes state machines in JSONata, not JSONPath; set it to "JSONata"`,
      );
    this.states(definition, "definition");
  }

  private states({ StartAt, States }: Properties, path: string): void {
    if (!isRecord(States) || Object.keys(States).length === 0)
      return this.report(`${path}.States`, "there is no state");
    const names = Object.keys(States);
    if (!names.includes(String(StartAt)))
      this.report(`${path}.StartAt`, `saw ${JSON.stringify(StartAt)}; there are ${names.join(", ")}`);
    const reached = new Set<string>([String(StartAt)]);
    for (const [name, state] of Object.entries(States)) {
      const at = `${path}.States.${name}`;
      if (name.length > 80) this.report(at, `its name has ${name.length} characters; at most 80`);
      if (this.names.has(name))
        this.report(at, "there is another state of this name; names are unique in the whole machine");
      this.names.add(name);
      this.state(state as Properties, at, names, (next) => reached.add(next));
    }
    for (const name of names)
      if (!reached.has(name)) this.report(`${path}.States.${name}`, "no other state leads to it");
  }

  private state(state: Properties, path: string, names: readonly string[], reach: (name: string) => void): void {
    const fields = FIELDS[String(state.Type)];
    if (fields === undefined)
      return this.report(
        `${path}.Type`,
        `saw ${JSON.stringify(state.Type)}; the local cloud executes ${Object.keys(FIELDS).join(", ")}`,
      );
    this.fields(state, fields, path, `a ${state.Type} state`);
    if (state.QueryLanguage !== undefined && state.QueryLanguage !== "JSONata")
      this.report(`${path}.QueryLanguage`, "a JSONata machine has no states in JSONPath");
    const go = (next: unknown, at: string): void => {
      if (typeof next !== "string" || !names.includes(next))
        this.report(at, `saw ${JSON.stringify(next)}; there is no such state beside it`);
      else reach(next);
    };
    if (fields.includes("End")) {
      if ((state.Next === undefined) === (state.End !== true))
        this.report(path, "wants exactly one of Next and End: true");
      if (state.Next !== undefined) go(state.Next, `${path}.Next`);
    }
    for (const [index, choice] of listOf(state.Choices).entries()) {
      const at = `${path}.Choices[${index}]`;
      this.fields(choice, ["Condition", "Next", "Assign", "Output", "Comment"], at, "a choice");
      go(choice.Next, `${at}.Next`);
    }
    if (state.Type === "Choice" && listOf(state.Choices).length === 0) this.report(path, "a Choice wants Choices");
    if (state.Default !== undefined) go(state.Default, `${path}.Default`);
    for (const [index, rule] of listOf(state.Retry).entries()) {
      const at = `${path}.Retry[${index}]`;
      this.fields(rule, RETRY, at, "a retry");
      if (rule.BackoffRate !== undefined && !(rule.BackoffRate >= 1))
        this.report(`${at}.BackoffRate`, `saw ${rule.BackoffRate}; at least 1`);
    }
    for (const [index, rule] of listOf(state.Catch).entries()) {
      const at = `${path}.Catch[${index}]`;
      this.fields(rule, CATCH, at, "a catch");
      go(rule.Next, `${at}.Next`);
    }
    if (state.Type === "Task") this.task(state, path);
    if (state.Type === "Map") this.map(state, path);
    // The states inside of a Map are looked at by themselves.
    this.expressions({ ...state, ItemProcessor: undefined }, path);
  }

  private task({ Resource, Arguments = {} }: Properties, path: string): void {
    const task = TASKS[String(Resource)];
    if (task === undefined)
      return this.report(
        `${path}.Resource`,
        `saw ${JSON.stringify(Resource)}; the local cloud executes ${Object.keys(TASKS).join(", ")}`,
      );
    if (!isRecord(Arguments))
      return this.report(`${path}.Arguments`, "the local cloud executes arguments that are an object with their names");
    this.fields(Arguments, Object.keys(task.arguments), `${path}.Arguments`, String(Resource));
    for (const [name, need] of Object.entries(task.arguments))
      if (need === "required" && Arguments[name] === undefined) this.report(`${path}.Arguments.${name}`, "is required");
    for (const [name, values] of Object.entries(task.values ?? {}))
      if (Arguments[name] !== undefined && !values.includes(Arguments[name]))
        this.report(
          `${path}.Arguments.${name}`,
          `saw ${JSON.stringify(Arguments[name])}; the local cloud executes ${values.map((value) => JSON.stringify(value)).join(", ")}`,
        );
  }

  private map(state: Properties, path: string): void {
    const { ItemProcessor: processor } = state;
    const at = `${path}.ItemProcessor`;
    if (!isRecord(processor)) return this.report(at, "is required");
    this.fields(processor, ["ProcessorConfig", "StartAt", "States", "Comment"], at, "an item processor");
    const config = (processor.ProcessorConfig ?? {}) as Properties;
    this.fields(config, ["Mode", "ExecutionType"], `${at}.ProcessorConfig`, "a processor's configuration");
    const findings = config.Mode === "DISTRIBUTED" ? distributedProblems(state, config) : inlineProblems(state, config);
    for (const { path: member, message } of findings) this.report(`${path}.${member}`, message);
    if (state.Label !== undefined) {
      if (this.labels.has(state.Label)) this.report(`${path}.Label`, "there is another Map of this label");
      this.labels.add(state.Label);
    }
    this.states(processor, at);
  }

  private expressions(field: unknown, path: string): void {
    if (typeof field === "string") {
      const text = expressionIn(field);
      const problem = text === undefined ? undefined : expressionProblem(text);
      if (problem !== undefined) this.report(path, problem);
    } else if (Array.isArray(field)) field.forEach((item, index) => this.expressions(item, `${path}[${index}]`));
    else if (isRecord(field))
      for (const [name, value] of Object.entries(field)) this.expressions(value, `${path}.${name}`);
  }

  private fields(value: Properties, allowed: readonly string[], path: string, what: string): void {
    for (const name of Object.keys(value))
      if (!allowed.includes(name))
        this.report(
          `${path}.${name}`,
          `the local cloud does not execute this field of ${what}; it executes ${allowed.join(", ")}`,
        );
  }

  private report(path: string, message: string): void {
    this.findings.push({ path, message });
  }
}

function listOf(value: unknown): Properties[] {
  return Array.isArray(value) ? (value as Properties[]) : [];
}
