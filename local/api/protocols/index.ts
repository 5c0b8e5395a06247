import type { ServiceModel } from "../model/model";
import type { ApiRequest } from "../model/request";
import type { Protocol } from "../model/services";
import { AWS_JSON } from "./aws-json";
import { AWS_QUERY } from "./aws-query";
import type { WireProtocol } from "./protocol";
import { REST_JSON, REST_XML } from "./rest";
import { RPC_V2_CBOR } from "./rpc-v2-cbor";

const PROTOCOLS: Readonly<Record<Protocol, WireProtocol>> = {
  awsJson1_0: AWS_JSON,
  awsJson1_1: AWS_JSON,
  restJson: REST_JSON,
  restXml: REST_XML,
  awsQuery: AWS_QUERY,
  rpcV2Cbor: RPC_V2_CBOR,
};

/** The protocol of a request; one that is in none of the service's is answered in the service's first. */
export function protocolOf(request: ApiRequest, model: ServiceModel): WireProtocol {
  const all = model.facts.protocols.map((name) => PROTOCOLS[name]);
  return all.find((protocol) => protocol.speaks(request, model)) ?? all[0]!;
}
