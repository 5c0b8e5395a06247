import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import {
  AthenaError,
  type Athena,
  type CatalogTable,
  type FileResult,
  type PartitionFile,
  type QuerySession,
} from "../../athena";
import type { Clock } from "../../core/clock";
import type { Defects } from "../../core/defects";
import type { Iam } from "../../iam";
import { ACCOUNT, TYPES, ofType, type Properties, type Resource } from "../../core/model";
import type { Glue } from "../glue/glue";
import { notAuthorized } from "../../core/access-denied";
import { parseS3Url } from "../s3/location";
import { S3Error, type S3 } from "../s3/s3";

/** Arguments of StartQueryExecution. */
export interface QueryStart {
  sql: string;
  workgroup: string;
  database: string;
  catalog?: string;
}

/** What GetQueryExecution says of a query. */
export interface QueryExecution {
  QueryExecutionId: string;
  Query: string;
  WorkGroup: string;
  QueryExecutionContext: { Database: string; Catalog: string };
  ResultConfiguration: { OutputLocation: string };
  Status: {
    State: "SUCCEEDED" | "FAILED";
    StateChangeReason?: string;
    SubmissionDateTime: string;
    CompletionDateTime: string;
  };
  Statistics: { DataScannedInBytes: number };
}

/** A result as it is shown: its first rows, and the file with all of them. */
export interface QueryContent extends FileResult {
  version: string;
  /** the CSV file on this machine */
  path: string;
  /** the delta window of a dataset's content: ISO 8601, the start in it and the end not */
  window?: { start: string; end: string };
}

/** StartQueryExecution was refused: nothing ran. */
export class QueryRefused extends Error {}

/** Rows of a result that are kept for showing; its file has all. */
const SHOWN_ROWS = 100;
/** Results that are kept for showing. */
const SHOWN_RESULTS = 20;

/**
 * Athena's workgroups: their limits, and results as CSV at their output location. A query acts with the permissions of whoever
 * starts it, as on AWS: on the workgroup, in the catalog, on the tables' objects, and on the result.
 */
export class Workgroups {
  private readonly workgroups = new Map<string, Properties>();
  private readonly contents = new Map<string, QueryContent>();
  /** statements of PREPARE by workgroup */
  private readonly prepared = new Map<string, Map<string, string>>();

  constructor(
    resources: readonly Resource[],
    private readonly services: {
      athena: Athena;
      glue: Glue;
      s3: S3;
      iam: Iam;
      clock: Clock;
      region: string;
      defects: Defects;
    },
  ) {
    for (const { inputs } of ofType(resources, TYPES.workgroup)) this.workgroups.set(inputs.name, inputs);
  }

  /**
   * StartQueryExecution, until the query has ended; a failure is in its Status.
   * @throws QueryRefused when it may not even start
   */
  async run(principal: string, { sql, workgroup: name, database, catalog }: QueryStart): Promise<QueryExecution> {
    this.check(principal, "athena:StartQueryExecution", name);
    if (catalog !== undefined) this.checkCatalog(principal, catalog);
    const workgroup = this.workgroups.get(name);
    if (workgroup === undefined) throw new QueryRefused(`InvalidRequestException: WorkGroup ${name} is not found.`);
    const location: string | undefined = workgroup.configuration?.resultConfiguration?.outputLocation;
    if (location === undefined)
      throw new QueryRefused(`InvalidRequestException: No output location provided by workgroup ${name}.`);
    const id = randomUUID();
    const started = new Date(this.services.clock.now()).toISOString();
    const execution: QueryExecution = {
      QueryExecutionId: id,
      Query: sql,
      WorkGroup: name,
      QueryExecutionContext: { Database: database, Catalog: catalog ?? "AwsDataCatalog" },
      ResultConfiguration: { OutputLocation: `${location}${id}.csv` },
      Status: { State: "SUCCEEDED", SubmissionDateTime: started, CompletionDateTime: started },
      Statistics: { DataScannedInBytes: 0 },
    };
    try {
      const content = await this.query(principal, id, sql, database, workgroup, location);
      execution.Statistics.DataScannedInBytes = content.scannedBytes;
      this.contents.set(id, content);
      const [oldest] = this.contents.keys();
      if (this.contents.size > SHOWN_RESULTS && oldest !== undefined) this.contents.delete(oldest);
    } catch (error) {
      if (error instanceof QueryRefused) throw error;
      execution.Status.State = "FAILED";
      execution.Status.StateChangeReason = this.failure(error);
    }
    return execution;
  }

  /** One of the last results. */
  content(id: string): QueryContent | undefined {
    return this.contents.get(id);
  }

  /** A call of Athena's API on a workgroup. @throws QueryRefused */
  check(principal: string, action: string, workgroup: string): void {
    const { iam, region } = this.services;
    const resource = `arn:aws:athena:${region}:${ACCOUNT}:workgroup/${workgroup}`;
    const { allowed, decidedBy } = iam.check({ principal, action, resource });
    if (!allowed)
      throw new QueryRefused(`AccessDeniedException: ${notAuthorized(principal, action, resource, decidedBy)}`);
  }

