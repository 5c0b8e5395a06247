/** The documents: types, loading, checks. */
export { SYSTEM_ATTRIBUTES } from "./check/datastore";
export { documentFiles } from "./read/files";
export { mappingOf, type Mapped } from "./report/mapping";
export {
  STANDARD_INPUT,
  loadDocuments,
  loadFiles,
  type DocumentSet,
  type DocumentSummary,
  type Loaded,
  type LoadedKind,
  type LoadOptions,
} from "./load";
export { formatProblem, type Problem, type Severity } from "./problem";
export { tablesOf, type TableReference } from "./check/sql-tables";
export type * from "./types";
