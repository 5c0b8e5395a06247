import type { PacketReader } from "./packet-reader";
import type { PacketWriter } from "./packet-writer";
import { malformed, protocolError } from "./reasons";

/** MQTT 5 properties of a message that travel from the publisher to rules and subscribers. */
export interface MessageProperties {
  /** true for a payload of UTF-8 text */
  payloadFormatIndicator?: boolean;
  /** s from 1 to 604,800, after which the message is no longer delivered */
  messageExpiryInterval?: number;
  contentType?: string;
  responseTopic?: string;
  correlationData?: Buffer;
  /** in the order of the publisher, who may repeat a name */
  userProperties?: readonly UserProperty[];
}

/** A user property of MQTT 5. */
export type UserProperty = readonly [name: string, value: string];

/** Longest message expiry interval, s (https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-message-expiry). */
const MAX_EXPIRY = 604_800;

/** The message expiry interval that AWS IoT Core makes of the one that a publisher asks for, s. */
export function adjustedExpiry(seconds: number): number {
  return Math.min(MAX_EXPIRY, Math.max(1, seconds));
}

/** Packets of a client that have properties; a will's are its own. */
export type PropertyOwner = "CONNECT" | "WILL" | "PUBLISH" | "PUBACK" | "SUBSCRIBE" | "UNSUBSCRIBE" | "DISCONNECT";

/** The properties of MQTT 5 by name, as a client may send them or the broker sends them. */
export interface Properties extends Omit<MessageProperties, "userProperties"> {
  userProperties?: UserProperty[];
  subscriptionIdentifier?: number;
  sessionExpiryInterval?: number;
  assignedClientIdentifier?: string;
  serverKeepAlive?: number;
  authenticationMethod?: string;
  authenticationData?: Buffer;
  requestProblemInformation?: boolean;
  willDelayInterval?: number;
  requestResponseInformation?: boolean;
  reasonString?: string;
  receiveMaximum?: number;
  topicAliasMaximum?: number;
  topicAlias?: number;
  maximumQoS?: number;
  retainAvailable?: boolean;
  maximumPacketSize?: number;
  wildcardSubscriptionAvailable?: boolean;
  subscriptionIdentifierAvailable?: boolean;
  sharedSubscriptionAvailable?: boolean;
}

type Kind = "flag" | "byte" | "uint16" | "uint32" | "varint" | "text" | "binary" | "pair";

interface Definition {
  id: number;
  name: keyof Properties;
  kind: Kind;
  /** the packets of a client in which it may stand */
  owners: readonly PropertyOwner[];
}

const MESSAGE = ["PUBLISH", "WILL"] as const;

/** https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901029 (table 2-4) */
const DEFINITIONS: readonly Definition[] = [
  { id: 0x01, name: "payloadFormatIndicator", kind: "flag", owners: MESSAGE },
  { id: 0x02, name: "messageExpiryInterval", kind: "uint32", owners: MESSAGE },
  { id: 0x03, name: "contentType", kind: "text", owners: MESSAGE },
  { id: 0x08, name: "responseTopic", kind: "text", owners: MESSAGE },
  { id: 0x09, name: "correlationData", kind: "binary", owners: MESSAGE },
  { id: 0x0b, name: "subscriptionIdentifier", kind: "varint", owners: ["PUBLISH", "SUBSCRIBE"] },
  { id: 0x11, name: "sessionExpiryInterval", kind: "uint32", owners: ["CONNECT", "DISCONNECT"] },
  { id: 0x12, name: "assignedClientIdentifier", kind: "text", owners: [] },
  { id: 0x13, name: "serverKeepAlive", kind: "uint16", owners: [] },
  { id: 0x15, name: "authenticationMethod", kind: "text", owners: ["CONNECT"] },
  { id: 0x16, name: "authenticationData", kind: "binary", owners: ["CONNECT"] },
  { id: 0x17, name: "requestProblemInformation", kind: "flag", owners: ["CONNECT"] },
  { id: 0x18, name: "willDelayInterval", kind: "uint32", owners: ["WILL"] },
  { id: 0x19, name: "requestResponseInformation", kind: "flag", owners: ["CONNECT"] },
  { id: 0x1f, name: "reasonString", kind: "text", owners: ["PUBACK", "DISCONNECT"] },
  { id: 0x21, name: "receiveMaximum", kind: "uint16", owners: ["CONNECT"] },
  { id: 0x22, name: "topicAliasMaximum", kind: "uint16", owners: ["CONNECT"] },
  { id: 0x23, name: "topicAlias", kind: "uint16", owners: ["PUBLISH"] },
  { id: 0x24, name: "maximumQoS", kind: "byte", owners: [] },
  { id: 0x25, name: "retainAvailable", kind: "flag", owners: [] },
  {
    id: 0x26,
    name: "userProperties",
    kind: "pair",
    owners: ["CONNECT", "WILL", "PUBLISH", "PUBACK", "SUBSCRIBE", "UNSUBSCRIBE", "DISCONNECT"],
  },
  { id: 0x27, name: "maximumPacketSize", kind: "uint32", owners: ["CONNECT"] },
  { id: 0x28, name: "wildcardSubscriptionAvailable", kind: "flag", owners: [] },
  { id: 0x29, name: "subscriptionIdentifierAvailable", kind: "flag", owners: [] },
  { id: 0x2a, name: "sharedSubscriptionAvailable", kind: "flag", owners: [] },
];

