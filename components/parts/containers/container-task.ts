import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ecr from "@pulumi/aws/ecr";
import * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import { imageRepository } from "../../../aws/ecr-image";
import { readsObjects, writesObjects } from "../common/kms";
import { createLogGroup } from "../common/logs";
import { uniqueName } from "../common/names";
import { createRole, type RoleNodes, type RoleTransforms } from "../common/role";
import type { Scope } from "../common/scope";
import { transformed, type Transform } from "../common/transform";
import type { Store } from "../storage/store";
import { COMPUTE_TYPES, type ContainerRuns, type ContentSource } from "./container-args";
import { OWN_VARIABLES } from "./container-states";

/** The task definition of a container dataset and what belongs to it. */
export interface ContainerTaskNodes {
  readonly definition: ecs.TaskDefinition;
  /** the container's own */
  readonly taskRole: RoleNodes;
  /** with which ECS pulls the image and writes the log */
  readonly executionRole: RoleNodes;
  readonly logGroup: cloudwatch.LogGroup;
  /** absent for an image of yours */
  readonly repository?: ecr.Repository;
  readonly repositoryLifecycle?: ecr.LifecyclePolicy;
}

/** Changes to the task definition of a container dataset and what belongs to it. */
export interface ContainerTaskTransforms {
  definition?: Transform<ecs.TaskDefinitionArgs>;
  taskRole?: RoleTransforms;
  executionRole?: RoleTransforms;
  logGroup?: Transform<cloudwatch.LogGroupArgs>;
  repository?: Transform<ecr.RepositoryArgs>;
  repositoryLifecycle?: Transform<ecr.LifecyclePolicyArgs>;
}

/** A container's task, and the names that its state machine needs. */
export interface ContainerTask extends ContainerTaskNodes {
  /** ARN without a revision */
  readonly definitionArn: pulumi.Output<string>;
  readonly taskRoleArn: pulumi.Output<string>;
  readonly executionRoleArn: pulumi.Output<string>;
}

interface TaskSettings {
  args: ContainerRuns;
  store: Store;
  /** of the contents, within the store's bucket */
  prefix: string;
  sources: readonly ContentSource[];
  /** whether a repository may be deleted with its images */
  forceDelete: boolean;
  transforms: ContainerTaskTransforms;
}

/** GB of a task's disk that cost nothing. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html */
const INCLUDED_DISK = 20;
/** Images that a repository keeps, the newest. */
const IMAGES = 30;
/** The folder that a container may write to. */
const SCRATCH = "/tmp";

