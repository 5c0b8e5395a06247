/** Every family of functions is registered by being imported here. */
import "./operators";
import "./aggregates";
import "./windows";
import "./datetime";
import "./math";
import "./strings";
import "./regexp";
import "./json";
import "./sql-json";
import "./lambdas";
import "./collections";
import "./format";
import "./arrays";
import "./maps";
import "./binary";
import "./url";
import "./geospatial";
import "./numbers";
import "./time-texts";

export { declarationsOf, functionNames, implementationOf } from "./registry";
export type { BoundFunction, CallTypes, FunctionDeclaration, Run } from "./registry";
