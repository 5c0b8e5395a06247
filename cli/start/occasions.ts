/**
 * Whether a run gave a grant an occasion to be used. A grant that had one and was not used is one too many; of one that had none, nothing can be
 * said.
 */
import { TYPES, type Resource } from "../../local/core/model";
import type { Deployed } from "./deployed";
import { whyNotSeen, type UnusedGrant } from "./versions";

/** What became of the messages of a pipeline. */
export interface PipelineCounts {
  received: number;
  stored: number;
  enrichmentFailures: number;
  fanOut?: { received: number };
}

/** Calls of a transform function that only a message makes which reaches the activity. */
const OF_ACTIVITIES = /^(lambda:InvokeFunction|iot:DescribeThing|iot:GetThingShadow)$/;

/** Returns why an unused grant had no occasion; undefined for one that had. */
export function whyNoOccasion(
  session: Deployed,
  pipelines: Readonly<Record<string, PipelineCounts>>,
): (grant: UnusedGrant) => string | undefined {
  const { cloud, outputs, evaluation } = session;
  const actors = new Map<string, Resource[]>();
  for (const resource of evaluation.resources)
    for (const role of rolesIn(resource)) actors.set(role, [...(actors.get(role) ?? []), resource]);
  const of = ({ type, id, inputs, outputs: own }: Resource, grant: UnusedGrant): string | undefined => {
    const name = String(inputs.name);
    switch (type) {
      case TYPES.topicRule:
        return cloud.rules.counts(name).matched === 0 ? "the rule matched no message" : undefined;
      case TYPES.deliveryStream: {
        const { received, stored } = cloud.deliveryStreams.get(name)!.counts;
        if (received === 0) return "no message reached the delivery stream";
        return stored === 0 && /^s3:|^kms:|^glue:/.test(grant.action) ? "no message was stored" : undefined;
      }
      case TYPES.provisioningTemplate:
        if (cloud.provisioner.registered(name) === 0) return "no device was registered";
        return grant.action === "iot:UpdateThing" ? "no device was registered again" : undefined;
      case TYPES.certificateAuthority:
        if (cloud.justInTime.registered(id) === 0) return "no device was registered";
        return grant.action === "iot:UpdateThing" ? "no device was registered again" : undefined;
      case TYPES.iotLogging:
        return cloud.iotLog.written === 0 ? "nothing was logged at the level of AWS IoT's log" : undefined;
      case TYPES.function:
        return ofFunction(name, grant);
      case TYPES.stateMachine: {
        const { started, succeeded } = cloud.machines.get(String(own.arn))!.counts;
        if (started === 0) return "the dataset was not run";
        if (succeeded === 0) return "no run of the dataset succeeded";
        return grant.action === "s3:GetObject" && nothingBelow(grant.resource)
          ? "there was nothing to read"
          : undefined;
      }
      case TYPES.schedule: {
        const { fired } = cloud.scheduler.countsOf(String(inputs.target?.arn)) ?? { fired: 0 };
        return fired === 0 ? "the schedule did not fire in this time" : undefined;
      }
      default:
        return undefined;
    }
  };
  const ofFunction = (name: string, grant: UnusedGrant): string | undefined => {
    if (grant.statement === "CopyPartitions") return "partitions are copied when a candidate is deployed or promoted";
    if (grant.statement === "KeepBoundary")
      return grant.action === "s3:GetObject" ? "the boundary is read after it was set by another run" : undefined;
    const found = Object.entries(outputs.pipelines).find(([, pipeline]) => pipeline.function === name);
    const counts = found && pipelines[found[0]];
    if (counts === undefined)
      return cloud.cloudwatch.total("AWS/Lambda", "Invocations", { FunctionName: name }) === 0
        ? "the function was not called"
        : undefined;
    if (counts.received === 0) return "no message reached the pipeline";
    if (grant.action === "firehose:PutRecordBatch")
      return counts.fanOut?.received === 0 ? "no message had rows of several partitions" : undefined;
    if (grant.action === "glue:BatchUpdatePartition" && found !== undefined)
      return hasFormerColumns(outputs.datastores[found[1].datastore]!)
        ? undefined
        : "no column was added or changed after a partition had been registered";
    if (!OF_ACTIVITIES.test(grant.action)) return undefined;
    if (counts.stored === 0) return "no message passed all activities";
    return grant.action.startsWith("iot:") && counts.enrichmentFailures > 0 ? "no message named a thing" : undefined;
  };
  const hasFormerColumns = ({ database, table }: { database: string; table: string }): boolean => {
    const { columns = [], registered } = cloud.glue.tables.get(`${database}.${table}`) ?? {};
    const names = columns.map(({ name, type }) => `${name} ${type}`).join();
    return (registered?.list() ?? []).some(({ descriptor }) => {
      const own = (descriptor.Columns ?? []) as { Name: string; Type: string }[];
      return own.map(({ Name, Type }) => `${Name} ${Type}`).join() !== names;
    });
  };
  const notSeen = whyNotSeen(session);
  const nothingBelow = (arn: string): boolean => {
    const [, bucket, prefix = ""] = /^arn:aws[\w-]*:s3:::([^/*]+)\/?([^*]*)/.exec(arn) ?? [];
    return bucket !== undefined && cloud.s3.list(bucket, prefix).length === 0;
  };
  return (grant) => {
    const unseen = notSeen(grant);
    if (unseen !== undefined) return unseen;
    const reasons = (actors.get(grant.role) ?? []).map((actor) => of(actor, grant));
    // One of its users had an occasion.
    return reasons.length === 0 || reasons.includes(undefined) ? undefined : reasons[0];
  };
}

/** Names of the roles that a resource acts with. */
function rolesIn({ type, inputs }: Resource): Set<string> {
  const kinds: string[] = [
    ...[TYPES.topicRule, TYPES.deliveryStream, TYPES.function, TYPES.stateMachine, TYPES.schedule],
    ...[TYPES.provisioningTemplate, TYPES.iotLogging, TYPES.certificateAuthority],
  ];
  if (!kinds.includes(type)) return new Set();
  // The definition of a state machine and the code of a function name no role that they act with.
  const rest = JSON.stringify({ ...inputs, definition: undefined, code: undefined });
  return new Set([...rest.matchAll(/:role\/([\w+=,.@-]+)"/g)].map((match) => match[1]!));
}
