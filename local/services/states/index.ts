export { checkDefinition } from "./check";
export { failureText } from "./failure";
export { StateMachine, type Started } from "./machine";
export { StartRefused } from "./start-refused";
export { TASKS } from "./tasks";
export type { Execution } from "./types";
