/** What becomes of an error that a state of a dataset's machine raises. */
import { expression, text, type State } from "./states-language";
import { noted, NOTIFY } from "./lifecycle-events";

/** JSONata of the cause of the error that a state catches. */
const CAUSE = '($exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : "")';

/** Before the reason that Athena gives, in the cause of a failed query. https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecutionStatus.html */
const REASON = '"StateChangeReason":"';

/** JSONata of the error that a state catches, in a line. */
export const FAILURE_MESSAGE =
  `$substring($states.errorOutput.Error & ": " & ($contains(${CAUSE}, ${text(REASON)}) ? ` +
  `$substringBefore($substringAfter(${CAUSE}, ${text(REASON)}), ${text('","')}) : ${CAUSE}), 0, 2000)`;

/** A state without which there is no content: what it raises ends the run, after the event that says so. */
export function orNoContent([name, state]: [string, State]): [string, State] {
  const Assign = { ...FAILURE, events: expression(noted({ state: "FAILED", message: FAILURE_MESSAGE })) };
  return [name, { ...state, ...(isCall(state) ? { Catch: [{ ...ALL, Assign, Next: NOTIFY }] } : {}) }];
}

/** A state after the content: what it raises ends the run, after the events of what has succeeded. */
export function orNotify([name, state]: [string, State]): [string, State] {
  return [name, { ...state, ...(isCall(state) ? { Catch: [{ ...ALL, Assign: FAILURE, Next: NOTIFY }] } : {}) }];
}

/** A state whose failure does not keep those after it from being done; the run fails in the end. */
export function orGoOn([name, state]: [string, State]): [string, State] {
  return [name, { ...state, Catch: [...((state.Catch as State[] | undefined) ?? []), { ...ALL, Assign: FAILURE }] }];
}

function isCall({ Type }: State): boolean {
  return Type === "Task" || Type === "Map";
}

/** Every error that a state can catch. */
export const ALL = { ErrorEquals: ["States.ALL"] };
/** What a state that catches an error keeps of it: the first error is the run's. */
export const FAILURE = {
  error: expression('$error = "" ? $states.errorOutput.Error : $error'),
  cause: expression(`$error = "" ? ${CAUSE} : $cause`),
};
