/** The settings of datasets with a container action. */
import { choice, flag, group, text, texts, whole, type Kind } from "./config-types";

/** Where containers run. */
export const CONTAINER_NETWORK = group({
  subnetIds: {
    kind: texts("each the id of a subnet, subnet-...", /^subnet-[0-9a-z]+$/),
    description: "subnets of one VPC, with a way to ECR, S3 and CloudWatch Logs",
  },
  securityGroupIds: {
    kind: texts("each the id of a security group, sg-...", /^sg-[0-9a-z]+$/),
    description: "security groups; default the VPC's default one",
  },
  assignPublicIp: {
    kind: flag(),
    description: "whether containers get a public IP address, which they need in public subnets; default false",
  },
});

/** One container. */
export const CONTAINER = group({
  command: {
    kind: texts("each the program or an argument", /^[^]*$/),
    description:
      "for the local cloud: the command that runs in place of the container, program and arguments; with docker or podman, arguments of the image",
  },
  cwd: {
    kind: text("a folder", /^.+$/),
    description: "for the local cloud: the command's folder, absolute or relative to the project's; default that",
  },
  runtime: {
    kind: choice("process", "docker", "podman"),
    description:
      "for the local cloud: whether the command runs as a process (default), or the image in docker or podman",
  },
  localImage: {
    kind: text("the name of an image", /^\S+$/),
    description: "for the local cloud: the image that docker or podman runs; default the document's",
  },
  imageTag: {
    kind: text("a tag: 1-128 letters, digits and _.-", /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/),
    description:
      "tag of an image in an ECR repository that the stack keeps for the dataset, in place of the document's image; changing it deploys another image",
  },
  architecture: {
    kind: choice("ARM64", "X86_64"),
    description: "processor that the image is built for; default ARM64",
  },
  timeoutMinutes: {
    kind: whole(1, 1440),
    description: "minutes after which the container is stopped; default 60",
  },
  retries: {
    kind: whole(0, 5),
    description: "times that a container which failed runs again; default 1",
  },
  outputLimitMegabytes: {
    kind: whole(1, 1_000_000),
    description: "MB that a content may have, all files together; default 1024",
  },
  user: {
    kind: text("NAME, UID or UID:GID", /^[a-z_0-9][a-z_0-9-]*(:[a-z_0-9][a-z_0-9-]*)?$/),
    description: "user that the container runs as; default 1000:1000",
  },
  writableRoot: {
    kind: flag(),
    description: "whether the container may write outside of /tmp; default false",
  },
}) satisfies Kind<unknown>;
