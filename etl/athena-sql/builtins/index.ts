/** Every family of functions is registered by being imported here. */
import "./operators";
import "./aggregates";
import "./windows";
import "./datetime";
import "./basic";

export { declarationsOf, functionNames, implementationOf } from "./registry";
export type { BoundFunction, CallTypes, FunctionDeclaration, Run } from "./registry";
