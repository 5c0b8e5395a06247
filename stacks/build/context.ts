import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as pulumi from "@pulumi/pulumi";
import type { RetentionArgs, StorageArgs } from "../../components";
import type { CustomerManagedS3, DocumentSet, RetentionPeriod, Tag } from "../../etl";
import type { Settings } from "../schema";

/** What every component of the stack is built with. */
export interface StackContext {
  readonly settings: Settings;
  /** name of a datastore to that of a pipeline that writes it */
  readonly writers: ReadonlyMap<string, string>;
  /** the stack's tags, and a document's own, which win */
  tags(own?: readonly Tag[]): Record<string, string>;
  readonly permissionsBoundaryArn: pulumi.Output<string | undefined> | undefined;
}

/** The context of the running stack. */
export function contextOf(settings: Settings, { pipelines }: DocumentSet): StackContext {
  const { tags, environment } = settings;
  const stack = { project: pulumi.getProject(), stack: pulumi.getStack(), environment };
  const writers = pipelines.flatMap(({ name, document }) =>
    document.pipelineActivities.flatMap(({ datastore }): [string, string][] =>
      datastore === undefined ? [] : [[datastore.datastoreName, name]],
    ),
  );
  return {
    settings,
    writers: new Map(writers),
    tags: (own = []) => ({ ...stack, ...tags, ...Object.fromEntries(own.map(({ key, value }) => [key, value])) }),
    permissionsBoundaryArn: boundaryIn(settings),
  };
}

/**
 * The boundary, in the account that it is in: IAM accepts no policy of another account. The local cloud is an account of its own, in which
 * the policy does not exist.
 */
function boundaryIn({ permissionsBoundaryArn: arn }: Settings): pulumi.Output<string | undefined> | undefined {
  if (arn === undefined) return undefined;
  return getCallerIdentityOutput().accountId.apply((account) => (arn.split(":")[4] === account ? arn : undefined));
}

/** The arguments that every component takes. */
export function shared({ settings, tags }: StackContext, own: readonly Tag[] | undefined) {
  return { kmsKeyArn: settings.kmsKeyArn, tags: tags(own) };
}

/** The arguments of every component that has roles, logs and alarms. */
export function operations({ settings, permissionsBoundaryArn }: StackContext) {
  return {
    permissionsBoundaryArn,
    logRetentionDays: settings.logRetentionDays,
    alarms: {
      enabled: settings.alarms,
      topicArn: settings.alarmTopicArn,
      behindPercent: settings.alarmBehindPercent,
      durationPercent: settings.alarmDurationPercent,
      failedMessages: settings.alarmFailedMessages,
    },
  };
}

/** The arguments of every component that has delivery streams. */
export function buffering({ settings }: StackContext) {
  return { buffering: { seconds: settings.bufferingSeconds, megabytes: settings.bufferingMegabytes } };
}

/**
 * Where a document's data is kept, and for how long. The retired service never expired data in storage of the user's own.
 * @param byDefault the retention of documents that state none
 */
export function storage(
  { settings }: StackContext,
  own: CustomerManagedS3 | undefined,
  period: RetentionPeriod | undefined,
  keys: { allowDataDeletion?: boolean } | undefined,
  byDefault?: RetentionArgs,
): {
  storage?: StorageArgs;
  retention?: RetentionArgs;
  allowDataDeletion?: boolean;
  stackAllowsDataDeletion?: boolean;
} {
  if (own !== undefined) return { storage: { bucket: own.bucket, prefix: own.keyPrefix } };
  return {
    retention: retentionOf(period) ?? byDefault,
    allowDataDeletion: keys?.allowDataDeletion,
    stackAllowsDataDeletion: settings.allowDataDeletion,
  };
}

function retentionOf(period: RetentionPeriod | undefined): RetentionArgs | undefined {
  if (period === undefined) return undefined;
  return period.numberOfDays === undefined ? { unlimited: period.unlimited } : { days: period.numberOfDays };
}
