import * as pulumi from "@pulumi/pulumi";
import {
  Alarms,
  deadLetterAlarm,
  executionAlarms,
  scheduleAlarms,
  type AlarmNodes,
  type AlarmTransform,
} from "./parts/alarms/alarms";
import type { AlarmsArgs } from "./parts/alarms/alarms-args";
import { imageDoubt } from "../aws/ecr-image";
import type { AwsContext } from "./parts/common/aws-context";
import { Checks } from "./parts/common/checks";
import {
  createDeadLetters,
  createSchedules,
  type ScheduleNodes,
  type ScheduleTransforms,
} from "./parts/common/schedules";
import { scopeOf } from "./parts/common/scope";
import { takeArgs, type Shape } from "./parts/common/shape";
import { OPERATIONS } from "./parts/component-args";
import {
  checkContainer,
  CONTAINER_RUNS,
  type ContainerClusterReference,
  type ContainerNetworkArgs,
  type ContainerVariableArgs,
  type FileDeliveryArgs,
} from "./parts/containers/container-args";
import {
  createContainerMachine,
  sourcesOf,
  type ContainerMachineNodes,
  type ContainerMachineTransforms,
} from "./parts/containers/container-machine";
import {
  createContainerTask,
  type ContainerTaskNodes,
  type ContainerTaskTransforms,
} from "./parts/containers/container-task";
import type { VersionsArgs } from "./parts/dataset/dataset-args";
import type { BucketNodes, BucketTransforms } from "./parts/storage/bucket";
import { checkDataArgs, DATA, type RetentionArgs, type StorageArgs } from "./parts/storage/storage-args";
import { createStore, mayDeleteData } from "./parts/storage/store";

/** Arguments of a ContainerDataset. */
export interface ContainerDatasetArgs {
  /** The cluster that it runs in. Example: cluster. */
  cluster: ContainerClusterReference;
  /** Where it runs: subnets of yours. Example: { subnetIds: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"] }. */
  network: ContainerNetworkArgs;
  /** The image, in a private repository of ECR. Default: none; give it or `imageTag`. Example: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/report:2026-03-01". */
  image?: string;
  /** Tag of an image in a repository of the dataset's own, which is created: tags cannot be moved, images are scanned, the newest 30 are kept. Default: none. Example: "2026-03-01". */
  imageTag?: string;
  /** Its size: ACU_1 has 4 vCPU and 16 GiB, ACU_2 8 vCPU and 32 GiB. Default: "ACU_1". Example: "ACU_2". */
  computeType?: string;
  /** GB of its disk, 1 to 200; up to 20 cost nothing. Default: 20. Example: 50. */
  volumeGigabytes?: number;
  /** The processor that the image is built for, ARM64 (Graviton) or X86_64, which costs a quarter more. Default: "ARM64". Example: "X86_64". */
  architecture?: string;
  /** Its environment, at most 50 variables. Default: none. Example: [{ name: "limit", doubleValue: 37.5 }, { name: "report", outputFile: "report.html" }]. */
  variables?: ContainerVariableArgs[];
  /** When it runs, `cron(...)` with six fields or `rate(...)`, UTC, at most 5. Default: never by itself. Example: ["cron(0 12 * * ? *)"]. */
  schedules?: string[];
  /** How many contents are kept. Default: the newest one. Example: { max: 10 }. */
  versions?: VersionsArgs;
  /** Files of each content that are copied elsewhere, at most 20. Default: none. Example: [{ file: "report.html", bucket: "reports", key: "daily/!{iotanalytics:versionId}.html" }]. */
  deliveries?: FileDeliveryArgs[];
  /** Minutes after which the container is stopped, 1 to 1,440. Default: 60. Example: 15. */
  timeoutMinutes?: number;
  /** Times that a container which failed runs again, 0 to 5; one that was stopped does not. Default: 1, because a container can fail to start. Example: 0. */
  retries?: number;
  /** MB that a content may have, all files together; more fails it. Default: 1,024. Example: 100. */
  outputLimitMegabytes?: number;
  /** User that the container runs as. Default: "1000:1000". Example: "app". */
  user?: string;
  /** Whether the container may write outside of /tmp. Default: false. Example: true. */
  writableRoot?: boolean;
  /** Days that log events are kept, one of CloudWatch's steps. Default: 30. Example: 90. */
  logRetentionDays?: number;
  /** How long contents are kept, in a bucket of the dataset's own. Default: 90 days. Example: { unlimited: true }. */
  retention?: RetentionArgs;
  /** A bucket of yours for the contents. Default: one of the dataset's own. Example: { bucket: "plant", prefix: "iot/" }. */
  storage?: StorageArgs;
  /** ARN of a KMS key of yours for the contents and logs; its policy must allow the roles. Default: keys of AWS. Example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab". */
  kmsKeyArn?: pulumi.Input<string>;
  /** ARN of a managed policy that bounds what its roles may do. Default: none. Example: "arn:aws:iam::123456789012:policy/boundary". */
  permissionsBoundaryArn?: pulumi.Input<string | undefined>;
  /** Tags of every resource that takes tags. Default: none. Example: { plant: "north" }. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Its alarms: contents that were not made, runs that were not started. Default: all of them, without notification. Example: { topicArn: onCall.arn }. */
  alarms?: AlarmsArgs;
  /**
   * First of the two keys that let the bucket be deleted with its objects, and a repository with its images: this component's. The second is `stackAllowsDataDeletion`.
   * Default: false. Example: true.
   */
  allowDataDeletion?: boolean;
  /**
   * Second of the two keys that let the bucket be deleted with its objects: what the stack as a whole allows. Default: false.
   * Example: new pulumi.Config().getBoolean("allowDataDeletion").
   */
  stackAllowsDataDeletion?: boolean;
  /**
   * Protects the bucket, if it is the dataset's own, from deletion and replacement by Pulumi (option `protect`), until this is taken back. Default: false.
   * Example: true.
   */
  protectData?: boolean;
}

