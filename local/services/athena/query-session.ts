import { AthenaError, type CatalogTable, type PartitionFile, type QuerySession } from "../../athena";
import { notAuthorized } from "../../core/access-denied";
import { ACCOUNT } from "../../core/model";
import type { Iam } from "../../iam";
import type { Glue } from "../glue/glue";
import { parseS3Url } from "../s3/location";
import type { S3 } from "../s3/s3";

/** The services that a query reaches as its caller. */
export interface QueryServices {
  glue: Glue;
  s3: S3;
  iam: Iam;
  region: string;
}

/** What a query may do as its caller: each call of Glue and S3 is decided by the caller's permissions, as on AWS. */
export class CallerSession {
  /** `s3://BUCKET/KEY` of the files that the statement has written */
  readonly written: string[] = [];

  constructor(
    private readonly principal: string,
    private readonly services: QueryServices,
  ) {}

  /** What statements beside queries need. */
  forStatements(prepared: QuerySession["prepared"], tableLocation: string): QuerySession {
    const { glue, s3 } = this.services;
    const { principal } = this;
    return {
      prepared,
      tableLocation,
      onCatalog: (action, database, table) => this.checkCatalogCall(action, database, table),
      isOccupied: (location) => {
        const { bucket, prefix } = parseS3Url(location);
        return s3.listFor(principal, bucket, prefix).length > 0;
      },
      temporaryFile: () => s3.temporaryFile(),
      put: (location, file) => {
        const { bucket, prefix } = parseS3Url(location);
        s3.putFile(principal, bucket, prefix, file);
        this.written.push(location);
      },
      createTable: (table) => glue.createTable(table, principal),
      createPartitions: (database, table, partitions) => glue.createPartitions(database, table, partitions),
      createView: (view) => glue.createView(view, principal),
    };
  }

  /** The calls by which Athena comes to a table's rows. @throws AthenaError, S3Error */
  readTable(table: CatalogTable, files: readonly PartitionFile[]): void {
    const { principal } = this;
    const { s3 } = this.services;
    this.checkCatalogCall("glue:GetDatabase", table.database);
    this.checkCatalogCall("glue:GetTable", table.database, table.name);
    if (table.partitionKeys.length > 0 && table.parameters["projection.enabled"] !== "true")
      for (const action of ["glue:GetPartitions", "glue:BatchGetPartition"])
        this.checkCatalogCall(action, table.database, table.name);
    const { bucket, prefix } = parseS3Url(table.location);
    s3.check(principal, "s3:GetBucketLocation", bucket);
    s3.check(principal, "s3:ListBucket", bucket, { "s3:prefix": prefix });
    for (const found of files) s3.mayRead(principal, found.bucket, found.key);
  }

  /** A call of Glue's API that Athena makes as the caller. @throws AthenaError */
  private checkCatalogCall(action: string, database?: string, table?: string): void {
    const { iam, region } = this.services;
    const { principal } = this;
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
}
