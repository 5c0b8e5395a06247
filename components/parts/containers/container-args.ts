import type * as pulumi from "@pulumi/pulumi";
import { imageRepository } from "../../../aws/ecr-image";
import { show, type Checks } from "../common/checks";
import {
  among,
  flag,
  input,
  list,
  matching,
  numeric,
  object,
  reference,
  required,
  text,
  whole,
  type Shape,
} from "../common/shape";
import { DELIVERY, SCHEDULES, VERSIONS, type VersionsArgs } from "../dataset/dataset-args";
import { OWN_VARIABLES, uriVariable } from "./container-states";

/** The dataset whose newest content a container reads; an AnalyticsDataset is one. */
export interface ContentSource {
  /** Its name. */
  datasetName: string;
  /** Bucket and prefix of its contents. */
  contentBucket: pulumi.Input<string>;
  contentPrefix: string;
  /** The key that they are encrypted with. Default: keys of AWS. */
  kmsKeyArn?: pulumi.Input<string>;
}

/** A variable of the container's environment: its name and one of the others. */
export interface ContainerVariableArgs {
  /** Letters, digits and underscores; at most 256. Example: "limit". */
  name: string;
  /** Its value, at most 1,024 characters. Default: none. Example: "north". */
  stringValue?: string;
  /** Its value, a number. Default: none. Example: 37.5. */
  doubleValue?: number;
  /** A dataset: the variable has the version of its newest content, and NAME_URI its place, s3://BUCKET/KEY. Default: none. Example: daily. */
  content?: ContentSource;
  /** A file that the container writes: the variable has its place, s3://BUCKET/KEY. Default: none. Example: "report.html". */
  outputFile?: string;
}

/** Where the container runs. */
export interface ContainerNetworkArgs {
  /** Subnets of one VPC, 1 to 16, with a way to ECR, S3 and CloudWatch Logs. Example: ["subnet-0a1b2c3d"]. */
  subnetIds: string[];
  /** Security groups, at most 5. Default: the VPC's default one. Example: ["sg-0a1b2c3d"]. */
  securityGroupIds?: string[];
  /** Whether it gets a public IP address: in a public subnet it has no other way out. Default: false. Example: true. */
  assignPublicIp?: boolean;
}

/** A copy of a file of each content in a bucket of yours. */
export interface FileDeliveryArgs {
  /** Name of the file. Example: "report.html". */
  file: string;
  /** Name of the bucket. Example: "reports". */
  bucket: pulumi.Input<string>;
  /** Key with the placeholders `!{iotanalytics:scheduleTime}`, `creationTime` (UTC, 20260131T120000Z) and `versionId`. Example: "daily/!{iotanalytics:scheduleTime}.html". */
  key: string;
  /** Number of the delivery in its events (`content-delivery-rule-index`), from 0. Default: its place in the list. Example: 2. */
  rule?: number;
}

/** The arguments of a container dataset that decide what a run of it does. */
export interface ContainerRuns {
  cluster: ContainerClusterReference;
  network: ContainerNetworkArgs;
  image?: string;
  imageTag?: string;
  computeType?: string;
  volumeGigabytes?: number;
  architecture?: string;
  variables?: ContainerVariableArgs[];
  schedules?: string[];
  versions?: VersionsArgs;
  deliveries?: FileDeliveryArgs[];
  timeoutMinutes?: number;
  retries?: number;
  outputLimitMegabytes?: number;
  user?: string;
  writableRoot?: boolean;
}

/** The cluster that containers run in; a ContainerCluster is one. */
export interface ContainerClusterReference {
  /** Its name. Example: cluster.clusterName. */
  clusterName: pulumi.Input<string>;
}

/**
 * CPU units and MiB of the retired service's compute types, as Fargate offers them.
 * https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_ResourceConfiguration.html
 */
export const COMPUTE_TYPES: Readonly<Record<string, { cpu: string; memory: string }>> = {
  ACU_1: { cpu: "4096", memory: "16384" },
  ACU_2: { cpu: "8192", memory: "32768" },
};

const FILE = matching(/^[\w.-]{1,255}$/, "a file's name has 1-255 letters, digits, dots, hyphens and underscores");

