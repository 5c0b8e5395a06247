import { randomUUID } from "node:crypto";
import type { IConnackPacket, IConnectPacket } from "mqtt-packet";
import { willOf, type Version, type Will } from "./codec";
import { REASON, RETURN_CODE } from "./reasons";
import { mqttStringProblem, topicNameProblem } from "../../aws/mqtt-topic";
import type { BrokerLimits } from "./types";

/** What was agreed with a client. */
export interface Agreement {
  version: Version;
  clientId: string;
  /** `device/CLIENT_ID` */
  principal: string;
  /** no session of before is wanted */
  clean: boolean;
  /** s that the session outlives the connection */
  sessionExpiry: number;
  /** s */
  keepAlive: number;
  receiveMaximum: number;
  maximumPacketSize: number;
  /** the client wants to read reasons */
  reasons: boolean;
  will: Will | undefined;
  /** members of the CONNACK beside its code */
  announced: IConnackPacket["properties"];
}

export interface Refusal {
  /** of 3.1.1; undefined where it has no code for it and the connection is just closed */
  returnCode: number | undefined;
  reasonCode: number;
  message: string;
}

/** Decides a CONNECT as AWS IoT Core does; no credentials are asked for. */
export function decideConnect(packet: IConnectPacket, limits: BrokerLimits): Agreement | Refusal {
  const version: Version = packet.protocolVersion === 5 ? 5 : 4;
  const properties = packet.properties ?? {};
  const clean = packet.clean !== false;
  const given = packet.clientId;

  const bad = mqttStringProblem(given);
  if (bad !== undefined) return badClientId(`client id ${bad}`);
  if (Buffer.byteLength(given) > limits.clientIdBytes)
    return badClientId(`client id has more than ${limits.clientIdBytes} bytes`);
  if (given === "" && version === 4 && !clean) return badClientId("a persistent session needs a client id");
  if (properties.authenticationMethod !== undefined)
    return refuse(REASON.badAuthenticationMethod, "enhanced authentication (AUTH) is not supported");

  const clientId = given === "" ? randomUUID() : given;
  const principal = `device/${clientId}`;
  const will = willOf(packet, clientId, principal);
  const problem = will === undefined ? undefined : willProblem(packet, will, limits);
  if (problem !== undefined) return problem;

  const keepAlive = agreedKeepAlive(packet.keepalive ?? 0, limits);
  const asked = version === 5 ? (properties.sessionExpiryInterval ?? 0) : clean ? 0 : limits.sessionExpiry.default;
  const sessionExpiry = Math.min(asked, limits.sessionExpiry.max);
  return {
    version,
    clientId,
    principal,
    clean,
    sessionExpiry,
    keepAlive,
    receiveMaximum: Math.min(properties.receiveMaximum ?? limits.inFlight, limits.inFlight),
    maximumPacketSize: properties.maximumPacketSize ?? Infinity,
    reasons: properties.requestProblemInformation !== false,
    will,
    announced: {
      maximumQoS: 1,
      maximumPacketSize: limits.packet,
      receiveMaximum: limits.inFlight,
      topicAliasMaximum: limits.topicAliases,
      sharedSubscriptionAvailable: false,
      subscriptionIdentifiersAvailable: false,
      ...(given === "" ? { assignedClientIdentifier: clientId } : {}),
      ...(keepAlive === packet.keepalive ? {} : { serverKeepAlive: keepAlive }),
      ...(sessionExpiry === asked ? {} : { sessionExpiryInterval: sessionExpiry }),
    },
  };
}

function agreedKeepAlive(asked: number, { keepAlive }: BrokerLimits): number {
  return asked === 0 ? keepAlive.max : Math.min(keepAlive.max, Math.max(keepAlive.min, asked));
}

function willProblem(packet: IConnectPacket, { message }: Will, limits: BrokerLimits): Refusal | undefined {
  if (packet.will?.qos === 2) return refuse(REASON.qosNotSupported, "will: QoS 2 is not supported");
  const topic = topicNameProblem(message.topic);
  if (topic !== undefined) return refuse(REASON.topicNameInvalid, `will: ${topic}`);
  if (message.retain && message.topic.startsWith("$"))
    return refuse(REASON.retainNotSupported, "will: retain is not supported with basic ingest");
  if (message.payload.length > limits.payload) return refuse(REASON.packetTooLarge, "will: payload over 128 KB");
  return undefined;
}

function badClientId(message: string): Refusal {
  return { returnCode: RETURN_CODE.identifierRejected, reasonCode: REASON.clientIdInvalid, message };
}

function refuse(reasonCode: number, message: string): Refusal {
  return { returnCode: undefined, reasonCode, message };
}
