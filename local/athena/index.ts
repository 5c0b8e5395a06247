export { Athena, type QueryOptions, type QueryResult, type FileResult } from "./athena";
export { toCsv } from "./csv";
export { AthenaError } from "./error";
