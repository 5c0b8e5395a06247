import { createHash } from "node:crypto";

/** A message's attribute: text of the type String, or a value with its type (`Number`, `Binary`, `String.custom`, ...). */
export type AttributeValue = string | { type: string; text?: string; /** base64 */ binary?: string };

/** A message of a queue. */
export interface Message {
  id: string;
  body: string;
  /** ms since 1970-01-01 UTC on the local clock */
  sent: number;
  attributes: Record<string, AttributeValue>;
  /** id of who sent it */
  sender: string;
  /** ARN of the queue whose redrive policy has moved it here */
  source?: string;
  /** how often it was received, and when first */
  received: number;
  first?: number;
  /** ms; before it no receiver sees the message */
  due: number;
}

/** Bytes of a message as SQS counts them: its body with the names, types and values of its attributes. */
export function sizeOf(body: string, attributes: Readonly<Record<string, AttributeValue>>): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, value] of Object.entries(attributes)) {
    const { type, data } = partsOf(value);
    bytes += Buffer.byteLength(name) + Buffer.byteLength(type) + data.length;
  }
  return bytes;
}

/** MD5 of a text, in hexadecimal digits. */
export function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/**
 * The digest of attributes that clients compare; undefined if there are none.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: Readonly<Record<string, AttributeValue>>): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { type, data, isBinary } = partsOf(attributes[name]!);
    add(Buffer.from(name));
    add(Buffer.from(type));
    hash.update(Buffer.from([isBinary ? 2 : 1]));
    add(data);
  }
  return hash.digest("hex");
}

/** An attribute's type and bytes. */
export function partsOf(value: AttributeValue): { type: string; data: Buffer; isBinary: boolean } {
  if (typeof value === "string") return { type: "String", data: Buffer.from(value), isBinary: false };
  const isBinary = value.binary !== undefined;
  return {
    type: value.type,
    data: isBinary ? Buffer.from(value.binary!, "base64") : Buffer.from(value.text ?? ""),
    isBinary,
  };
}
