import { NAMES } from "../../../aws/names";
import { TYPES } from "../../core/model";
import { arnOf, automaticName, digitsOf, type Handler } from "../../resources/handler";
import {
  arn,
  block,
  checked,
  description,
  flag,
  number,
  oneOf,
  physicalName,
  refused,
  replaces,
  required,
  tags,
  text,
} from "../../resources/properties";

/**
 * Workgroup.
 * @see https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html
 */
export const workgroup: Handler = {
  type: TYPES.workgroup,
  naming: { property: "name", make: (context) => automaticName(context, 128) },
  properties: {
    name: physicalName(NAMES.workgroup),
    description,
    state: checked(oneOf(["ENABLED"])),
    // Its queries are no more than resources of the program here.
    forceDestroy: checked(flag()),
    tags,
    region: checked(text()),
    configuration: block({
      bytesScannedCutoffPerQuery: number(0, Number.MAX_SAFE_INTEGER, {
        check: (value) => (value === 0 || value >= 10_485_760 ? undefined : `saw ${value}; 0 or at least 10,485,760`),
      }),
      enforceWorkgroupConfiguration: flag(),
      publishCloudwatchMetricsEnabled: checked(flag()),
      requesterPaysEnabled: refused("leave it out", false),
      engineVersion: checked(
        block({
          selectedEngineVersion: oneOf(["AUTO", "Athena engine version 3"]),
          effectiveEngineVersion: refused("AWS assigns it"),
        }),
      ),
      resultConfiguration: block({
        outputLocation: text({
          check: (value) =>
            /^s3:\/\/[^/]+(\/.*)?$/.test(value) ? undefined : `saw "${value}"; wants s3://BUCKET/PREFIX/`,
        }),
        encryptionConfiguration: block(
          { encryptionOption: required(oneOf(["SSE_S3", "SSE_KMS"])), kmsKeyArn: arn("kms") },
          {
            check: (value) =>
              value.encryptionOption === "SSE_KMS" && value.kmsKeyArn === undefined
                ? "SSE_KMS wants kmsKeyArn"
                : undefined,
          },
        ),
        expectedBucketOwner: checked(
          text({ check: (value) => (/^\d{12}$/.test(value) ? undefined : `saw "${value}"; 12 digits`) }),
        ),
        aclConfiguration: refused("leave it out"),
      }),
      managedQueryResultsConfiguration: refused("use resultConfiguration with outputLocation"),
      executionRole: refused("leave it out"),
      enableMinimumEncryptionConfiguration: refused("leave it out", false),
      identityCenterConfiguration: refused("leave it out"),
      customerContentEncryptionConfiguration: refused("leave it out"),
      monitoringConfiguration: refused("leave it out"),
      queryResultsS3AccessGrantsConfiguration: refused("leave it out"),
    }),
  },
  plan: (inputs, context) => ({
    id: inputs.name,
    outputs: {
      arn: arnOf(context, "athena", `workgroup/${inputs.name}`),
      state: inputs.state ?? "ENABLED",
      forceDestroy: inputs.forceDestroy ?? false,
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        requesterPaysEnabled: false,
        ...inputs.configuration,
        engineVersion: {
          selectedEngineVersion: inputs.configuration?.engineVersion?.selectedEngineVersion ?? "AUTO",
          effectiveEngineVersion: "Athena engine version 3",
        },
      },
    },
  }),
};

/** Named query; its text is parsed when it runs. */
export const namedQuery: Handler = {
  type: TYPES.namedQuery,
  drawn: ["id"],
  naming: { property: "name", make: (context) => automaticName(context, 128) },
  properties: {
    name: replaces(
      text({
        check: (name) => (name.length < 1 || name.length > 128 ? `saw "${name}"; it has 1-128 characters` : undefined),
      }),
    ),
    database: replaces(
      required(
        text({ check: (name) => (name.length < 1 || name.length > 255 ? "it has 1-255 characters" : undefined) }),
      ),
    ),
    query: replaces(
      required(
        text({
          check: (query) => (Buffer.byteLength(query) > 262_144 || query === "" ? "it has 1-262,144 bytes" : undefined),
        }),
      ),
    ),
    workgroup: replaces(text()),
    description: replaces(description),
    region: checked(text()),
  },
  references: (inputs, declared, report) => {
    declared.require(TYPES.database, inputs.database, "database", "database", report);
    declared.require(TYPES.workgroup, inputs.workgroup ?? "primary", "workgroup", "workgroup", report);
  },
  plan: (inputs, context) => {
    const digits = digitsOf(context, 32);
    const id = [8, 4, 4, 4, 12].reduce<{ parts: string[]; at: number }>(
      ({ parts, at }, length) => ({ parts: [...parts, digits.slice(at, at + length)], at: at + length }),
      { parts: [], at: 0 },
    );
    return { id: id.parts.join("-"), outputs: { workgroup: inputs.workgroup ?? "primary" } };
  },
};
