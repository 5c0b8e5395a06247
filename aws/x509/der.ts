/**
 * The part of ASN.1's DER that certificates and certificate requests are written in
 * (https://www.itu.int/rec/T-REC-X.690, https://www.rfc-editor.org/rfc/rfc5280). Node.js reads certificates and writes none.
 */

/** One value of DER. */
export interface Der {
  tag: number;
  /** what it holds, without tag and length */
  body: Buffer;
  /** with tag and length */
  whole: Buffer;
}

/** Bytes that are no DER, or end early. */
export class DerError extends Error {}

/** A value with its tag and length. */
export function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  const { length } = body;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), body]);
  const digits = Buffer.from(length.toString(16).padStart(length > 0xffff ? 6 : length > 0xff ? 4 : 2, "0"), "hex");
  return Buffer.concat([Buffer.from([tag, 0x80 | digits.length]), digits, body]);
}

/** This and the next write one kind of value each. */
export const sequence = (...items: readonly Buffer[]): Buffer => der(0x30, ...items);
export const set = (...items: readonly Buffer[]): Buffer => der(0x31, ...items);
export const octets = (bytes: Buffer): Buffer => der(0x04, bytes);
export const bits = (bytes: Buffer, unused = 0): Buffer => der(0x03, Buffer.from([unused]), bytes);
export const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text));
export const yes = Buffer.from([0x01, 0x01, 0xff]);
/** A member that is marked by its number, `[0]`. */
export const marked = (number: number, ...contents: readonly Buffer[]): Buffer => der(0xa0 | number, ...contents);

/** A number that is not negative, from its bytes. */
export function integer(bytes: Buffer): Buffer {
  let at = 0;
  while (at < bytes.length - 1 && bytes[at] === 0) at++;
  const digits = bytes.subarray(at);
  return der(0x02, digits[0]! & 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits);
}

/** An object identifier, as `2.5.4.3`. */
export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const digits = [part & 0x7f];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return der(0x06, Buffer.from(bytes));
}

/** `20261231235959Z`; good for any year. */
export function time(ms: number): Buffer {
  const text = `${new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, "")}Z`;
  // Until 2049 a certificate has two digits of the year (RFC 5280, 4.1.2.5).
  return text < "2050" ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text));
}

/** Reads the value at the beginning of `bytes`. @throws DerError */
export function read(bytes: Buffer): Der {
  const tag = bytes[0];
  let length = bytes[1];
  if (tag === undefined || length === undefined) throw new DerError("ends early");
  let start = 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 3 || bytes.length < 2 + count) throw new DerError("has a length that cannot be read");
    length = bytes.readUIntBE(2, count);
    start += count;
  }
  if (bytes.length < start + length) throw new DerError("ends early");
  return { tag, body: bytes.subarray(start, start + length), whole: bytes.subarray(0, start + length) };
}

/** The values in the body of a sequence or set. @throws DerError */
export function readAll(body: Buffer): Der[] {
  const items: Der[] = [];
  for (let rest = body; rest.length > 0;) {
    const item = read(rest);
    items.push(item);
    rest = rest.subarray(item.whole.length);
  }
  return items;
}

/** The bytes between BEGIN and END of a PEM text; undefined if there is no such block. */
export function fromPem(text: string, label: RegExp): Buffer | undefined {
  const match = /-----BEGIN ([A-Z0-9 ]+)-----([\sA-Za-z0-9+/=]+)-----END \1-----/.exec(text);
  return match === null || !label.test(match[1]!) ? undefined : Buffer.from(match[2]!, "base64");
}

/** PEM: base64 in lines of 64 characters. */
export function toPem(bytes: Buffer, label: string): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
