import { limitRule } from "../../framework/limit-rule";

export const containerLimits = limitRule(
  "container-limits",
  "Clusters, task definitions and repositories of images stay within the limits of ECS, Fargate and ECR.",
  "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html",
  ["aws:ecr/repository:Repository", "aws:ecs/cluster:Cluster", "aws:ecs/taskDefinition:TaskDefinition"],
);
