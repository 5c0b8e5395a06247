import { ofType, TYPES, type Properties, type Resource } from "../../core/model";

/** A workgroup as its queries need it. */
export interface WorkgroupSettings {
  name: string;
  description?: string;
  /** whether a query's own result location and encryption are left aside */
  enforced: boolean;
  /** `s3://BUCKET/PREFIX/`, or without the last slash */
  outputLocation?: string;
  encryption?: { option: string; key?: string };
  /** owner that the result bucket must have */
  expectedBucketOwner?: string;
  /** bytes; undefined is no limit */
  bytesScannedCutoff?: number;
  publishMetrics: boolean;
  selectedEngineVersion: string;
}

/** The only engine version that new queries get (https://docs.aws.amazon.com/athena/latest/ug/engine-versions.html). */
export const ENGINE_VERSION = "Athena engine version 3";

/** The workgroup of every account, unless the program declares it (https://docs.aws.amazon.com/athena/latest/ug/workgroups-benefits.html). */
const PRIMARY: WorkgroupSettings = {
  name: "primary",
  enforced: false,
  publishMetrics: false,
  selectedEngineVersion: "AUTO",
};

/** Workgroups by name, in the order of their names. */
export function workgroupSettings(resources: readonly Resource[]): Map<string, WorkgroupSettings> {
  const declared = ofType(resources, TYPES.workgroup).map(({ inputs }) => settingsOf(inputs));
  const all = declared.some(({ name }) => name === PRIMARY.name) ? declared : [...declared, PRIMARY];
  return new Map(all.sort((a, b) => (a.name < b.name ? -1 : 1)).map((settings) => [settings.name, settings]));
}

function settingsOf({ name, description, configuration = {} }: Properties): WorkgroupSettings {
  const { resultConfiguration: result = {}, engineVersion = {} } = configuration as Properties;
  const { encryptionOption: option, kmsKeyArn: key } = (result.encryptionConfiguration ?? {}) as Properties;
  // 0 means no limit
  const cutoff = (configuration.bytesScannedCutoffPerQuery as number | undefined) || undefined;
  return {
    name,
    enforced: configuration.enforceWorkgroupConfiguration !== false,
    publishMetrics: configuration.publishCloudwatchMetricsEnabled !== false,
    selectedEngineVersion: engineVersion.selectedEngineVersion ?? "AUTO",
    ...(description !== undefined && { description }),
    ...(result.outputLocation !== undefined && { outputLocation: result.outputLocation }),
    ...(option !== undefined && { encryption: { option, ...(key !== undefined && { key }) } }),
    ...(result.expectedBucketOwner !== undefined && { expectedBucketOwner: result.expectedBucketOwner }),
    ...(cutoff !== undefined && { bytesScannedCutoff: cutoff }),
  };
}
