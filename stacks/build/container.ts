import type * as pulumi from "@pulumi/pulumi";
import {
  ContainerCluster,
  ContainerDataset,
  type AnalyticsDataset,
  type ContainerNetworkArgs,
  type ContainerVariableArgs,
} from "../../components";
import { deliveredFile, type DatasetDocument } from "../../etl";
import type { Settings } from "../schema";
import { operations, shared, storage, type StackContext } from "./context";

/** A dataset with a container action. */
export interface BuiltContainer {
  name: string;
  schedules: readonly string[];
  component: ContainerDataset;
}

/** Whether a container makes the contents of a dataset. */
export function hasContainer({ actions }: DatasetDocument): boolean {
  return actions[0]?.containerAction !== undefined;
}

/**
 * The datasets with a container action, in one cluster, which is there only for them.
 * @param datasets those with a query, by name, whose contents containers read
 */
export function buildContainers(
  context: StackContext,
  documents: readonly { name: string; document: DatasetDocument }[],
  datasets: ReadonlyMap<string, AnalyticsDataset>,
): BuiltContainer[] {
  if (documents.length === 0) return [];
  const cluster = new ContainerCluster("containers", { tags: context.tags() });
  return documents.map(({ name, document }) => ({
    name,
    schedules: schedulesOf(document),
    component: buildContainer(context, cluster, name, document, datasets),
  }));
}

function buildContainer(
  context: StackContext,
  cluster: ContainerCluster,
  name: string,
  document: DatasetDocument,
  datasets: ReadonlyMap<string, AnalyticsDataset>,
): ContainerDataset {
  const { settings } = context;
  const { image, resourceConfiguration } = document.actions[0]!.containerAction!;
  const { versioningConfiguration: versions, contentDeliveryRules = [] } = document;
  const { imageTag, architecture, timeoutMinutes, retries, outputLimitMegabytes, user, writableRoot } =
    settings.containers[name] ?? {};
  return new ContainerDataset(name, {
    cluster,
    network: networkOf(settings),
    ...(imageTag === undefined ? { image } : { imageTag }),
    computeType: resourceConfiguration.computeType,
    volumeGigabytes: resourceConfiguration.volumeSizeInGB,
    ...{ architecture, timeoutMinutes, retries, outputLimitMegabytes, user, writableRoot },
    variables: variablesOf(document, datasets),
    schedules: schedulesOf(document),
    versions: versions === undefined ? undefined : { max: versions.maxVersions, unlimited: versions.unlimited },
    deliveries: contentDeliveryRules.flatMap(({ entryName, destination: { s3DestinationConfiguration: to } }, rule) => {
      const file = deliveredFile(entryName);
      return to === undefined || file === undefined ? [] : [{ file, bucket: to.bucket, key: to.key, rule }];
    }),
    ...storage(context, undefined, document.retentionPeriod, settings.datasets[name]),
    protectData: settings.protectData,
    ...operations(context),
    ...shared(context, document.tags),
  });
}

function schedulesOf({ triggers = [] }: DatasetDocument): string[] {
  return triggers.flatMap(({ schedule }) => schedule?.expression ?? []);
}

/** `readStack` has seen to it that there are subnets. */
function networkOf({ containerNetwork }: Settings): ContainerNetworkArgs {
  const { subnetIds = [], securityGroupIds, assignPublicIp } = containerNetwork ?? {};
  return { subnetIds, securityGroupIds, assignPublicIp };
}

function variablesOf(
  { actions }: DatasetDocument,
  datasets: ReadonlyMap<string, AnalyticsDataset>,
): ContainerVariableArgs[] {
  const { variables = [] } = actions[0]!.containerAction!;
  return variables.map(({ name, stringValue, doubleValue, datasetContentVersionValue, outputFileUriValue }) => ({
    ...{ name, stringValue, doubleValue },
    content: datasetContentVersionValue && datasets.get(datasetContentVersionValue.datasetName),
    outputFile: outputFileUriValue?.fileName,
  }));
}

/** The outputs of a dataset with a container action. */
export interface ContainerOutputs<Name = string> {
  /** ARN */
  stateMachine: Name;
  /** each content has a folder below it */
  resultsLocation: Name;
  /** absent from what an earlier version deployed */
  schedules?: readonly string[];
  /** with what the container prints */
  logGroup: Name;
  /** where its images are pushed to; absent for an image of the document's */
  repository?: Name;
}

/** The outputs of the datasets with a container action. */
export function containerOutputs(
  containers: readonly BuiltContainer[],
): Record<string, ContainerOutputs<pulumi.Output<string>>> {
  return Object.fromEntries(
    containers.map(({ name, schedules, component }) => [
      name,
      {
        schedules,
        stateMachine: component.stateMachineArn,
        resultsLocation: component.resultsLocation,
        logGroup: component.containerLogGroup,
        ...(component.repositoryUrl === undefined ? {} : { repository: component.repositoryUrl }),
      },
    ]),
  );
}