/** Creates the task definition of the container, its two roles, its log group, and its repository if the image is the dataset's own. */
export function createContainerTask(scope: Scope, settings: TaskSettings): ContainerTask {
  const { component, name, aws, tags } = scope;
  const { args, store, prefix, sources, transforms } = settings;
  const family = uniqueName(component, "taskDefinition", name);
  const logGroup = createLogGroup(scope, `${name}-container-log`, `/aws/ecs/${family}`, transforms.logGroup);
  const own = args.image === undefined ? createRepository() : undefined;
  const image = args.image ?? pulumi.interpolate`${registry()}/${own!.repository.name}:${args.imageTag}`;
  const taskRole = createTaskRole();
  const executionRole = createExecutionRole();
  const definition = createDefinition();
  return {
    definition,
    taskRole: { role: taskRole.role, policy: taskRole.policy },
    executionRole: { role: executionRole.role, policy: executionRole.policy },
    logGroup,
    repository: own?.repository,
    repositoryLifecycle: own?.lifecycle,
    definitionArn: aws.arn("ecs", pulumi.interpolate`task-definition/${definition.family}`),
    taskRoleArn: taskRole.arn,
    executionRoleArn: executionRole.arn,
  };

  function registry(): pulumi.Output<string> {
    return aws.place.apply(
      ({ account, region, partition }) =>
        `${account}.dkr.ecr.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}`,
    );
  }

  function createRepository(): { repository: ecr.Repository; lifecycle: ecr.LifecyclePolicy } {
    const repositoryArgs: ecr.RepositoryArgs = {
      name: uniqueName(component, "repository", name),
      // A tag names one image for ever, so that a definition in use cannot change under it.
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      forceDelete: settings.forceDelete,
      tags,
    };
    const repository = new ecr.Repository(
      ...transformed(transforms.repository, `${name}-repository`, repositoryArgs, { parent: component }),
    );
    const lifecycleArgs: ecr.LifecyclePolicyArgs = {
      repository: repository.name,
      policy: JSON.stringify({
        rules: [
          {
            rulePriority: 1,
            description: `keeps the newest ${IMAGES} images`,
            selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: IMAGES },
            action: { type: "expire" },
          },
        ],
      }),
    };
    const lifecycle = new ecr.LifecyclePolicy(
      ...transformed(transforms.repositoryLifecycle, `${name}-images`, lifecycleArgs, { parent: component }),
    );
    return { repository, lifecycle };
  }

  /** What the container may do: read contents of the datasets in its variables, write contents of its own. */
  function createTaskRole(): ReturnType<typeof createRole> {
    return createRole(scope, {
      service: "ecs-tasks",
      actor: "container",
      description: `What the container of the dataset ${name} may do`,
      statements: [
        {
          Sid: "WriteContents",
          Effect: "Allow",
          Action: ["s3:PutObject"],
          Resource: [aws.bucket(store.bucket, `${prefix}*`)],
        },
        ...(sources.length === 0
          ? []
          : [
              {
                Sid: "ReadContents",
                Effect: "Allow" as const,
                Action: ["s3:GetObject"],
                Resource: sources.map(({ contentBucket, contentPrefix }) =>
                  aws.bucket(contentBucket, `${contentPrefix}*`),
                ),
              },
            ]),
        ...writesObjects(store.kmsKeyArn, aws, store.bucket, [prefix]),
        ...sources.flatMap(({ kmsKeyArn, contentBucket, contentPrefix }, index) =>
          readsObjects(kmsKeyArn, aws, contentBucket, contentPrefix, `${index + 1}`),
        ),
      ],
      transforms: transforms.taskRole ?? {},
    });
  }

  /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html */
  function createExecutionRole(): ReturnType<typeof createRole> {
    const repository =
      own === undefined
        ? pulumi.output(imageRepository(args.image!)!.arn)
        : aws.arn("ecr", pulumi.interpolate`repository/${own.repository.name}`);
    return createRole(scope, {
      service: "ecs-tasks",
      actor: "execution",
      description: `Pulls the image of the dataset ${name} and writes the container's log`,
      statements: [
        // a password for the registry, which has no resource
        { Sid: "LogIn", Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: ["*"] },
        {
          Sid: "PullImage",
          Effect: "Allow",
          Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          Resource: [repository],
        },
        {
          Sid: "WriteLog",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: [aws.arn("logs", pulumi.interpolate`log-group:${logGroup.name}:*`)],
        },
      ],
      transforms: transforms.executionRole ?? {},
    });
  }

  function createDefinition(): ecs.TaskDefinition {
    const { cpu, memory } = COMPUTE_TYPES[args.computeType ?? "ACU_1"]!;
    const { volumeGigabytes = INCLUDED_DISK } = args;
    const definitionArgs: ecs.TaskDefinitionArgs = {
      family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu,
      memory,
      runtimePlatform: { cpuArchitecture: args.architecture ?? "ARM64", operatingSystemFamily: "LINUX" },
      ephemeralStorage: volumeGigabytes > INCLUDED_DISK ? { sizeInGib: volumeGigabytes } : undefined,
      executionRoleArn: executionRole.arn,
      taskRoleArn: taskRole.arn,
      volumes: [{ name: "scratch" }],
      containerDefinitions: pulumi
        .all([image, logGroup.name, aws.region])
        .apply(([known, group, region]) => JSON.stringify([container(known, group, region)])),
      tags,
    };
    const opts = { parent: component, dependsOn: [taskRole.policy, executionRole.policy] };
    return new ecs.TaskDefinition(...transformed(transforms.definition, `${name}-task`, definitionArgs, opts));
  }

  function container(known: string, group: string, region: string): Record<string, unknown> {
    const fixed = (args.variables ?? []).flatMap(({ name: variable, stringValue, doubleValue }) =>
      stringValue === undefined && doubleValue === undefined
        ? []
        : [{ name: variable, value: stringValue ?? String(doubleValue) }],
    );
    return {
      name,
      image: known,
      essential: true,
      environment: [{ name: OWN_VARIABLES.dataset, value: name }, ...fixed],
      user: args.user ?? "1000:1000",
      readonlyRootFilesystem: args.writableRoot !== true,
      mountPoints: [{ sourceVolume: "scratch", containerPath: SCRATCH, readOnly: false }],
      linuxParameters: { initProcessEnabled: true },
      logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": "content" },
      },
    };
  }
}
