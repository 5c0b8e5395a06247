import type { Inputs } from "../values";
import type { ResourceCalls, Surroundings } from "./call";
import { endpointCalls } from "./dms";
import { taskDefinitionCalls } from "./ecs";
import { deliveryStreamCalls } from "./firehose";
import { loggingOptionsCalls } from "./iot-logging";
import { authorityCalls, provisioningTemplateCalls } from "./iot-provisioning";
import { topicRuleCalls } from "./iot-rule";
import { functionCalls } from "./lambda";
import { dataSourceCalls } from "./quicksight";
import { scheduleCalls } from "./scheduler";
import { stateMachineCalls } from "./step-functions";

export type { ResourceCall, ServiceCall, Surroundings } from "./call";
export { isKnownRole, ResourceCalls } from "./call";

/** The calls that a service makes for a resource with the resource's roles, by type token. */
export const CALLS: Readonly<Record<string, (raw: Inputs, surroundings: Surroundings) => ResourceCalls>> = {
  "aws:dms/endpoint:Endpoint": endpointCalls,
  "aws:ecs/taskDefinition:TaskDefinition": taskDefinitionCalls,
  "aws:iot/caCertificate:CaCertificate": authorityCalls,
  "aws:iot/loggingOptions:LoggingOptions": loggingOptionsCalls,
  "aws:iot/provisioningTemplate:ProvisioningTemplate": provisioningTemplateCalls,
  "aws:iot/topicRule:TopicRule": topicRuleCalls,
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": deliveryStreamCalls,
  "aws:lambda/function:Function": functionCalls,
  "aws:quicksight/dataSource:DataSource": dataSourceCalls,
  "aws:scheduler/schedule:Schedule": scheduleCalls,
  "aws:sfn/stateMachine:StateMachine": stateMachineCalls,
};

/** The service that assumes a role for a resource, by the resource's type token. */
export const SERVICE_PRINCIPALS: Readonly<Record<string, string>> = {
  "aws:dms/endpoint:Endpoint": "dms.amazonaws.com",
  "aws:ecs/taskDefinition:TaskDefinition": "ecs-tasks.amazonaws.com",
  "aws:glue/catalogTableOptimizer:CatalogTableOptimizer": "glue.amazonaws.com",
  "aws:iot/caCertificate:CaCertificate": "iot.amazonaws.com",
  "aws:iot/loggingOptions:LoggingOptions": "iot.amazonaws.com",
  "aws:iot/provisioningTemplate:ProvisioningTemplate": "iot.amazonaws.com",
  "aws:iot/topicRule:TopicRule": "iot.amazonaws.com",
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": "firehose.amazonaws.com",
  "aws:lambda/function:Function": "lambda.amazonaws.com",
  "aws:quicksight/dataSource:DataSource": "quicksight.amazonaws.com",
  "aws:sagemaker/notebookInstance:NotebookInstance": "sagemaker.amazonaws.com",
  "aws:scheduler/schedule:Schedule": "scheduler.amazonaws.com",
  "aws:sfn/stateMachine:StateMachine": "states.amazonaws.com",
};
