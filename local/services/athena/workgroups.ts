import { randomUUID } from "node:crypto";
import type { Statement } from "../../../etl/athena-sql/syntax/ast";
import { SqlError } from "../../../etl/athena-sql/syntax/error";
import { parse } from "../../../etl/athena-sql/parser";
import type { Athena } from "../../athena";
import type { Clock } from "../../core/clock";
import type { Defects } from "../../core/defects";
import { notAuthorized } from "../../core/access-denied";
import { ACCOUNT, type Resource } from "../../core/model";
import { QueryHistory, type QueryRecord } from "./history";
import { NamedQueries } from "./named-queries";
import { PreparedStatements } from "./prepared-statements";
import { RunningQuery, type QueryContent } from "./query";
import type { QueryServices } from "./query-session";
import { QueryRefused } from "./refused";
import { workgroupSettings, type WorkgroupSettings } from "./settings";
import { kindOf, type StatementKind } from "./statement-kind";

export { QueryRefused } from "./refused";
export type { QueryContent } from "./query";

/** Arguments of StartQueryExecution. */
export interface QueryStart {
  sql: string;
  workgroup: string;
  database?: string;
  catalog?: string;
  /** where the result goes, and how it is encrypted, unless the workgroup enforces its own */
  outputLocation?: string;
  encryption?: { option: string; key?: string };
  /** values for the question marks of the statement */
  parameters?: readonly string[];
  /** by which a repeated start is known */
  token?: string;
}

/** What the workgroups are made of. */
export interface WorkgroupServices extends QueryServices {
  athena: Athena;
  clock: Clock;
  defects: Defects;
  /** of Athena, in the data folder */
  folder: string;
}

/** Results that are kept for showing. */
const SHOWN_RESULTS = 20;

/**
 * Athena's workgroups and their queries: limits, results at their location, and what is known of each query. A query acts with the permissions
 * of whoever starts it, as on AWS: on the workgroup, in the catalog, on the tables' objects, and on the result.
 */
export class Workgroups {
  readonly prepared: PreparedStatements;
  readonly namedQueries: NamedQueries;
  private readonly settings: ReadonlyMap<string, WorkgroupSettings>;
  private readonly history: QueryHistory;
  private readonly running = new Map<string, RunningQuery>();
  private readonly contents = new Map<string, QueryContent>();

  /** @throws DataFileError */
  constructor(
    resources: readonly Resource[],
    private readonly services: WorkgroupServices,
  ) {
    const { clock, folder } = services;
    this.settings = workgroupSettings(resources);
    this.history = new QueryHistory(folder, clock.now());
    this.namedQueries = new NamedQueries(resources, folder);
    this.prepared = new PreparedStatements(folder, () => clock.now());
  }

  /** in the order of their names */
  all(): readonly WorkgroupSettings[] {
    return [...this.settings.values()];
  }

  /** @throws QueryRefused */
  named(name: string): WorkgroupSettings {
    const settings = this.settings.get(name);
    // https://github.com/aoyagikouhei/athena-local measured the text
    if (settings === undefined) throw new QueryRefused("InvalidRequestException", "WorkGroup is not found.");
    return settings;
  }

  /**
   * A query of a service of the local cloud, until it has ended; a failure is in its record.
   * @throws QueryRefused when it may not even start
   */
  async run(principal: string, start: QueryStart): Promise<QueryRecord> {
    this.check(principal, "athena:StartQueryExecution", start.workgroup);
    const id = this.start(principal, start);
    await this.running.get(id)?.done;
    return this.query(id)!;
  }

  /**
   * StartQueryExecution; whoever calls has the permission on the workgroup.
   * @returns the query's id, at once
   * @throws QueryRefused
   */
  start(principal: string, start: QueryStart): string {
    const { sql, catalog, token } = start;
    if (catalog !== undefined) this.checkCatalog(principal, catalog);
    const workgroup = this.named(start.workgroup);
    const place = placeOf(start, workgroup);
    const statement = parsed(sql);
    const known = token === undefined ? undefined : this.withToken(token);
    if (known !== undefined) return repeated(known, start);
    checkExternalLocation(statement, workgroup);
    const id = randomUUID();
    const kind = this.kindOf(statement, workgroup.name);
    const record: QueryRecord = {
      id,
      sql,
      workgroup: workgroup.name,
      ...(start.database !== undefined && { database: start.database }),
      ...(catalog !== undefined && { catalog }),
      ...(start.parameters !== undefined && { parameters: [...start.parameters] }),
      ...(token !== undefined && { token }),
      ...(start.outputLocation !== undefined && { givenLocation: start.outputLocation }),
      kind,
      output: `${place.location}${kind.prefix}${id}${kind.suffix}`,
      ...(place.encryption !== undefined && { encryption: place.encryption }),
      state: "QUEUED",
      submitted: this.services.clock.now(),
      queuedMs: 0,
      engineMs: 0,
      scannedBytes: 0,
      rows: 0,
      columns: [],
    };
    const query = new RunningQuery(record, statement, principal, workgroup, place.location, {
      ...this.services,
      prepared: this.prepared,
      ended: (content) => this.ended(record, content),
    });
    this.running.set(id, query);
    query.begin();
    return id;
  }

  /** What is known of a query. */
  query(id: string): QueryRecord | undefined {
    return this.running.get(id)?.record ?? this.history.get(id);
  }

