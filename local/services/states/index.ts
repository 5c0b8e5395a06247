export { checkDefinition } from "./check";
export { failureText } from "./failure";
export { StartRefused, StateMachine, type Started } from "./machine";
export { TASKS } from "./tasks";
export type { Execution } from "./types";
