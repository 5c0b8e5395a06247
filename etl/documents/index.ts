/** The documents: types, loading, checks. */
export { tablesOf, type TableReference } from "../athena-sql/tables";
export { SYSTEM_ATTRIBUTES } from "./check/datastore";
export { loadDocuments, loadFiles, type LoadOptions } from "./load";
export type { LoadedKind } from "./model/document-kinds";
export type { DocumentSet, DocumentSummary, Loaded } from "./model/document-set";
export { formatProblem, type Problem, type Severity } from "./model/findings";
export type * from "./model/types";
export { documentFiles, STANDARD_INPUT } from "./read/files";
export { mappingOf, type Mapped } from "./report/mapping";
export { deliveredFile } from "./check/container";
