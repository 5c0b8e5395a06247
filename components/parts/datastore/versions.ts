import { rowsPrefix } from "../../../etl";
import { among, flag, list, matching, object, required, type Shape } from "../common/shape";
import { show, type Checks } from "../common/checks";
import type { FormerRows } from "../storage/bucket";
import { COLUMN, OnMismatch, PARTITION, type ColumnArgs, type PartitionArgs } from "./document";

/**
 * A version of a datastore that is tried beside the one that readers see: a table and a prefix of its own, and the view `NAME__candidate`.
 * `DatastoreCandidate` of the datastore is what its pipeline writes to.
 */
export interface CandidateArgs {
  /** Its id, part of the names of its table and its rows' prefix. Another id is another table. Example: "v2". */
  version: string;
  /** Its columns, of a datastore in Parquet format. Default: those of the datastore. Example: [{ name: "kelvin", type: "double" }]. */
  columns?: ColumnArgs[];
  /** Its partitions. Default: those of the datastore. Example: [{ timestampPartition: { attributeName: "ts" } }]. */
  partitions?: PartitionArgs[];
  /** What becomes of a value that does not fit its column. Default: as in the datastore. Example: "fail". */
  onMismatch?: OnMismatch;
  /**
   * Whether readers find its rows under the datastore's own name, which is a view then and stays one; set it after the candidate was deployed and
   * filled. False after true leads readers back to the rows of before. Default: false. Example: true.
   */
  promote?: boolean;
}

/** A version that readers do not see any more, and whose rows end. */
export interface FormerVersionArgs {
  /** Its id; "rows" is the one that a datastore begins with. Example: "rows". */
  version: string;
  /**
   * The day, UTC, from which S3 deletes its rows. Default: the next one, which takes both keys, `allowDataDeletion` and
   * `stackAllowsDataDeletion`. Example: "2026-12-31".
   */
  until?: string;
}

/** The arguments of a datastore that has versions, or had. */
export interface VersionSettings {
  candidate?: CandidateArgs;
  version?: string;
  view?: boolean;
  formerVersions?: FormerVersionArgs[];
}

/** Id of the version that a datastore begins with. */
export const FIRST_VERSION = "rows";
/** What the view of a candidate is called behind the datastore's name. */
const CANDIDATE = "candidate";

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const VERSION = matching(
  /^(?!candidate$)[a-z0-9]{1,32}$/,
  'an id has 1-32 lower-case letters and digits, and is not "candidate"',
);

/** The arguments of versions. */
export const VERSIONS: Shape<VersionSettings> = {
  candidate: object<CandidateArgs>({
    version: required(VERSION),
    columns: list(COLUMN, "columns", { min: 1, max: 100 }),
    partitions: list(PARTITION, "partitions", { max: 25 }),
    onMismatch: among(Object.values(OnMismatch)),
    promote: flag,
  }),
  version: VERSION,
  view: flag,
  formerVersions: list(
    object<FormerVersionArgs>({ version: required(VERSION), until: matching(DAY, "a day, written yyyy-MM-dd") }),
    "versions",
  ),
};

/** The name of a version's table, or of a view beside it, in the catalog. @param table the datastore's own name there */
export function versionTable(table: string, version: string): string {
  return `${table}__${version}`;
}

/** Key of the object with a candidate's boundary. @param table the candidate's name in the catalog */
export function boundaryKeyOf(rootPrefix: string, table: string): string {
  return `${rootPrefix}reprocess/${table}/boundary.json`;
}

/** The name of the view over a candidate's table. */
export function candidateView(table: string): string {
  return versionTable(table, CANDIDATE);
}

/** What a version's rows are called in the prefix, as a datastore of its own would be. */
export function versionName(datastore: string, version: string): string {
  return version === FIRST_VERSION ? datastore : `${datastore}__${version}`;
}

/** Whether the datastore's own name is, or may become, a view of the table of a version. */
export function hasVersions({ candidate, version, view }: VersionSettings): boolean {
  return candidate !== undefined || version !== undefined || view === true;
}

/** The rows of a datastore's versions that end. */
export function formerRows(datastore: string, { formerVersions = [] }: VersionSettings): FormerRows[] {
  return formerVersions.map(({ version, until }) => ({
    id: `version-${version}`,
    prefix: rowsPrefix("", versionName(datastore, version)),
    until,
  }));
}

/** Checks what the arguments of versions say together. */
export function checkVersions(
  checks: Checks,
  args: VersionSettings & { storage?: object; allowDataDeletion?: boolean; stackAllowsDataDeletion?: boolean },
): void {
  const { candidate, version = FIRST_VERSION, formerVersions = [], storage } = args;
  if (candidate?.version === version)
    checks.add("candidate.version", `saw ${show(version)}, which readers see already; a candidate is another version`);
  const seen = new Set<string>();
  for (const [at, { version: former, until }] of checks.entries("formerVersions", formerVersions)) {
    if (former === version || former === candidate?.version)
      checks.add(`${at}.version`, `saw ${show(former)}, which is still in use; its rows cannot end`);
    if (seen.has(former)) checks.add(`${at}.version`, `saw ${show(former)} a second time; leave one of them out`);
    seen.add(former);
    if (storage !== undefined)
      checks.add(
        at,
        "is given with storage; the lifecycle of your bucket is yours: let the rows of the version expire there",
      );
    if (until === undefined && !(args.allowDataDeletion === true && args.stackAllowsDataDeletion === true))
      checks.add(
        at,
        "deletes rows, which takes both keys: set allowDataDeletion and stackAllowsDataDeletion, or give until, the day up to which they are kept",
      );
  }
}