/** The arguments that decide what a run does. */
export const CONTAINER_RUNS: Shape<ContainerRuns> = {
  cluster: required(
    reference<ContainerClusterReference>("a ContainerCluster, or an object with clusterName", {
      clusterName: required(input(text("the name of a cluster"))),
    }),
  ),
  network: required(
    object<ContainerNetworkArgs>({
      subnetIds: required(
        list(matching(/^subnet-[0-9a-z]+$/, "the id of a subnet is subnet-..."), "subnets", { min: 1, max: 16 }),
      ),
      securityGroupIds: list(matching(/^sg-[0-9a-z]+$/, "the id of a security group is sg-..."), "security groups", {
        max: 5,
      }),
      assignPublicIp: flag,
    }),
  ),
  image: text("an image in ECR", imageProblem),
  imageTag: matching(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
    "a tag has 1-128 letters, digits and _.- and begins with none of . and -",
  ),
  computeType: among(Object.keys(COMPUTE_TYPES)),
  volumeGigabytes: whole(1, 200, "GB"),
  architecture: among(["ARM64", "X86_64"]),
  variables: list(
    object<ContainerVariableArgs>({
      name: required(text("a name", nameProblem)),
      stringValue: text("a text", (value) =>
        value.length > 1024 ? `saw ${value.length} characters; at most 1,024` : undefined,
      ),
      doubleValue: numeric,
      content: reference<ContentSource>(
        "an AnalyticsDataset, or an object with datasetName, contentBucket and contentPrefix",
        {
          datasetName: required(text("the name of a dataset")),
          contentBucket: required(input(text("the name of a bucket"))),
          contentPrefix: required(text("a prefix")),
          kmsKeyArn: input(text("the ARN of a key")),
        },
      ),
      outputFile: FILE,
    }),
    "variables",
    { max: 50 },
  ),
  schedules: SCHEDULES,
  versions: VERSIONS,
  deliveries: list(object<FileDeliveryArgs>({ file: required(FILE), ...DELIVERY }), "deliveries", { max: 20 }),
  timeoutMinutes: whole(1, 1440, "minutes"),
  retries: whole(0, 5, "runs"),
  outputLimitMegabytes: whole(1, 1_000_000, "MB"),
  user: matching(/^[a-z_0-9][a-z_0-9-]*(:[a-z_0-9][a-z_0-9-]*)?$/, "a user is NAME, UID or UID:GID"),
  writableRoot: flag,
};

/** What is wrong with the name of an image. */
export function imageProblem(image: string): string | undefined {
  const form = "an image is in a private repository of ECR, ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG";
  return imageRepository(image) === undefined
    ? `saw ${show(image)}; ${form}; push it there, or give imageTag`
    : undefined;
}

function nameProblem(name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,255}$/.test(name))
    return `saw ${show(name)}; it becomes a variable of the container's environment, whose name has letters, digits and underscores and begins with no digit; rename it`;
  return /^(AWS|ECS|IOTANALYTICS)_/i.test(name)
    ? `saw ${show(name)}; names that begin with AWS_, ECS_ and IOTANALYTICS_ are set by services and by the dataset; rename it`
    : undefined;
}

/** Characters of what RunTask overrides, its JSON included. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html */
const OVERRIDE_CHARACTERS = 8192;
/** The longest URI of a content: a bucket's name, and the name of an execution. */
const URI_CHARACTERS = "s3://".length + 63 + 80 + "/.csv".length;

/** Checks what the arguments say together. @param prefix of the dataset's contents in its bucket */
export function checkContainer(checks: Checks, args: ContainerRuns, prefix: string): void {
  const { image, imageTag, variables, versions } = args;
  checks.notBoth("versions.max", versions?.max !== undefined, "versions.unlimited", versions?.unlimited === true);
  checks.notBoth("image", image !== undefined, "imageTag", imageTag !== undefined);
  if (image === undefined && imageTag === undefined)
    checks.add(
      "image",
      "is not set, nor is imageTag; name the image, or the tag of one in a repository of the dataset's own",
    );
  if (checks.shaped("variables")) checkVariables(checks, variables ?? [], prefix);
}

function checkVariables(checks: Checks, variables: readonly ContainerVariableArgs[], prefix: string): void {
  const taken = new Map<string, string>();
  let characters = 400 + Object.values(OWN_VARIABLES).length * (60 + URI_CHARACTERS + prefix.length);
  for (const [at, variable] of checks.entries("variables", variables)) {
    const { name, content, outputFile } = variable;
    const values = (["stringValue", "doubleValue", "content", "outputFile"] as const).filter(
      (member) => variable[member] !== undefined,
    );
    if (values.length !== 1)
      checks.add(
        at,
        `saw ${values.length === 0 ? "no value" : values.join(" and ")}; a variable has one of stringValue, doubleValue, content and outputFile`,
      );
    for (const own of content === undefined ? [name] : [name, uriVariable(name)]) {
      if (taken.has(own))
        checks.add(
          `${at}.name`,
          `saw ${show(name)}; ${taken.get(own)} sets the variable ${own} already; rename one of them`,
        );
      taken.set(own, at);
    }
    if (content !== undefined)
      characters += 2 * (name.length + 40) + 80 + URI_CHARACTERS + content.contentPrefix.length;
    if (outputFile !== undefined) characters += name.length + 40 + URI_CHARACTERS + prefix.length + outputFile.length;
  }
  if (characters > OVERRIDE_CHARACTERS)
    checks.add(
      "variables",
      `those with a dataset or an output file may have ${characters} characters in one run; RunTask takes ${OVERRIDE_CHARACTERS}; use IOTANALYTICS_OUTPUT_URI and the file's name in place of some`,
    );
}