const SHAPE: Shape<ContainerDatasetArgs> = { ...CONTAINER_RUNS, ...DATA, ...OPERATIONS };

/** The resources of a ContainerDataset. */
export interface ContainerDatasetNodes {
  /** absent for a bucket of yours */
  readonly bucket?: BucketNodes;
  readonly task: ContainerTaskNodes;
  readonly contents: ContainerMachineNodes;
  /** absent without schedules */
  readonly schedule?: ScheduleNodes;
  /** by logical name */
  readonly alarms: AlarmNodes;
}

/** Changes to the arguments of its children. */
export interface ContainerDatasetTransforms {
  bucket?: BucketTransforms;
  task?: ContainerTaskTransforms;
  contents?: ContainerMachineTransforms;
  schedule?: ScheduleTransforms;
  /** of every alarm */
  alarm?: AlarmTransform;
}

/** Options of a ContainerDataset: those of every component, and changes to its children. */
export interface ContainerDatasetOptions extends pulumi.ComponentResourceOptions {
  transform?: ContainerDatasetTransforms;
}

/** Days that the retired service kept contents. */
const CONTENT_DAYS = 90;

/**
 * A dataset whose contents a container makes: a task of ECS on Fargate, which a state machine runs, with a role that may read the contents of the
 * datasets in its variables and write contents of its own. A content is the folder of files that one execution wrote,
 * `results/NAME/VERSION/`; its version is the execution's name. EventBridge Scheduler starts executions, or a person does.
 *
 * The smallest use:
 * ```ts
 * new ContainerDataset("report", {
 *   cluster,
 *   network: { subnetIds: ["subnet-0a1b2c3d"] },
 *   image: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/report:2026-03-01",
 * });
 * ```
 * The richest:
 * ```ts
 * new ContainerDataset("weekly", {
 *   cluster,
 *   network: { subnetIds: ["subnet-0a1b2c3d"], securityGroupIds: ["sg-0a1b2c3d"], assignPublicIp: false },
 *   imageTag: "2026-03-01",
 *   computeType: "ACU_2",
 *   volumeGigabytes: 50,
 *   variables: [
 *     { name: "readings", content: daily },
 *     { name: "limit", doubleValue: 37.5 },
 *     { name: "report", outputFile: "report.html" },
 *   ],
 *   schedules: ["cron(0 6 ? * MON *)"],
 *   versions: { max: 52 },
 *   deliveries: [{ file: "report.html", bucket: "reports", key: "weekly/!{iotanalytics:scheduleTime}.html" }],
 *   timeoutMinutes: 30,
 *   retention: { days: 365 },
 *   kmsKeyArn: key.arn,
 *   alarms: { topicArn: onCall.arn },
 * }, { transform: { task: { definition: (args) => { args.memory = "30720"; } } } });
 * ```
 */
