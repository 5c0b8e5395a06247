import { topicNameProblem } from "../../aws/mqtt-topic";
import type { Version } from "./encode";
import type { Frames } from "./frames";
import type { PacketReader } from "./packet-reader";
import { messageProperties, readProperties, type MessageProperties } from "./properties";
import { malformed, protocolError, ProtocolError, REASON } from "./reasons";
import type { BrokerLimits } from "./types";

const REMEMBERED_TOPICS = 100_000;

/** Topics that have been found good; shared by all connections. */
const goodTopics = new Set<string>();

/** A PUBLISH of a client. */
export interface InboundPublish {
  topic: string;
  /** shares memory with its neighbours on the wire */
  payload: Buffer;
  qos: 0 | 1;
  retain: boolean;
  /** 0 for QoS 0 */
  id: number;
  properties: MessageProperties | undefined;
}

/** Reads the PUBLISH packets of one connection, which has topic aliases. */
export class InboundPublishes {
  private readonly aliases = new Map<number, string>();

  constructor(
    private readonly version: Version,
    private readonly limits: BrokerLimits,
  ) {}

  /**
   * Reads the packet that `frames` stands at.
   * @throws ProtocolError when it is malformed, or AWS IoT Core would not take it
   */
  read({ bytes, first, body, end }: Frames, reader: PacketReader): InboundPublish {
    const qos = qosOf(first);
    if (qos === 0 && (first & 8) !== 0) throw malformed("DUP with QoS 0");
    reader.begin(bytes, body, end);
    let topic = reader.text("topic");
    const id = qos === 1 ? reader.uint16("packet id") : 0;
    if (qos === 1 && id === 0) throw malformed("packet id 0");
    let properties: MessageProperties | undefined;
    if (this.version === 5) {
      // Most messages have none.
      if (reader.left > 0 && bytes[reader.at] === 0) reader.at++;
      else {
        const found = readProperties(reader, "PUBLISH");
        if (found?.subscriptionIdentifier !== undefined)
          throw protocolError("a publisher sends no subscription identifier");
        topic = this.resolve(topic, found?.topicAlias);
        properties = messageProperties(found);
      }
      if (topic === "") throw protocolError("a PUBLISH with neither topic nor topic alias");
    }
    if (reader.left > this.limits.payload) throw new ProtocolError(REASON.packetTooLarge, "payload over 128 KB");
    if (!goodTopics.has(topic)) checkTopic(topic);
    const retain = (first & 1) !== 0;
    if (retain && topic.startsWith("$"))
      throw new ProtocolError(REASON.retainNotSupported, "retain is not supported with basic ingest");
    return { topic, payload: bytes.subarray(reader.at, end), qos, retain, id, properties };
  }

  private resolve(topic: string, alias: number | undefined): string {
    if (alias === undefined) return topic;
    const max = this.limits.topicAliases;
    if (alias < 1 || alias > max)
      throw new ProtocolError(REASON.topicAliasInvalid, `topic alias is not within 1 and ${max}`);
    if (topic !== "") {
      this.aliases.set(alias, topic);
      return topic;
    }
    const known = this.aliases.get(alias);
    if (known === undefined) throw protocolError("topic alias has no topic yet");
    return known;
  }
}

function qosOf(first: number): 0 | 1 {
  const qos = (first >> 1) & 3;
  if (qos === 3) throw malformed("both QoS bits are set");
  if (qos === 2) throw new ProtocolError(REASON.qosNotSupported, "QoS 2 is not supported");
  return qos as 0 | 1;
}

function checkTopic(topic: string): void {
  const problem = topicNameProblem(topic);
  if (problem !== undefined) throw new ProtocolError(REASON.topicNameInvalid, problem);
  if (goodTopics.size >= REMEMBERED_TOPICS) goodTopics.clear();
  goodTopics.add(topic);
}
