import * as sfn from "@pulumi/aws/sfn";
import * as pulumi from "@pulumi/pulumi";
import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import { writesObjects } from "../common/kms";
import { createLogGroup } from "../common/logs";
import { logsFailures, setsUpLog } from "../common/machine-log";
import { uniqueName } from "../common/names";
import { createRole, type RoleNodes, type RoleTransforms, type Statement } from "../common/role";
import type { Scope } from "../common/scope";
import { transformed, type Transform } from "../common/transform";
import type { Archive, ReprocessTarget } from "./reprocess-function";
import { MAP_LABEL, reprocessStates } from "./reprocess-states";

/** The state machine that reprocesses, its role and its log. */
export interface ReprocessMachineNodes {
  readonly machine: sfn.StateMachine;
  readonly role: RoleNodes;
  readonly logGroup: cloudwatch.LogGroup;
}

/** Changes to the state machine that reprocesses, its role and its log. */
export interface ReprocessMachineTransforms {
  machine?: Transform<sfn.StateMachineArgs>;
  role?: RoleTransforms;
  logGroup?: Transform<cloudwatch.LogGroupArgs>;
}

interface ReprocessMachineSettings {
  functionName: pulumi.Output<string>;
  archive: Archive;
  target: ReprocessTarget;
  concurrency: number;
  transforms: ReprocessMachineTransforms;
}

/** Creates the state machine that lists source objects and calls the function for each batch of them. */
export function createReprocessMachine(scope: Scope, settings: ReprocessMachineSettings): ReprocessMachineNodes {
  const { component, name, aws, tags } = scope;
  const { functionName, archive, target, concurrency, transforms } = settings;
  const machineName = uniqueName(component, "stateMachine", name, "reprocess");
  const logGroup = createLogGroup(
    scope,
    `${name}-reprocess-executions-log`,
    `/aws/vendedlogs/states/${machineName}`,
    transforms.logGroup,
  );
  const functionArn = aws.arn("lambda", pulumi.interpolate`function:${functionName}`);
  // Step Functions puts a slash behind it.
  const resultsPrefix = pulumi.interpolate`${target.statePrefix}results`;
  const role = createRole(scope, {
    service: "states",
    actor: "reprocess-runs",
    description: `Runs the reprocessing of the pipeline ${name}`,
    statements: statements(),
    transforms: transforms.role ?? {},
  });
  const args: sfn.StateMachineArgs = {
    name: machineName,
    type: "STANDARD",
    roleArn: role.arn,
    definition: pulumi
      .all([functionArn, target.bucket, resultsPrefix])
      .apply(([arn, bucket, prefix]) =>
        JSON.stringify(reprocessStates({ name, functionArn: arn, bucket, resultsPrefix: prefix, concurrency })),
      ),
    loggingConfiguration: logsFailures(logGroup, aws),
    tags,
  };
  // Step Functions refuses it as long as its role may not set its log up.
  const opts = { parent: component, dependsOn: [role.policy, logGroup] };
  const machine = new sfn.StateMachine(...transformed(transforms.machine, `${name}-reprocess-runs`, args, opts));
  return { machine, role: { role: role.role, policy: role.policy }, logGroup };

  function statements(): Statement[] {
    const allow = (Sid: string, Action: string[], Resource: pulumi.Input<string>[]): Statement => ({
      Sid,
      Effect: "Allow",
      Action,
      Resource,
    });
    const failed = `${target.errorPrefix}processing-failed/`;
    return [
      // lambda:invoke, of each state
      allow("Reprocess", ["lambda:InvokeFunction"], [functionArn]),
      // The Distributed Map starts executions of the machine itself. Its ARN is made of its name: from the resource it would be a circle.
      allow("StartMap", ["states:StartExecution"], [aws.arn("states", `stateMachine:${machineName}`)]),
      allow(
        "WatchMap",
        ["states:DescribeExecution", "states:StopExecution"],
        [aws.arn("states", `execution:${machineName}/${MAP_LABEL}:*`)],
      ),
      // of executions of the Map that failed, when the run is redriven
      allow("RedriveMap", ["states:RedriveExecution"], [aws.arn("states", `execution:${machineName}/${MAP_LABEL}:*`)]),
      // ItemReader: the objects of the archive, or those with failed messages
      {
        ...allow("ListArchive", ["s3:ListBucket"], [aws.bucket(archive.bucket)]),
        Condition: { StringLike: { "s3:prefix": [`${archive.prefix}*`] } },
      },
      {
        ...allow("ListFailed", ["s3:ListBucket"], [aws.bucket(target.bucket)]),
        Condition: { StringLike: { "s3:prefix": [`${failed}*`] } },
      },
      // ResultWriter: the manifest and the files it names, in parts if they are large
      allow(
        "WriteResults",
        ["s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
        [aws.bucket(target.bucket, pulumi.interpolate`${resultsPrefix}/*`)],
      ),
      setsUpLog(),
      ...writesObjects(target.kmsKeyArn, aws, target.bucket, [pulumi.interpolate`${resultsPrefix}/`]),
    ];
  }
}