  /** Queries of a workgroup, the latest first. */
  queriesOf(workgroup: string): QueryRecord[] {
    const all = [...this.history.all(), ...[...this.running.values()].map(({ record }) => record)];
    // The local clock may stand still between two queries; the one that came later is behind the other.
    const own = all.filter((record) => record.workgroup === workgroup).reverse();
    return own.sort((a, b) => b.submitted - a.submitted);
  }

  /** When the latest query of the data folder ended, ms since 1970-01-01 UTC; undefined without queries. */
  get lastCompleted(): number | undefined {
    let last: number | undefined;
    for (const { completed = 0 } of this.history.all()) last = Math.max(last ?? 0, completed);
    return last;
  }

  /** StopQueryExecution; one that has ended stays as it is. */
  stop(id: string): void {
    this.running.get(id)?.cancel("Query cancelled by user");
  }

  /** Ends what still runs. */
  async close(): Promise<void> {
    const queries = [...this.running.values()];
    for (const query of queries) query.cancel("The local cloud was stopped");
    await Promise.all(queries.map(({ done }) => done));
  }

  /** One of the last results. */
  content(id: string): QueryContent | undefined {
    return this.contents.get(id);
  }

  /** A call of Athena's API on a workgroup. @throws QueryRefused */
  check(principal: string, action: string, workgroup: string): void {
    this.decide(principal, action, `workgroup/${workgroup}`);
  }

  private checkCatalog(principal: string, catalog: string): void {
    this.decide(principal, "athena:GetDataCatalog", `datacatalog/${catalog}`);
    if (catalog.toLowerCase() !== "awsdatacatalog")
      throw new QueryRefused(
        "InvalidRequestException",
        `Catalog ${catalog} is not found; the local cloud has AwsDataCatalog`,
        "DATACATALOG_NOT_FOUND",
      );
  }

  private decide(principal: string, action: string, rest: string): void {
    const { iam, region } = this.services;
    const resource = `arn:aws:athena:${region}:${ACCOUNT}:${rest}`;
    const { allowed, decidedBy } = iam.check({ principal, action, resource });
    if (!allowed)
      throw new QueryRefused("AccessDeniedException", notAuthorized(principal, action, resource, decidedBy));
  }

  /** EXECUTE has the result of the statement that was prepared. */
  private kindOf(statement: Statement, workgroup: string): StatementKind {
    if (statement.kind !== "execute") return kindOf(statement);
    const prepared = this.prepared.get(workgroup, statement.name.name);
    return kindOf(parse(prepared?.sql ?? "SELECT 1"));
  }

  private withToken(token: string): QueryRecord | undefined {
    for (const { record } of this.running.values()) if (record.token === token) return record;
    for (const record of this.history.all()) if (record.token === token) return record;
    return undefined;
  }

  private ended(record: QueryRecord, content: QueryContent | undefined): void {
    this.running.delete(record.id);
    this.history.add(record);
    if (content === undefined) return;
    this.contents.set(record.id, content);
    const [oldest] = this.contents.keys();
    if (this.contents.size > SHOWN_RESULTS && oldest !== undefined) this.contents.delete(oldest);
  }
}

/** @throws QueryRefused as Athena refuses a statement that it cannot read, before there is a query */
function parsed(sql: string): Statement {
  try {
    return parse(sql);
  } catch (error) {
    if (error instanceof SqlError) throw new QueryRefused("InvalidRequestException", error.message, "MALFORMED_QUERY");
    throw error;
  }
}

/**
 * Where a query's result goes.
 * @see https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
 * @throws QueryRefused
 */
function placeOf(
  { outputLocation, encryption }: Pick<QueryStart, "outputLocation" | "encryption">,
  workgroup: WorkgroupSettings,
): { location: string; encryption?: { option: string; key?: string } } {
  if (outputLocation !== undefined && !/^s3:\/\/[a-z0-9][a-z0-9.-]{2,}(\/.*)?$/.test(outputLocation))
    throw new QueryRefused("InvalidRequestException", "outputLocation is not a valid S3 path.");
  const location = workgroup.enforced ? workgroup.outputLocation : (outputLocation ?? workgroup.outputLocation);
  if (location === undefined)
    throw new QueryRefused(
      "InvalidRequestException",
      "No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.",
    );
  const own = workgroup.enforced ? workgroup.encryption : (encryption ?? workgroup.encryption);
  return {
    location: location.endsWith("/") ? location : `${location}/`,
    ...(own !== undefined && { encryption: own }),
  };
}

/** A start with a token that was given before is the same query, or it is refused. @throws QueryRefused */
function repeated(known: QueryRecord, { sql, database, catalog, outputLocation }: QueryStart): string {
  const same =
    known.sql === sql &&
    known.database === database &&
    known.catalog === catalog &&
    known.givenLocation === outputLocation;
  if (!same)
    throw new QueryRefused(
      "InvalidRequestException",
      "Idempotent parameters do not match",
      "IDEMPOTENT_PARAMETER_MISMATCH",
    );
  return known.id;
}

/** @see https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html @throws QueryRefused */
function checkExternalLocation(statement: Statement, { enforced }: WorkgroupSettings): void {
  if (statement.kind !== "createTableAs" || !enforced) return;
  if (statement.properties.some(({ name }) => name === "external_location"))
    throw new QueryRefused(
      "InvalidRequestException",
      "The Create Table As Select query failed because it was submitted with an 'external_location' property to an Athena Workgroup that enforces a centralized output location for all queries. Please remove the 'external_location' property and resubmit the query.",
    );
}
