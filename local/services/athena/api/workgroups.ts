import type {
  GetWorkGroupInput,
  GetWorkGroupOutput,
  ListWorkGroupsInput,
  ListWorkGroupsOutput,
  WorkGroupConfiguration,
} from "@aws-sdk/client-athena";
import { operation, type ServiceApi } from "../../../api";
import { pageOf } from "../../../api/pages";
import { ENGINE_VERSION, type WorkgroupSettings } from "../settings";
import { AthenaPermissions, type AthenaApiServices } from "./context";
import { answered, pageRequest } from "./refusals";

/** Workgroups as the program declares them. The local cloud does not keep when one was made, so CreationTime is left out. */
export function workgroupOperations(services: AthenaApiServices): ServiceApi["operations"] {
  const { workgroups } = services;
  const permissions = new AthenaPermissions(services);
  return {
    GetWorkGroup: operation<GetWorkGroupInput, GetWorkGroupOutput>({
      takes: ["WorkGroup"],
      permissions: ({ WorkGroup }) => permissions.workgroup("GetWorkGroup", WorkGroup),
      answer: ({ input }) => {
        const settings = answered(() => workgroups.named(input.WorkGroup!));
        const { name, description } = settings;
        return {
          WorkGroup: {
            Name: name,
            State: "ENABLED",
            Configuration: configurationOf(settings),
            ...(description !== undefined && { Description: description }),
          },
        };
      },
    }),
    ListWorkGroups: operation<ListWorkGroupsInput, ListWorkGroupsOutput>({
      takes: ["MaxResults", "NextToken"],
      permissions: () => permissions.any("ListWorkGroups"),
      answer: ({ input }) => {
        const { items, next } = pageOf(workgroups.all(), ({ name }) => name, pageRequest(input, { most: 50 }));
        return {
          WorkGroups: items.map(({ name, description, selectedEngineVersion }) => ({
            Name: name,
            State: "ENABLED",
            Description: description ?? "",
            EngineVersion: engineVersion(selectedEngineVersion),
          })),
          ...(next !== undefined && { NextToken: next }),
        };
      },
    }),
  };
}

function configurationOf(settings: WorkgroupSettings): WorkGroupConfiguration {
  const { outputLocation, encryption, expectedBucketOwner, bytesScannedCutoff } = settings;
  return {
    ResultConfiguration: {
      ...(outputLocation !== undefined && { OutputLocation: outputLocation }),
      ...(encryption !== undefined && {
        EncryptionConfiguration: {
          EncryptionOption: encryption.option as "SSE_S3",
          ...(encryption.key !== undefined && { KmsKey: encryption.key }),
        },
      }),
      ...(expectedBucketOwner !== undefined && { ExpectedBucketOwner: expectedBucketOwner }),
    },
    EnforceWorkGroupConfiguration: settings.enforced,
    PublishCloudWatchMetricsEnabled: settings.publishMetrics,
    ...(bytesScannedCutoff !== undefined && { BytesScannedCutoffPerQuery: bytesScannedCutoff }),
    RequesterPaysEnabled: false,
    EngineVersion: engineVersion(settings.selectedEngineVersion),
    EnableMinimumEncryptionConfiguration: false,
  };
}

const engineVersion = (selected: string): { SelectedEngineVersion: string; EffectiveEngineVersion: string } => ({
  SelectedEngineVersion: selected,
  EffectiveEngineVersion: ENGINE_VERSION,
});
