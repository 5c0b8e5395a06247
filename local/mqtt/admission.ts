import { randomUUID } from "node:crypto";
import { topicNameProblem } from "../../aws/mqtt-topic";
import type { ClientAccess } from "./access";
import type { ConnectPacket, WillPacket } from "./decode";
import type { Version } from "./encode";
import { messageProperties, type Properties } from "./properties";
import { REASON, RETURN_CODE } from "./reasons";
import type { BrokerLimits, Publish } from "./types";

/** The message that the broker publishes when the client is lost. */
export interface Will {
  message: Publish;
  /** s */
  delay: number;
}

/** What was agreed with a client when it connected. */
export interface ConnectionSettings {
  version: Version;
  clientId: string;
  /** `device/CLIENT_ID`, or of a client over TLS the id of its certificate */
  principal: string;
  /** an earlier session is not wanted */
  clean: boolean;
  /** s that the session outlives the connection */
  sessionExpiry: number;
  /** s */
  keepAlive: number;
  receiveMaximum: number;
  /** bytes */
  maximumPacketSize: number;
  /** whether the client wants reason strings */
  reasons: boolean;
  will: Will | undefined;
  /** properties of the CONNACK */
  announced: Properties;
}

/** Why a CONNECT is not accepted, for both versions. */
export interface ConnectRefusal {
  /** of 3.1.1; undefined where it has no code for the reason, and the connection is just closed */
  returnCode: number | undefined;
  reasonCode: number;
  message: string;
}

/**
 * Decides a CONNECT as AWS IoT Core does.
 * @param access what the client's certificate lets it do; without it no credentials are asked for
 */
export function admit(
  packet: ConnectPacket,
  limits: BrokerLimits,
  access?: ClientAccess,
): ConnectionSettings | ConnectRefusal {
  const { version, clean, clientId: given, properties } = packet;
  if (Buffer.byteLength(given) > limits.clientIdBytes)
    return badClientId(`client id has more than ${limits.clientIdBytes} bytes`);
  if (given === "" && version === 4 && !clean) return badClientId("a persistent session needs a client id");
  if (properties.authenticationMethod !== undefined)
    return refuse(REASON.badAuthenticationMethod, "enhanced authentication (AUTH) is not supported");
  const problem = packet.will === undefined ? undefined : willProblem(packet.will, limits);
  if (problem !== undefined) return problem;

  const clientId = given === "" ? randomUUID() : given;
  // To a client of 3.1.1 AWS IoT Core sends no CONNACK: the connection is closed.
  const refusal = access?.connect(clientId);
  if (refusal !== undefined) return refuse(REASON.notAuthorized, refusal);
  const principal = access?.principal ?? `device/${clientId}`;
  const keepAlive = agreedKeepAlive(packet.keepAlive, limits);
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
    will: packet.will === undefined ? undefined : willOf(packet.will, clientId, principal),
    // https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-properties
    announced: {
      sessionExpiryInterval: sessionExpiry,
      receiveMaximum: limits.inFlight,
      maximumQoS: 1,
      retainAvailable: true,
      maximumPacketSize: limits.packet,
      topicAliasMaximum: limits.topicAliases,
      wildcardSubscriptionAvailable: true,
      subscriptionIdentifierAvailable: false,
      sharedSubscriptionAvailable: true,
      serverKeepAlive: keepAlive,
      assignedClientIdentifier: given === "" ? clientId : undefined,
    },
  };
}

function agreedKeepAlive(asked: number, { keepAlive }: BrokerLimits): number {
  return asked === 0 ? keepAlive.max : Math.min(keepAlive.max, Math.max(keepAlive.min, asked));
}

function willProblem(will: WillPacket, limits: BrokerLimits): ConnectRefusal | undefined {
  if (will.qos === 2) return refuse(REASON.qosNotSupported, "will: QoS 2 is not supported");
  const problem = topicNameProblem(will.topic);
  if (problem !== undefined) return refuse(REASON.topicNameInvalid, `will: ${problem}`);
  if (will.retain && will.topic.startsWith("$"))
    return refuse(REASON.retainNotSupported, "will: retain is not supported with basic ingest");
  if (will.payload.length > limits.payload) return refuse(REASON.packetTooLarge, "will: payload over 128 KB");
  return undefined;
}

function willOf(will: WillPacket, clientId: string, principal: string): Will {
  const { topic, payload, qos, retain, properties } = will;
  return {
    delay: properties?.willDelayInterval ?? 0,
    message: {
      topic,
      payload,
      qos: qos === 1 ? 1 : 0,
      retain,
      clientId,
      principal,
      source: "mqtt",
      properties: messageProperties(properties),
    },
  };
}

function badClientId(message: string): ConnectRefusal {
  return { returnCode: RETURN_CODE.identifierRejected, reasonCode: REASON.clientIdInvalid, message };
}

function refuse(reasonCode: number, message: string): ConnectRefusal {
  return { returnCode: undefined, reasonCode, message };
}
