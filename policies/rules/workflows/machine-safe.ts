import { absent, block, list, number, show, text, type Inputs } from "../../../aws/values";
import type { Found } from "../../framework/found";
import type { ResourceRule } from "../../framework/rule";

export const machineSafe: ResourceRule = {
  id: "machine-safe",
  group: "workflows",
  title:
    "A state machine logs, is STANDARD where it waits for jobs, sets timeouts for tasks and writes the results of a distributed map.",
  rationale: "A task without a timeout waits for a year; a distributed map without a writer fails on its results.",
  severity: "high",
  level: "mandatory",
  remediation:
    "Set loggingConfiguration, TimeoutSeconds at tasks, ResultWriter and MaxConcurrency at distributed maps.",
  page: "https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html",
  types: ["aws:sfn/stateMachine:StateMachine"],
  check({ inputs }, found) {
    found.attempt(() => {
      const logging = block(inputs.loggingConfiguration);
      if (absent(logging?.logDestination) || absent(logging?.level) || logging?.level === "OFF")
        found.add(
          "loggingConfiguration",
          show(logging),
          "a state machine logs its failures",
          'set level "ERROR" and logDestination with :*',
        );
    });
    const json = text(inputs.definition);
    if (json === undefined) return;
    let machine: Inputs | undefined;
    try {
      machine = block(JSON.parse(json));
    } catch {
      found.add("definition", show(json), "a definition is JSON", "write it with JSON.stringify");
      return;
    }
    // A job that is waited for needs its own end; a call that answers at once is ended by the machine's.
    const ends = !absent(machine?.TimeoutSeconds);
    const express = found.attempt(() => inputs.type === "EXPRESS") ?? false;
    states(machine, "definition", found, express, ends);
  },
};

function states(machine: Inputs | undefined, at: string, found: Found, express: boolean, ends: boolean): void {
  for (const [name, value] of Object.entries(block(machine?.States) ?? {})) {
    const state = block(value) ?? {};
    const place = `${at}.States.${name}`;
    if (state.Type === "Task") {
      const waits = /\.(sync|waitForTaskToken)/.test(text(state.Resource) ?? "");
      if (absent(state.TimeoutSeconds) && absent(state.TimeoutSecondsPath) && (waits || !ends))
        found.add(`${place}.TimeoutSeconds`, "nothing", "a task ends by a timeout", "set TimeoutSeconds");
      if (express && text(state.Resource)?.includes(".sync") === true)
        found.add(
          `${place}.Resource`,
          show(state.Resource),
          "an EXPRESS machine cannot wait for a job",
          'set type "STANDARD"',
        );
    }
    if (state.Type === "Map") {
      const processor = block(state.ItemProcessor) ?? block(state.Iterator);
      if (block(processor?.ProcessorConfig)?.Mode === "DISTRIBUTED") distributed(state, place, found, express);
      states(processor, `${place}.ItemProcessor`, found, express, ends);
    }
    for (const [index, branch] of (list(state.Branches) ?? []).entries())
      states(block(branch), `${place}.Branches[${index}]`, found, express, ends);
  }
}

function distributed(state: Inputs, at: string, found: Found, express: boolean): void {
  if (absent(state.ResultWriter))
    found.add(
      `${at}.ResultWriter`,
      "nothing",
      "results of a distributed map go to S3, for all of them may have 256 KB",
      "set ResultWriter",
    );
  if (absent(state.MaxConcurrency) || state.MaxConcurrency === 0)
    found.add(
      `${at}.MaxConcurrency`,
      show(state.MaxConcurrency),
      "ten thousand children at once take the live pipeline's concurrency",
      "set it, for example 20",
    );
  const tolerated = number(state.ToleratedFailurePercentage);
  if (tolerated !== undefined && (tolerated < 0 || tolerated > 100))
    found.add(`${at}.ToleratedFailurePercentage`, String(tolerated), "it is 0 to 100", "set it so");
  const label = text(state.Label);
  if (label !== undefined && (label.length > 40 || /[^A-Za-z0-9_-]/.test(label)))
    found.add(`${at}.Label`, show(label), "a label has at most 40 characters, none of them special", "shorten it");
  if (express)
    found.add(`${at}.ItemProcessor`, "DISTRIBUTED", "an EXPRESS machine has no distributed map", 'set type "STANDARD"');
}
