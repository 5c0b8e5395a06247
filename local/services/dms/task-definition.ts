import { createHash } from "node:crypto";
import { ofType, TYPES, type Properties, type Resource } from "../../core/model";

/** A replication of the program: a serverless one, or a task of an instance. */
export interface TaskDefinition {
  name: string;
  /** end of its ARN, by which its log and its slot are named */
  id: string;
  /** "full-load", "cdc" or both */
  mode: string;
  starts: boolean;
  tableMappings: string;
  settings: string | undefined;
  source: Properties;
  target: Properties;
  certificatePem: string | undefined;
  logGroup: string;
  logStream: string;
  dimensions: Record<string, string>;
}

/** The replications of a program. */
export function taskDefinitions(resources: readonly Resource[]): TaskDefinition[] {
  const endpoint = (arn: unknown): Properties =>
    ofType(resources, TYPES.replicationEndpoint).find(({ outputs }) => outputs.endpointArn === arn)?.inputs ?? {};
  const shared = ({ name, inputs, outputs }: Resource) => {
    const source = endpoint(inputs.sourceEndpointArn);
    const certificate = ofType(resources, TYPES.replicationCertificate).find(
      (each) => each.outputs.certificateArn === source.certificateArn,
    );
    return {
      name,
      id: String(outputs.resourceIdentifier),
      tableMappings: String(inputs.tableMappings),
      source,
      target: endpoint(inputs.targetEndpointArn),
      certificatePem: certificate?.inputs.certificatePem as string | undefined,
    };
  };
  const serverless = ofType(resources, TYPES.replicationConfig).map((resource): TaskDefinition => {
    const made = shared(resource);
    return {
      ...made,
      mode: resource.inputs.replicationType,
      starts: resource.inputs.startReplication === true,
      settings: resource.inputs.replicationSettings,
      logGroup: `dms-serverless-replication-${made.id}`,
      logStream: `dms-serverless-replication-orchestrator-${made.id}`,
      dimensions: { ReplicationConfigId: made.id },
    };
  });
  const tasks = ofType(resources, TYPES.replicationTask).map((resource): TaskDefinition => {
    const made = shared(resource);
    const instance = ofType(resources, TYPES.replicationInstance).find(
      ({ outputs }) => outputs.replicationInstanceArn === resource.inputs.replicationInstanceArn,
    );
    const instanceId = String(instance?.inputs.replicationInstanceId);
    return {
      ...made,
      mode: resource.inputs.migrationType,
      starts: resource.inputs.startReplicationTask === true,
      settings: resource.inputs.replicationTaskSettings,
      logGroup: `dms-tasks-${instanceId}`,
      logStream: `dms-task-${made.id}`,
      dimensions: { ReplicationInstanceIdentifier: instanceId, ReplicationTaskIdentifier: made.id },
    };
  });
  return [...serverless, ...tasks];
}

/** The name of a task's slot and publication in the database. A slot's has lower-case letters, digits and underscores. */
export function slotName(id: string): string {
  return `dms_${createHash("sha256").update(id).digest("hex").slice(0, 8)}_${id.toLowerCase().replace(/[^a-z0-9]/g, "_")}`;
}
