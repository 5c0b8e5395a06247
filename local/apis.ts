import type { ServiceApi } from "./api";
import type { Clock } from "./core/clock";
import type { Credentials } from "./core/credentials";
import type { Iam } from "./iam";
import { athenaApi } from "./services/athena/api";
import type { Workgroups } from "./services/athena/workgroups";
import { cloudWatchApi, type CloudWatchServices } from "./services/cloudwatch/api";
import { logsApi, type LogServices } from "./services/logs/api";
import { schedulerApi, type ScheduleServices } from "./services/scheduler/api";
import { secretsManagerApi } from "./services/secretsmanager/api";
import type { Secrets } from "./services/secretsmanager/secrets";
import { ssmApi, type ParameterServices } from "./services/ssm/api";
import { statesApi, type StateServices } from "./services/states/api";
import { firehoseApi } from "./services/firehose/api";
import type { DeliveryStream } from "./services/firehose/delivery-stream";
import { glueApi } from "./services/glue/api";
import type { Glue } from "./services/glue/glue";
import { lambdaApi, type LambdaServices } from "./services/lambda/api";
import { kinesisApi } from "./services/kinesis/api";
import type { Stream } from "./services/kinesis/stream";
import { provisioningOperations } from "./services/provisioning/api";
import type { Provisioner } from "./services/provisioning/provisioner";
import type { S3 } from "./services/s3/s3";
import { sqsApi } from "./services/sqs/api";
import type { Queue } from "./services/sqs/queue";
import { iotApi, type IotServices } from "./services/iot/api";
import { iotDataApi, type IotDataServices } from "./services/iotdata/api";
import { s3Api } from "./services/s3/api";
import { stsApi } from "./services/sts/api";

/** The running services that operations work on. */
export interface ApiServices
  extends
    IotServices,
    LambdaServices,
    IotDataServices,
    LogServices,
    CloudWatchServices,
    StateServices,
    ScheduleServices,
    ParameterServices {
  provisioner: Provisioner;
  secrets: Secrets;
  iam: Iam;
  readonly credentials: Credentials;
  region: string;
  clock: Clock;
  glue: Glue;
  s3: S3;
  workgroups: Workgroups;
  /** by name */
  streams: ReadonlyMap<string, Stream>;
  /** by ARN */
  queues: ReadonlyMap<string, Queue>;
  /** by name */
  deliveryStreams: ReadonlyMap<string, DeliveryStream>;
}

/** AWS's APIs as the local cloud answers them: a table of operations for each service. */
export function apisOf(services: ApiServices): ServiceApi[] {
  return [
    athenaApi(services),
    cloudWatchApi(services),
    firehoseApi(services),
    glueApi(services),
    iotApi(services, provisioningOperations(services)),
    iotDataApi(services),
    kinesisApi(services),
    lambdaApi(services),
    logsApi(services),
    s3Api(services),
    schedulerApi(services),
    secretsManagerApi(services),
    sqsApi(services),
    ssmApi(services),
    statesApi(services),
    stsApi(services),
  ];
}
