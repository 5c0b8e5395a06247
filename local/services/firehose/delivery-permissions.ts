import { notAuthorized } from "../../core/access-denied";
import { customerKey } from "../../core/customer-key";
import { ACCOUNT } from "../../core/model";
import { UNEXERCISED, type Iam } from "../../iam";
import type { LambdaFunction } from "../lambda/function";
import type { Logs } from "../logs/logs";
import type { S3 } from "../s3/s3";
import type { Configuration } from "./configuration";

/** Names the roles of a delivery stream assumes; https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html. */
const SERVICE = "firehose.amazonaws.com";

/**
 * What a delivery stream asks of its roles. Roles do not change while it runs, so each question is asked once.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html
 */
export class DeliveryPermissions {
  private creation: { refusal: string | undefined } | undefined;
  private schema: { refusal: string | undefined } | undefined;

  constructor(
    private readonly configuration: Configuration,
    private readonly services: {
      iam: Iam;
      s3: S3;
      logs: Logs;
      lambda: LambdaFunction | undefined;
      region: string;
    },
  ) {}

  /**
   * Firehose tries its permissions when a stream is created: it assumes its roles, finds the bucket, and asks the function how long it may
   * take. Which calls it makes for that is not documented beyond the policy that its guide shows.
   * @returns the first refusal, or undefined
   */
  get creationRefusal(): string | undefined {
    return (this.creation ??= { refusal: this.checkCreation() }).refusal;
  }

  /** Why the schema of converted rows cannot be read, or undefined; asked when the first record is converted. */
  get schemaRefusal(): string | undefined {
    return (this.schema ??= { refusal: this.checkSchema() }).refusal;
  }

  /** Declares permissions that the stream uses only when something goes wrong, or never here. */
  declare(): void {
    const { iam, s3, logs } = this.services;
    const { role: principal, bucket, prefixText, errorPrefixText, kmsKeyArn, log } = this.configuration;
    // The name of an object as far as it is fixed, and any name under it.
    const keyUnder = (text: string): string => `${text.split("!{")[0]!}object`;
    const errorKey = keyUnder(errorPrefixText);
    for (const key of new Set([keyUnder(prefixText), errorKey])) {
      const resource = `arn:aws:s3:::${bucket}/${key}`;
      iam.requirePermissions({ principal, resource }, UNEXERCISED.abortUpload);
      iam.requirePermissions({ principal, resource }, UNEXERCISED.findObject);
      const use = s3.keyUse(bucket, key, customerKey(kmsKeyArn));
      if (use !== undefined) iam.requirePermissions({ principal, ...use }, UNEXERCISED.readParts);
    }
    iam.requirePermissions({ principal, resource: `arn:aws:s3:::${bucket}/${errorKey}` }, UNEXERCISED.writeErrors);
    if (log !== undefined)
      iam.requirePermissions({ principal, resource: logs.arn(log.group, log.stream) }, UNEXERCISED.logErrors);
  }

  private checkCreation(): string | undefined {
    const { role, sourceRole, bucket, processor } = this.configuration;
    const { s3, lambda } = this.services;
    for (const assumed of sourceRole === undefined ? [role] : [sourceRole, role]) {
      const refusal = this.trustRefusal(assumed);
      if (refusal !== undefined) return refusal;
    }
    // Batches are sent all the same: without the answer the function's own limit counts.
    if (processor !== undefined) lambda?.configurationRefusal(role, processor.functionArn);
    return s3.locate(role, bucket);
  }

  /**
   * Firehose sends the account as the external id.
   * @see https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#firehose-assume-role
   */
  private trustRefusal(role: string): string | undefined {
    const { allowed, decidedBy } = this.services.iam.assume(SERVICE, role, { "sts:ExternalId": ACCOUNT });
    return allowed ? undefined : notAuthorized(SERVICE, "sts:AssumeRole", role, decidedBy);
  }

  /** Reading the schema takes three actions on three resources; without them no record can be converted. */
  private checkSchema(): string | undefined {
    const { schema } = this.configuration;
    if (schema === undefined) return undefined;
    const { iam, region } = this.services;
    const arn = (rest: string) => `arn:aws:glue:${region}:${ACCOUNT}:${rest}`;
    const { role: principal, database, table } = schema;
    for (const resource of [arn("catalog"), arn(`database/${database}`), arn(`table/${database}/${table}`)])
      for (const action of ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"]) {
        const { allowed, decidedBy } = iam.check({ principal, action, resource });
        if (!allowed) return notAuthorized(principal, action, resource, decidedBy);
      }
    return undefined;
  }
}
