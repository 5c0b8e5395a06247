/** The wire protocols of AWS (https://smithy.io/2.0/aws/protocols/index.html). */
export type Protocol = "awsJson1_0" | "awsJson1_1" | "restJson" | "restXml" | "awsQuery" | "rpcV2Cbor";

/** What the requests of a service look like. */
export interface ServiceFacts {
  /** as users call it */
  title: string;
  /** names under which requests are signed for it; the first is also its prefix in policies, unless `iamPrefix` says otherwise */
  signedFor: readonly [string, ...string[]];
  iamPrefix?: string;
  /** in the order in which they are tried; the first is what the SDK of JavaScript sends */
  protocols: readonly [Protocol, ...Protocol[]];
  /** of the header x-amz-target, and of the path in RPC v2 CBOR */
  target: string;
  /** of XML answers */
  xmlNamespace?: string;
  /** bytes of a body that is read whole */
  bodyLimit: number;
  /** code of the error for a member that is missing or not of its type's range */
  invalid: string;
  /** code of the error for a value that is not of its type, where it is not the protocol's */
  malformed?: string;
  /** code of the error for a call that no policy allows, where it is not the protocol's */
  denied?: string;
  /** code of the error for a fault of the service's own, where it is not the protocol's */
  internal?: string;
  /** the SDK's client, whose schemas are the service's model */
  load(): object;
}

const MB = 1024 * 1024;

/* eslint-disable @typescript-eslint/no-require-imports -- a client is loaded when the first request for its service comes */
/** The services whose APIs the local cloud answers. */
export const SERVICES = {
  athena: {
    title: "Athena",
    signedFor: ["athena"],
    protocols: ["awsJson1_1"],
    target: "AmazonAthena",
    bodyLimit: MB,
    invalid: "InvalidRequestException",
    internal: "InternalServerException",
    load: () => require("@aws-sdk/client-athena"),
  },
  cloudwatch: {
    title: "CloudWatch",
    signedFor: ["monitoring"],
    iamPrefix: "cloudwatch",
    protocols: ["awsJson1_0", "rpcV2Cbor", "awsQuery"],
    target: "GraniteServiceVersion20100801",
    xmlNamespace: "http://monitoring.amazonaws.com/doc/2010-08-01/",
    bodyLimit: 2 * MB,
    invalid: "ValidationError",
    load: () => require("@aws-sdk/client-cloudwatch"),
  },
  firehose: {
    title: "Firehose",
    signedFor: ["firehose"],
    protocols: ["awsJson1_1"],
    target: "Firehose_20150804",
    bodyLimit: 8 * MB,
    invalid: "ValidationException",
    load: () => require("@aws-sdk/client-firehose"),
  },
  glue: {
    title: "Glue",
    signedFor: ["glue"],
    protocols: ["awsJson1_1"],
    target: "AWSGlue",
    bodyLimit: 8 * MB,
    invalid: "InvalidInputException",
    internal: "InternalServiceException",
    load: () => require("@aws-sdk/client-glue"),
  },
  iot: {
    title: "IoT Core",
    signedFor: ["iot"],
    protocols: ["restJson"],
    target: "AWSIotService",
    bodyLimit: MB,
    invalid: "InvalidRequestException",
    malformed: "InvalidRequestException",
    denied: "UnauthorizedException",
    internal: "InternalFailureException",
    load: () => require("@aws-sdk/client-iot"),
  },
  iotdata: {
    title: "IoT Core data plane",
    signedFor: ["iotdata", "iotdevicegateway"],
    iamPrefix: "iot",
    protocols: ["restJson"],
    target: "IotMoonrakerService",
    bodyLimit: MB,
    invalid: "InvalidRequestException",
    malformed: "InvalidRequestException",
    denied: "ForbiddenException",
    internal: "InternalFailureException",
    load: () => require("@aws-sdk/client-iot-data-plane"),
  },
  kinesis: {
    title: "Kinesis Data Streams",
    signedFor: ["kinesis"],
    protocols: ["awsJson1_1", "rpcV2Cbor"],
    target: "Kinesis_20131202",
    bodyLimit: 16 * MB,
    invalid: "ValidationException",
    internal: "InternalFailureException",
    load: () => require("@aws-sdk/client-kinesis"),
  },
  lambda: {
    title: "Lambda",
    signedFor: ["lambda"],
    protocols: ["restJson"],
    target: "AWSGirApiService",
    bodyLimit: 6 * MB + 1024,
    invalid: "InvalidParameterValueException",
    malformed: "InvalidRequestContentException",
    internal: "ServiceException",
    load: () => require("@aws-sdk/client-lambda"),
  },
  logs: {
    title: "CloudWatch Logs",
    signedFor: ["logs"],
    protocols: ["awsJson1_1"],
    target: "Logs_20140328",
    bodyLimit: 2 * MB,
    invalid: "InvalidParameterException",
    load: () => require("@aws-sdk/client-cloudwatch-logs"),
  },
  s3: {
    title: "S3",
    signedFor: ["s3"],
    protocols: ["restXml"],
    target: "AmazonS3",
    xmlNamespace: "http://s3.amazonaws.com/doc/2006-03-01/",
    bodyLimit: 4 * MB,
    invalid: "InvalidArgument",
    load: () => require("@aws-sdk/client-s3"),
  },
  scheduler: {
    title: "EventBridge Scheduler",
    signedFor: ["scheduler"],
    protocols: ["restJson"],
    target: "AWSChronosService",
    bodyLimit: MB,
    invalid: "ValidationException",
    load: () => require("@aws-sdk/client-scheduler"),
  },
  secretsmanager: {
    title: "Secrets Manager",
    signedFor: ["secretsmanager"],
    protocols: ["awsJson1_1"],
    target: "secretsmanager",
    bodyLimit: MB,
    invalid: "ValidationException",
    load: () => require("@aws-sdk/client-secrets-manager"),
  },
  sqs: {
    title: "SQS",
    signedFor: ["sqs"],
    protocols: ["awsJson1_0", "awsQuery"],
    target: "AmazonSQS",
    xmlNamespace: "http://queue.amazonaws.com/doc/2012-11-05/",
    bodyLimit: 2 * MB,
    invalid: "InvalidParameterValue",
    load: () => require("@aws-sdk/client-sqs"),
  },
  ssm: {
    title: "Systems Manager",
    signedFor: ["ssm"],
    protocols: ["awsJson1_1"],
    target: "AmazonSSM",
    bodyLimit: MB,
    invalid: "ValidationException",
    load: () => require("@aws-sdk/client-ssm"),
  },
  states: {
    title: "Step Functions",
    signedFor: ["states"],
    protocols: ["awsJson1_0"],
    target: "AWSStepFunctions",
    bodyLimit: 2 * MB,
    invalid: "ValidationException",
    load: () => require("@aws-sdk/client-sfn"),
  },
  sts: {
    title: "Security Token Service",
    signedFor: ["sts"],
    protocols: ["awsQuery"],
    target: "AWSSecurityTokenServiceV20110615",
    xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    bodyLimit: MB,
    invalid: "ValidationError",
    load: () => require("@aws-sdk/client-sts"),
  },
} as const satisfies Record<string, ServiceFacts>;
/* eslint-enable @typescript-eslint/no-require-imports */

/** Names a service in this project: a key of `SERVICES`. */
export type ServiceName = keyof typeof SERVICES;
