import type { ServiceApi } from "./api";
import type { Credentials } from "./core/credentials";
import type { Iam } from "./iam";
import { firehoseApi } from "./services/firehose/api";
import type { DeliveryStream } from "./services/firehose/delivery-stream";
import { stsApi } from "./services/sts/api";

/** The running services that operations work on. */
export interface ApiServices {
  iam: Iam;
  readonly credentials: Credentials;
  region: string;
  /** by name */
  deliveryStreams: ReadonlyMap<string, DeliveryStream>;
}

/** AWS's APIs as the local cloud answers them: a table of operations for each service. */
export function apisOf(services: ApiServices): ServiceApi[] {
  return [firehoseApi(services), stsApi(services)];
}
