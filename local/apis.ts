import type { ServiceApi } from "./api";
import type { Clock } from "./core/clock";
import type { Credentials } from "./core/credentials";
import type { Iam } from "./iam";
import { athenaApi } from "./services/athena/api";
import type { Workgroups } from "./services/athena/workgroups";
import { firehoseApi } from "./services/firehose/api";
import type { DeliveryStream } from "./services/firehose/delivery-stream";
import { glueApi } from "./services/glue/api";
import type { Glue } from "./services/glue/glue";
import { kinesisApi } from "./services/kinesis/api";
import type { Stream } from "./services/kinesis/stream";
import type { S3 } from "./services/s3/s3";
import { sqsApi } from "./services/sqs/api";
import type { Queue } from "./services/sqs/queue";
import { iotApi } from "./services/iot/api";
import { iotDataApi, type IotDataServices } from "./services/iotdata/api";
import type { ThingServices } from "./services/things/api";
import { s3Api } from "./services/s3/api";
import { stsApi } from "./services/sts/api";

/** The running services that operations work on. */
export interface ApiServices extends ThingServices, IotDataServices {
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
    firehoseApi(services),
    glueApi(services),
    iotApi(services),
    iotDataApi(services),
    kinesisApi(services),
    s3Api(services),
    sqsApi(services),
    stsApi(services),
  ];
}
