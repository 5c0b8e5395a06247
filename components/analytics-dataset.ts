import * as athena from "@pulumi/aws/athena";
import * as pulumi from "@pulumi/pulumi";
import type { BucketHooks, BucketNodes } from "./bucket";
import { Checks, show } from "./checks";
import { physicalName } from "./names";
import { placeOf } from "./place";
import { checkRetention, checkStorage, storeOf, type RetentionArgs, type StorageArgs } from "./storage";
import { hooked, type Transform } from "./transform";

export interface AnalyticsDatasetArgs {
  /** SQL of Athena, one SELECT; tables without a database are those of `database`. Example: "SELECT * FROM readings". */
  query: string;
  /** Name of the Glue database. Example: readings.databaseName. */
  database: pulumi.Input<string>;
  /** MB that one query may scan before it is stopped, 10 to 10,000,000. Default: 10,240. Example: 1024. */
  scanLimitMegabytes?: number;
  /** How long contents are kept, in a bucket of the dataset's own. Default: 90 days. Example: { unlimited: true }. */
  retention?: RetentionArgs;
  /** A bucket of yours for the contents. Default: one of the dataset's own. Example: { bucket: "plant", prefix: "iot/" }. */
  storage?: StorageArgs;
  /** ARN of a KMS key of yours for the contents; whoever queries must be allowed to use it. Default: keys of AWS. Example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab". */
  kmsKeyArn?: pulumi.Input<string>;
  /** Tags of every resource that takes tags. Default: none. Example: { plant: "north" }. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * First of the two keys that let the bucket be deleted with its objects; the second is `allowDataDeletion` in the stack's
   * configuration. Default: false. Example: true.
   */
  allowDataDeletion?: boolean;
}

export interface AnalyticsDatasetNodes {
  /** absent for a bucket of yours */
  readonly bucket?: BucketNodes;
  readonly workgroup: athena.Workgroup;
  readonly namedQuery: athena.NamedQuery;
}

/** Hooks that change a child before it is created. */
export interface AnalyticsDatasetHooks {
  bucket?: BucketHooks;
  workgroup?: Transform<athena.WorkgroupArgs>;
  namedQuery?: Transform<athena.NamedQueryArgs>;
}

export interface AnalyticsDatasetOptions extends pulumi.ComponentResourceOptions {
  transform?: AnalyticsDatasetHooks;
}

/** Days that the retired service kept contents. */
const CONTENT_DAYS = 90;
const MEGABYTE = 1024 * 1024;

/**
 * A dataset: a query with a workgroup of its own, which limits what it may scan and keeps its encrypted contents.
 *
 * The smallest use:
 * ```ts
 * new AnalyticsDataset("all", { database: readings.databaseName, query: "SELECT * FROM readings" });
 * ```
 * The richest:
 * ```ts
 * new AnalyticsDataset("daily", {
 *   database: readings.databaseName,
 *   query: "SELECT device_id, avg(temperature) AS mean FROM readings WHERE __year = '2026' GROUP BY device_id",
 *   scanLimitMegabytes: 1024,
 *   retention: { days: 365 },
 *   kmsKeyArn: key.arn,
 *   allowDataDeletion: true,
 * }, { transform: { workgroup: (args) => { args.description = "Reports"; } } });
 * ```
 */
export class AnalyticsDataset extends pulumi.ComponentResource {
  readonly nodes: AnalyticsDatasetNodes;
  /** `s3://BUCKET/results/NAME/`, where Athena leaves each content as CSV */
  readonly resultsLocation: pulumi.Output<string>;

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: AnalyticsDatasetArgs, opts: AnalyticsDatasetOptions = {}) {
    check(name, args);
    const { transform: hooks = {}, ...options } = opts;
    super("iot-telemetry-etl:index:AnalyticsDataset", name, args, options);
    const { kmsKeyArn, tags, storage, retention = {}, allowDataDeletion } = args;
    const place = placeOf(this);

    const store = storeOf(this, name, place, {
      purpose: "results",
      storage,
      days: retention.unlimited === true ? undefined : (retention.days ?? CONTENT_DAYS),
      kmsKeyArn,
      allowDataDeletion,
      tags,
      hooks: hooks.bucket ?? {},
    });
    this.resultsLocation = pulumi.interpolate`s3://${store.bucket}/${store.prefix}results/${name}/`;
    const workgroup = new athena.Workgroup(
      ...hooked(
        hooks.workgroup,
        `${name}-workgroup`,
        {
          name: physicalName("workgroup", name),
          description: `Dataset ${name}`,
          // What is lost with it is the history of its queries; contents are in the bucket.
          forceDestroy: true,
          configuration: {
            enforceWorkgroupConfiguration: true,
            publishCloudwatchMetricsEnabled: true,
            bytesScannedCutoffPerQuery: (args.scanLimitMegabytes ?? 10_240) * MEGABYTE,
            engineVersion: { selectedEngineVersion: "Athena engine version 3" },
            resultConfiguration: {
              outputLocation: this.resultsLocation,
              encryptionConfiguration:
                kmsKeyArn === undefined ? { encryptionOption: "SSE_S3" } : { encryptionOption: "SSE_KMS", kmsKeyArn },
              // A bucket of ours is in this account; a query never writes to a stranger's of the same name.
              expectedBucketOwner: store.nodes === undefined ? undefined : place.account,
            },
          },
          tags,
        },
        { parent: this, dependsOn: store.ready },
      ),
    );
    const namedQuery = new athena.NamedQuery(
      ...hooked(
        hooks.namedQuery,
        `${name}-query`,
        {
          name: physicalName("namedQuery", name),
          description: `Dataset ${name}`,
          database: args.database,
          workgroup: workgroup.name,
          query: args.query,
        },
        { parent: this },
      ),
    );

    this.nodes = { bucket: store.nodes, workgroup, namedQuery };
    this.registerOutputs({ workgroup: workgroup.name, query: args.query, resultsLocation: this.resultsLocation });
  }

  /** name of the Athena workgroup */
  get workgroupName(): pulumi.Output<string> {
    return this.nodes.workgroup.name;
  }

  /** id of the named query */
  get namedQueryId(): pulumi.Output<string> {
    return this.nodes.namedQuery.id;
  }

  /** name of the Glue database that the query runs in */
  get databaseName(): pulumi.Output<string> {
    return this.nodes.namedQuery.database;
  }
}

function check(name: string, args: AnalyticsDatasetArgs): void {
  const checks = new Checks("AnalyticsDataset", name);
  const bytes = Buffer.byteLength(args.query);
  if (args.query.trim() === "" || bytes > 262_144)
    checks.add("query", `saw ${show(args.query)} with ${bytes} bytes; a query has 1-262,144 bytes`);
  checks.whole("scanLimitMegabytes", args.scanLimitMegabytes, 10, 10_000_000, "MB");
  checkRetention(checks, "retention", args.retention);
  checkStorage(checks, args.storage, args.retention, args.allowDataDeletion);
  checks.kmsKey("kmsKeyArn", args.kmsKeyArn);
  checks.tags("tags", args.tags);
  checks.throwIfWrong();
}
