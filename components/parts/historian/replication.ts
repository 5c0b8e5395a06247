import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as dms from "@pulumi/aws/dms";
import * as pulumi from "@pulumi/pulumi";
import { createLogGroup } from "../common/logs";
import { uniqueName } from "../common/names";
import type { Scope } from "../common/scope";
import { transformed, type Transform } from "../common/transform";
import type { EndpointNodes } from "./endpoints";
import type { ReplicationInstanceArgs, ReplicationMode, ServerlessArgs } from "./historian-args";
import type { Placement } from "./network";

/** What runs the replication. */
export interface ReplicationNodes {
  readonly subnetGroup: dms.ReplicationSubnetGroup;
  readonly logGroup: cloudwatch.LogGroup;
  /** absent with an instance */
  readonly config?: dms.ReplicationConfig;
  /** absent without an instance */
  readonly instance?: dms.ReplicationInstance;
  readonly task?: dms.ReplicationTask;
}

/** Changes to the replication. */
export interface ReplicationTransforms {
  config?: Transform<dms.ReplicationConfigArgs>;
  instance?: Transform<dms.ReplicationInstanceArgs>;
  task?: Transform<dms.ReplicationTaskArgs>;
  logGroup?: Transform<cloudwatch.LogGroupArgs>;
}

interface ReplicationSettings {
  endpoints: EndpointNodes;
  placement: Placement;
  mode: ReplicationMode;
  tableMappings: string;
  serverless: ServerlessArgs | undefined;
  instance: ReplicationInstanceArgs | undefined;
  twoZones: boolean;
  /** what has to be there before it starts */
  waits: pulumi.Input<pulumi.Resource>[];
  transforms: ReplicationTransforms;
}

/**
 * Task settings: the log, and what happens to a row and a table that cannot be replicated. What is not named has AWS's defaults.
 * https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.html
 */
const TASK_SETTINGS = JSON.stringify({
  Logging: { EnableLogging: true },
  ErrorBehavior: { DataErrorPolicy: "LOG_ERROR", TableErrorPolicy: "SUSPEND_TABLE" },
});
const MIN_CAPACITY = 1;
const MAX_CAPACITY = 4;
const STORAGE_GIGABYTES = 50;

/** Creates what replicates, serverless or on an instance. @returns the dimensions of its metrics, too */
export function createReplication(
  scope: Scope,
  settings: ReplicationSettings,
): ReplicationNodes & { dimensions: Record<string, pulumi.Output<string>> } {
  const { component, name, tags, kmsKeyArn } = scope;
  const { placement, mode, twoZones, transforms, tableMappings } = settings;
  const subnetGroup = new dms.ReplicationSubnetGroup(
    `${name}-subnets`,
    {
      replicationSubnetGroupId: uniqueName(component, "replication", name, "subnets"),
      replicationSubnetGroupDescription: `Subnets of the replication of the historian ${name}`,
      subnetIds: placement.subnetIds,
      tags,
    },
    { parent: component, dependsOn: settings.waits },
  );
  const { source, target } = settings.endpoints;
  const ends = { sourceEndpointArn: source.endpointArn, targetEndpointArn: target.endpointArn };
  const resource = uniqueName(component, "replicationResource", name);
  return settings.instance === undefined ? serverless() : onInstance(settings.instance);

  function serverless(): ReturnType<typeof createReplication> {
    // https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Serverless.html: the group is named by the resource id
    const logGroup = createLogGroup(
      scope,
      `${name}-replication-log`,
      `dms-serverless-replication-${resource}`,
      transforms.logGroup,
    );
    const args: dms.ReplicationConfigArgs = {
      replicationConfigIdentifier: uniqueName(component, "replication", name),
      resourceIdentifier: resource,
      replicationType: mode,
      ...ends,
      tableMappings,
      replicationSettings: TASK_SETTINGS,
      computeConfig: {
        replicationSubnetGroupId: subnetGroup.replicationSubnetGroupId,
        vpcSecurityGroupIds: placement.securityGroupIds,
        minCapacityUnits: settings.serverless?.minCapacity ?? MIN_CAPACITY,
        maxCapacityUnits: settings.serverless?.maxCapacity ?? MAX_CAPACITY,
        multiAz: twoZones,
        kmsKeyId: kmsKeyArn,
      },
      startReplication: true,
      tags,
    };
    const opts = { parent: component, dependsOn: [logGroup, ...placement.ready, ...settings.waits] };
    const config = new dms.ReplicationConfig(...transformed(transforms.config, `${name}-replication`, args, opts));
    return { subnetGroup, logGroup, config, dimensions: { ReplicationConfigId: pulumi.output(resource) } };
  }

  function onInstance({
    instanceClass,
    storageGigabytes,
  }: ReplicationInstanceArgs): ReturnType<typeof createReplication> {
    const instanceId = uniqueName(component, "replicationInstance", name);
    // https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Monitoring.html: the group is named by the instance
    const logGroup = createLogGroup(scope, `${name}-replication-log`, `dms-tasks-${instanceId}`, transforms.logGroup);
    const instanceArgs: dms.ReplicationInstanceArgs = {
      replicationInstanceId: instanceId,
      replicationInstanceClass: instanceClass,
      allocatedStorage: storageGigabytes ?? STORAGE_GIGABYTES,
      replicationSubnetGroupId: subnetGroup.replicationSubnetGroupId,
      vpcSecurityGroupIds: placement.securityGroupIds,
      multiAz: twoZones,
      publiclyAccessible: false,
      autoMinorVersionUpgrade: true,
      kmsKeyArn,
      tags,
    };
    const waiting = { parent: component, dependsOn: [logGroup, ...placement.ready, ...settings.waits] };
    const instance = new dms.ReplicationInstance(
      ...transformed(transforms.instance, `${name}-instance`, instanceArgs, waiting),
    );
    const taskArgs: dms.ReplicationTaskArgs = {
      replicationTaskId: uniqueName(component, "replication", name),
      resourceIdentifier: resource,
      replicationInstanceArn: instance.replicationInstanceArn,
      migrationType: mode,
      ...ends,
      tableMappings,
      replicationTaskSettings: TASK_SETTINGS,
      startReplicationTask: true,
      tags,
    };
    const task = new dms.ReplicationTask(
      ...transformed(transforms.task, `${name}-replication`, taskArgs, { parent: component }),
    );
    return {
      subnetGroup,
      logGroup,
      instance,
      task,
      dimensions: {
        ReplicationInstanceIdentifier: instance.replicationInstanceId,
        ReplicationTaskIdentifier: pulumi.output(resource),
      },
    };
  }
}
