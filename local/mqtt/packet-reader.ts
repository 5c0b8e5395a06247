import { isUtf8 } from "node:buffer";
import { malformed } from "./reasons";

/** Reads the fields of one packet in order (MQTT 5, 1.5). Every method throws a ProtocolError when the bytes do not hold what it reads. */
export class PacketReader {
  private bytes: Buffer = Buffer.alloc(0);
  private end = 0;
  at = 0;

  /** Begins with the bytes [start, end), which are one packet without its fixed header. */
  begin(bytes: Buffer, start: number, end: number): this {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    return this;
  }

  get left(): number {
    return this.end - this.at;
  }

  byte(what: string): number {
    return this.bytes[this.take(1, what)]!;
  }

  uint16(what: string): number {
    return this.bytes.readUInt16BE(this.take(2, what));
  }

  uint32(what: string): number {
    return this.bytes.readUInt32BE(this.take(4, what));
  }

  /** A variable byte integer, in as few bytes as it needs. */
  varint(what: string): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte(what);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) throw malformed(`${what} is encoded in more bytes than it needs`);
        return value;
      }
    }
    throw malformed(`${what} has more than four bytes`);
  }

  /** A copy: the packet's memory is reused. */
  binary(what: string): Buffer {
    const length = this.uint16(what);
    const start = this.take(length, what);
    return Buffer.from(this.bytes.subarray(start, start + length));
  }

  text(what: string): string {
    const length = this.uint16(what);
    const start = this.take(length, what);
    const text = this.bytes.toString("utf8", start, start + length);
    if (text.includes("\u0000")) throw malformed(`${what} contains a NUL character`);
    if (text.includes("\ufffd") && !isUtf8(this.bytes.subarray(start, start + length)))
      throw malformed(`${what} is not valid UTF-8`);
    return text;
  }

  /** Calls `read` with the end moved to `length` bytes from here, all of which it must take. */
  within(length: number, what: string, read: () => void): void {
    const { end } = this;
    if (length > this.left) throw malformed(`it ends within its ${what}`);
    this.end = this.at + length;
    read();
    this.end = end;
  }

  /** @throws ProtocolError when bytes are left */
  done(): void {
    if (this.left > 0) throw malformed(`${this.left} bytes follow its end`);
  }

  private take(count: number, what: string): number {
    const { at } = this;
    if (at + count > this.end) throw malformed(`it ends within its ${what}`);
    this.at = at + count;
    return at;
  }
}