export class ContainerDataset extends pulumi.ComponentResource {
  readonly nodes: ContainerDatasetNodes;
  /** `s3://BUCKET/results/NAME/`, below which each content has a folder */
  readonly resultsLocation: pulumi.Output<string>;
  /** of its name: whoever has it does not wait for the machine */
  private readonly machineArn: pulumi.Output<string>;

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: ContainerDatasetArgs, opts: ContainerDatasetOptions = {}) {
    args = check(name, args);
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:ContainerDataset", name, args, options);
    const { schedules = [], retention = {} } = args;
    const scope = scopeOf(this, name, args);

    if (args.image !== undefined) warnOfImage(this, args.image, scope.aws.place);
    const store = createStore(scope, {
      purpose: "results",
      days: retention.unlimited === true ? undefined : (retention.days ?? CONTENT_DAYS),
      args,
      transforms: transform.bucket,
    });
    const prefix = store.prefix + contentPrefix(name);
    const sources = sourcesOf(args);
    const task = createContainerTask(scope, {
      ...{ args, store, prefix, sources },
      forceDelete: mayDeleteData(args),
      transforms: transform.task ?? {},
    });
    const { arn, ...contents } = createContainerMachine(scope, {
      ...{ args, store, prefix, task, sources },
      transforms: transform.contents ?? {},
    });
    const machineArn = scope.aws.arn("states", pulumi.interpolate`stateMachine:${contents.machine.name}`);
    const schedule =
      schedules.length === 0
        ? undefined
        : createSchedules(scope, {
            subject: `dataset ${name}`,
            expressions: schedules,
            target: {
              arn: machineArn,
              action: "states:StartExecution",
              // A late retry is for the time that it was scheduled for.
              input: JSON.stringify({ scheduledTime: "<aws.scheduler.scheduled-time>" }),
            },
            deadLetters: createDeadLetters(scope, transform.schedule?.deadLetters),
            transforms: transform.schedule ?? {},
          });
    const alarms = createAlarms();

    this.resultsLocation = pulumi.interpolate`s3://${store.bucket}/${prefix}`;
    const { definition, taskRole, executionRole, logGroup, repository, repositoryLifecycle } = task;
    const nodes = { definition, taskRole, executionRole, logGroup, repository, repositoryLifecycle };
    this.nodes = { bucket: store.nodes, task: nodes, contents, schedule, alarms };
    this.machineArn = arn;
    this.registerOutputs({ resultsLocation: this.resultsLocation, stateMachine: this.stateMachineArn });

    function createAlarms(): AlarmNodes {
      const created = new Alarms(scope, args.alarms, transform.alarm);
      const subject = `Dataset ${name}`;
      executionAlarms(created, subject, name, machineArn);
      if (schedule !== undefined) {
        scheduleAlarms(created, subject, name, schedule.group.name);
        deadLetterAlarm(created, subject, name, schedule.deadLetters.name);
      }
      return created.nodes;
    }
  }

  /** ARN of the state machine that makes contents; its metric of failures is AWS/States ExecutionsFailed, dimension StateMachineArn */
  get stateMachineArn(): pulumi.Output<string> {
    return this.machineArn;
  }

  /** name of the log group with the container's output */
  get containerLogGroup(): pulumi.Output<string> {
    return this.nodes.task.logGroup.name;
  }

  /** where its images are pushed to, ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME, if it has a repository of its own */
  get repositoryUrl(): pulumi.Output<string> | undefined {
    return this.nodes.task.repository?.repositoryUrl;
  }
}

/** Nobody would see it before the first run. */
function warnOfImage(component: pulumi.Resource, image: string, place: AwsContext["place"]): void {
  place.apply((known) => {
    const doubt = imageDoubt(image, known);
    if (doubt !== undefined) void pulumi.log.warn(doubt, component);
  });
}

function contentPrefix(name: string): string {
  return `results/${name}/`;
}

function check(name: string, given: ContainerDatasetArgs): ContainerDatasetArgs {
  const checks = new Checks("ContainerDataset", name);
  const args = takeArgs(SHAPE, given, checks);
  checkContainer(checks, args, (args.storage?.prefix ?? "") + contentPrefix(name));
  checkDataArgs(checks, args);
  checks.throwIfWrong();
  return { ...args, variables: args.variables?.map(withPlainContent) };
}

/** A component among the arguments would be waited for as a whole, with its state machine; which waits for this one if it starts it. */
function withPlainContent(variable: ContainerVariableArgs): ContainerVariableArgs {
  if (variable.content === undefined) return variable;
  const { datasetName, contentBucket, contentPrefix, kmsKeyArn } = variable.content;
  return { ...variable, content: { datasetName, contentBucket, contentPrefix, kmsKeyArn } };
}