const BY_ID = new Map(DEFINITIONS.map((definition) => [definition.id, definition]));

/**
 * Reads the properties of a client's packet.
 * @returns undefined when there are none
 * @throws ProtocolError: malformed for a property of another packet or of another type, protocol error for one that comes twice or whose value the
 *   standard forbids
 */
export function readProperties(reader: PacketReader, owner: PropertyOwner): Properties | undefined {
  const length = reader.varint("property length");
  if (length === 0) return undefined;
  const found: Properties = {};
  reader.within(length, "properties", () => {
    while (reader.left > 0) readProperty(reader, owner, found);
  });
  checkValues(found);
  return found;
}

function readProperty(reader: PacketReader, owner: PropertyOwner, found: Properties): void {
  const id = reader.varint("property identifier");
  const definition = BY_ID.get(id);
  if (definition?.owners.includes(owner) !== true)
    throw malformed(`property 0x${id.toString(16).padStart(2, "0")} is not one of ${owner}`);
  const { name, kind } = definition;
  if (kind === "pair") {
    (found.userProperties ??= []).push([reader.text("user property"), reader.text("user property")]);
    return;
  }
  if (found[name] !== undefined) throw protocolError(`${name} comes twice`);
  Object.assign(found, { [name]: readValue(reader, name, kind) });
}

function readValue(reader: PacketReader, name: string, kind: Exclude<Kind, "pair">): unknown {
  if (kind !== "flag") return reader[kind](name);
  const value = reader.byte(name);
  if (value > 1) throw protocolError(`${name} is ${value}; it is 0 or 1`);
  return value === 1;
}

/** Values that the standard calls protocol errors. */
function checkValues(found: Properties): void {
  if (found.receiveMaximum === 0) throw protocolError("receiveMaximum is 0");
  if (found.maximumPacketSize === 0) throw protocolError("maximumPacketSize is 0");
  if (found.subscriptionIdentifier === 0) throw protocolError("subscriptionIdentifier is 0");
  if (found.responseTopic !== undefined && /[+#]/.test(found.responseTopic))
    throw protocolError('responseTopic contains a wildcard ("+" or "#")');
  if (found.authenticationData !== undefined && found.authenticationMethod === undefined)
    throw protocolError("authenticationData comes without authenticationMethod");
}

/** Of the properties of a PUBLISH or a will those that are the message's own, not the connection's. */
export function messageProperties(found: Properties | undefined): MessageProperties | undefined {
  if (found === undefined) return undefined;
  const { payloadFormatIndicator, messageExpiryInterval, contentType, responseTopic, correlationData, userProperties } =
    found;
  const own: MessageProperties = {};
  if (payloadFormatIndicator !== undefined) own.payloadFormatIndicator = payloadFormatIndicator;
  if (messageExpiryInterval !== undefined) own.messageExpiryInterval = adjustedExpiry(messageExpiryInterval);
  if (contentType !== undefined) own.contentType = contentType;
  if (responseTopic !== undefined) own.responseTopic = responseTopic;
  if (correlationData !== undefined) own.correlationData = correlationData;
  if (userProperties !== undefined) own.userProperties = userProperties;
  return Object.keys(own).length === 0 ? undefined : own;
}

/** Writes the properties with their length in front; undefined ones are left out. */
export function writeProperties(writer: PacketWriter, properties: Readonly<Properties>): void {
  writer.measured((inner) => {
    for (const definition of DEFINITIONS) {
      const value = properties[definition.name];
      if (value !== undefined) writeProperty(inner, definition, value);
    }
  });
}

function writeProperty(writer: PacketWriter, { id, kind }: Definition, value: Properties[keyof Properties]): void {
  if (kind === "pair") {
    for (const [name, text] of value as UserProperty[]) writer.byte(id).text(name).text(text);
    return;
  }
  writer.byte(id);
  switch (kind) {
    case "flag":
      return void writer.byte(value === true ? 1 : 0);
    case "text":
      return void writer.text(value as string);
    case "binary":
      return void writer.binary(value as Buffer);
    default:
      return void writer[kind](value as number);
  }
}