  /** The reason of a failed query; one that nobody expected is a defect, and of an error of the machine the run ends. */
  private failure(error: unknown): string {
    if (error instanceof AthenaError || error instanceof S3Error) return error.message;
    this.services.defects.record("query", error);
    return `GENERIC_INTERNAL_ERROR: ${error instanceof Error ? error.message : String(error)}`;
  }

  private checkCatalog(principal: string, catalog: string): void {
    const { iam, region } = this.services;
    const resource = `arn:aws:athena:${region}:${ACCOUNT}:datacatalog/${catalog}`;
    const action = "athena:GetDataCatalog";
    const { allowed, decidedBy } = iam.check({ principal, action, resource });
    if (!allowed)
      throw new QueryRefused(`AccessDeniedException: ${notAuthorized(principal, action, resource, decidedBy)}`);
    if (catalog.toLowerCase() !== "awsdatacatalog")
      throw new QueryRefused(
        `InvalidRequestException: Catalog ${catalog} is not found; the local cloud has AwsDataCatalog`,
      );
  }

  private async query(
    principal: string,
    id: string,
    sql: string,
    database: string,
    workgroup: Properties,
    location: string,
  ): Promise<QueryContent> {
    const { athena, glue, s3, clock } = this.services;
    const { bucket, prefix } = parseS3Url(location);
    s3.check(principal, "s3:GetBucketLocation", bucket);
    const file = s3.temporaryFile();
    try {
      const result = await athena.queryToCsv(
        sql,
        {
          database,
          tables: glue.tables,
          maxRows: SHOWN_ROWS,
          // 0 means no limit
          bytesScannedCutoff: (workgroup.configuration.bytesScannedCutoffPerQuery as number | undefined) || undefined,
          now: clock.now(),
          session: this.session(principal, workgroup, location),
          onTable: (table, files) => this.readTable(principal, table, files),
        },
        file,
      );
      const object = s3.putFile(principal, bucket, `${prefix}${id}.csv`, file);
      return { ...result, version: id, path: object.file };
    } finally {
      fs.rmSync(file, { force: true });
    }
  }

  /** What a statement may do beside reading, as its caller. */
  private session(principal: string, workgroup: Properties, outputLocation: string): QuerySession {
    const { glue, s3 } = this.services;
    const prepared = this.prepared.get(workgroup.name) ?? new Map<string, string>();
    this.prepared.set(workgroup.name, prepared);
    return {
      prepared,
      outputLocation,
      // https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
      onExternalLocation: () => {
        if (workgroup.configuration?.enforceWorkgroupConfiguration !== false)
          throw new QueryRefused(
            "InvalidRequestException: The Create Table As Select query failed because it was submitted with an 'external_location' property to an Athena Workgroup that enforces a centralized output location for all queries. Please remove the 'external_location' property and resubmit the query.",
          );
      },
      onCatalog: (action, database, table) => this.checkCatalogCall(principal, action, database, table),
      isOccupied: (location) => {
        const { bucket, prefix } = parseS3Url(location);
        return s3.listFor(principal, bucket, prefix).length > 0;
      },
      temporaryFile: () => s3.temporaryFile(),
      put: (location, file) => {
        const { bucket, prefix } = parseS3Url(location);
        s3.putFile(principal, bucket, prefix, file);
      },
      createTable: (table) => glue.createTable(table),
      createView: (view) => glue.createView(view),
    };
  }

  /** A call of Glue's API that Athena makes as the caller. @throws AthenaError */
  private checkCatalogCall(principal: string, action: string, database?: string, table?: string): void {
    const { iam, region } = this.services;
    const arn = (rest: string): string => `arn:aws:glue:${region}:${ACCOUNT}:${rest}`;
    const resources = [arn("catalog")];
    if (database !== undefined) resources.push(arn(`database/${database}`));
    if (table !== undefined) resources.push(arn(`table/${database}/${table}`));
    for (const resource of resources) {
      const { allowed, decidedBy } = iam.check({ principal, action, resource });
      if (!allowed)
        throw new AthenaError(
          "ACCESS_DENIED",
          `Insufficient permissions to execute the query. ${notAuthorized(principal, action, resource, decidedBy)}`,
        );
    }
  }

  /** The calls by which Athena comes to a table's rows. @throws AthenaError, S3Error */
  private readTable(principal: string, table: CatalogTable, files: readonly PartitionFile[]): void {
    const { s3 } = this.services;
    this.checkCatalogCall(principal, "glue:GetDatabase", table.database);
    this.checkCatalogCall(principal, "glue:GetTable", table.database, table.name);
    const { bucket, prefix } = parseS3Url(table.location);
    s3.check(principal, "s3:GetBucketLocation", bucket);
    s3.check(principal, "s3:ListBucket", bucket, { "s3:prefix": prefix });
    for (const found of files) s3.mayRead(principal, found.bucket, found.key);
  }
}
