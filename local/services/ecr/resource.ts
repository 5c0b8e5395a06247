import { NAMES } from "../../../aws/names";
import { TYPES } from "../../core/model";
import { arnOf, automaticName, type Handler } from "../../resources/handler";
import {
  block,
  checked,
  flag,
  jsonText,
  list,
  oneOf,
  physicalName,
  refused,
  replaces,
  required,
  tags,
  text,
} from "../../resources/properties";

/**
 * Repository of images. The local cloud keeps no images: a command of the configuration runs in place of a container.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
 */
export const repository: Handler = {
  type: TYPES.repository,
  naming: { property: "name", make: (context) => automaticName(context, 256).toLowerCase() },
  properties: {
    name: physicalName(NAMES.repository),
    imageTagMutability: checked(oneOf(["MUTABLE", "IMMUTABLE"])),
    imageScanningConfiguration: checked(block({ scanOnPush: required(flag()) })),
    encryptionConfigurations: replaces(
      checked(list(block({ encryptionType: oneOf(["AES256", "KMS"]), kmsKey: text() }))),
    ),
    forceDelete: checked(flag()),
    imageTagMutabilityExclusionFilters: refused("the local cloud keeps no images; leave it out"),
    tags,
    region: checked(text()),
  },
  plan: (inputs, context) => ({
    id: inputs.name,
    outputs: {
      arn: arnOf(context, "ecr", `repository/${inputs.name}`),
      registryId: context.account,
      repositoryUrl: `${context.account}.dkr.ecr.${context.region}.amazonaws.com/${inputs.name}`,
    },
  }),
};

/** Which images of a repository expire. https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html */
export const repositoryLifecycle: Handler = {
  type: TYPES.repositoryLifecycle,
  properties: {
    repository: replaces(required(text())),
    policy: replaces(required(checked(jsonText()))),
    region: checked(text()),
  },
  references: ({ repository: name }, declared, report) =>
    declared.require(TYPES.repository, name, "repository", "repository", report),
  plan: (inputs, context) => ({ id: inputs.repository, outputs: { registryId: context.account } }),
};
