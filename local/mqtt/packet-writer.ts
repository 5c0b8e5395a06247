/** Collects the fields of a packet (MQTT 5, 1.5). */
export class PacketWriter {
  private readonly parts: Buffer[] = [];
  private length = 0;

  byte(value: number): this {
    return this.bytes(Buffer.of(value));
  }

  uint16(value: number): this {
    return this.bytes(Buffer.of(value >> 8, value & 0xff));
  }

  uint32(value: number): this {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32BE(value);
    return this.bytes(bytes);
  }

  varint(value: number): this {
    return this.bytes(varint(value));
  }

  /** @throws RangeError for more than 65,535 bytes */
  text(text: string): this {
    return this.binary(Buffer.from(text));
  }

  /** @throws RangeError for more than 65,535 bytes */
  binary(bytes: Buffer): this {
    if (bytes.length > 65_535) throw new RangeError(`${bytes.length} bytes do not fit a field of a packet`);
    return this.uint16(bytes.length).bytes(bytes);
  }

  bytes(bytes: Buffer): this {
    this.parts.push(bytes);
    this.length += bytes.length;
    return this;
  }

  /** What `write` writes, with its length in front as a variable byte integer. */
  measured(write: (writer: PacketWriter) => void): this {
    const inner = new PacketWriter();
    write(inner);
    this.varint(inner.length);
    for (const part of inner.parts) this.bytes(part);
    return this;
  }

  /** The packet, with a fixed header of this first byte. */
  packet(first: number): Buffer {
    const header = varint(this.length);
    return Buffer.concat([Buffer.of(first), header, ...this.parts], 1 + header.length + this.length);
  }
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  do {
    const rest = Math.floor(value / 128);
    bytes.push(rest > 0 ? (value % 128) + 128 : value);
    value = rest;
  } while (value > 0);
  return Buffer.from(bytes);
}
