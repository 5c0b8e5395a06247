import { malformed, ProtocolError, REASON } from "./reasons";

const EMPTY = Buffer.alloc(0);

/**
 * Cuts the bytes of a connection into MQTT packets. After `next()` the fields describe one whole packet, until the call after. No
 * object a packet, no copy but for packets that arrive in pieces.
 */
export class Frames {
  /** the packet lies in here */
  bytes: Buffer = EMPTY;
  /** its first byte: type and flags */
  first = 0;
  /** where it begins */
  start = 0;
  /** where its variable header begins */
  body = 0;
  /** where it ends */
  end = 0;
  /** refuse a length that is encoded in more bytes than it needs, as MQTT 5 does (1.5.5); set once the version is known */
  strict = false;
  private at = 0;
  /** bytes that the unfinished packet has at least */
  private needed = 0;
  private pieces: Buffer[] = [];
  private pieceBytes = 0;

  constructor(private readonly maxPacket: number) {}

  push(chunk: Buffer): void {
    const rest = this.bytes.length - this.at;
    if (rest === 0 && this.pieceBytes === 0) {
      this.bytes = chunk;
      this.at = 0;
      return;
    }
    this.pieces.push(chunk);
    this.pieceBytes += chunk.length;
    if (rest + this.pieceBytes < this.needed) return;
    this.bytes = Buffer.concat([this.bytes.subarray(this.at), ...this.pieces]);
    this.at = 0;
    this.pieces = [];
    this.pieceBytes = 0;
  }

  /** False when more bytes are needed. @throws ProtocolError for a length that is none, or above the limit before its bytes come */
  next(): boolean {
    const { bytes, at } = this;
    if (this.pieceBytes > 0) return false;
    if (at < bytes.length) this.first = bytes[at]!;
    let i = at + 1;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      if (i >= bytes.length) return this.wait(bytes.length - at + 1);
      const byte = bytes[i++]!;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
      if (shift === 21) throw malformed("its length has more than four bytes");
    }
    if (this.strict && i - at > 2 && bytes[i - 1] === 0)
      throw malformed("its length is encoded in more bytes than it needs");
    const end = i + length;
    if (end - at > this.maxPacket)
      throw new ProtocolError(REASON.packetTooLarge, `packet over ${this.maxPacket.toLocaleString("en-US")} bytes`);
    if (end > bytes.length) return this.wait(end - at);
    this.start = at;
    this.body = i;
    this.end = end;
    this.at = end;
    return true;
  }

  /** The first byte that has come of the packet after this one. */
  peek(): number | undefined {
    return this.bytes[this.at];
  }

  /** The whole packet, header included. */
  packet(): Buffer {
    return this.bytes.subarray(this.start, this.end);
  }

  private wait(needed: number): false {
    this.needed = needed;
    if (this.at === this.bytes.length) {
      this.bytes = EMPTY;
      this.at = 0;
    }
    return false;
  }
}
