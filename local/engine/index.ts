export { evaluate, type Evaluation, type EvaluateOptions } from "./evaluate";
export type { Diagnostic } from "./monitor";
export type { ResourceOptions } from "./options";
export type { UserProblem } from "./problems";
