/**
 * The calls that the aws provider makes for the containers of datasets, from AWS's API reference and the provider's source (internal/service/ecs,
 * internal/service/ecr); unverified on a live account.
 */
import type { Calls, Names } from "./calls";

const repository = ({ dashed }: Names): string[] => [`ecr:repository/${dashed}-*`];
const TAGS = ["ecs:TagResource", "ecs:UntagResource"];

/** The calls by resource type. */
export const CONTAINER_CALLS: Readonly<Record<string, Calls>> = {
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    on: repository,
    create: ["ecr:PutLifecyclePolicy"],
    read: ["ecr:GetLifecyclePolicy"],
    update: ["ecr:PutLifecyclePolicy"],
    delete: ["ecr:DeleteLifecyclePolicy"],
  },
  "aws:ecr/repository:Repository": {
    on: repository,
    create: ["ecr:CreateRepository", "ecr:TagResource"],
    read: ["ecr:DescribeRepositories", "ecr:ListTagsForResource"],
    update: ["ecr:PutImageScanningConfiguration", "ecr:PutImageTagMutability", "ecr:TagResource", "ecr:UntagResource"],
    delete: ["ecr:DeleteRepository"],
  },
  "aws:ecs/cluster:Cluster": {
    on: ({ dashed }) => [`ecs:cluster/${dashed}-*`],
    create: ["ecs:CreateCluster", TAGS[0]!],
    read: ["ecs:DescribeClusters", "ecs:ListTagsForResource"],
    update: ["ecs:UpdateCluster", ...TAGS],
    delete: ["ecs:DeleteCluster"],
  },
  "aws:ecs/taskDefinition:TaskDefinition": {
    on: ({ dashed }) => [`ecs:task-definition/${dashed}-*:*`],
    create: ["ecs:RegisterTaskDefinition", TAGS[0]!],
    read: ["ecs:DescribeTaskDefinition", "ecs:ListTagsForResource"],
    update: TAGS,
    delete: ["ecs:DeregisterTaskDefinition"],
    account: ["ecs:DeregisterTaskDefinition", "ecs:DescribeTaskDefinition"],
    passesRoleTo: "ecs-tasks.amazonaws.com",
  },
};
