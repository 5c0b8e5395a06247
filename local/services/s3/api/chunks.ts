import { createHash, createHmac } from "node:crypto";
import { s3Error } from "./row";

/** The signature of a request's head, from which those of its chunks follow. */
export interface ChunkSigning {
  /** of the day, region and service */
  key: Buffer;
  scope: string;
  /** YYYYMMDDTHHMMSSZ */
  time: string;
  /** in hex */
  signature: string;
}

/** How a body in chunks is read. */
export interface ChunkOptions {
  /** the chunks are signed; with the key they are verified, without it taken as they are */
  signed: boolean;
  signing: ChunkSigning | undefined;
  /** takes the headers after the last chunk, names in lower case */
  trailers: Map<string, string>;
}

/** Bytes of a chunk's first line or of the headers at the end; the longest signature takes 100. */
const LINE_BYTES = 8192;
const EMPTY_HASH = createHash("sha256").digest("hex");

/**
 * Decodes the content encoding `aws-chunked`: chunks with their size and maybe a signature, and headers after the last.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 * @throws ApiError when it breaks off, is not in this form, or a signature is wrong
 */
export async function* decodeChunks(body: AsyncIterable<Buffer>, options: ChunkOptions): AsyncGenerator<Buffer> {
  const reader = new LineReader(body);
  const chain = options.signing === undefined ? undefined : new SignatureChain(options.signing);
  for (;;) {
    const [size = "", ...extensions] = (await reader.line()).split(";");
    if (!/^[0-9a-fA-F]{1,12}$/.test(size.trim()))
      throw malformed(`a chunk begins with ${JSON.stringify(size.slice(0, 40))}, not with its size`);
    const signature = extensions.map((text) => /^chunk-signature=([0-9a-f]{64})$/.exec(text.trim())?.[1]).find(Boolean);
    if (options.signed && signature === undefined) throw malformed("a chunk has no signature");
    const bytes = parseInt(size, 16);
    const hash = chain === undefined ? undefined : createHash("sha256");
    for await (const piece of reader.take(bytes)) {
      hash?.update(piece);
      yield piece;
    }
    if (options.signed) chain?.check("AWS4-HMAC-SHA256-PAYLOAD", `${EMPTY_HASH}\n${hash!.digest("hex")}`, signature!);
    if (bytes === 0) break;
    if ((await reader.line()) !== "") throw malformed("a chunk is longer than its size");
  }
  await readTrailers(reader, options.trailers);
  const signature = options.trailers.get("x-amz-trailer-signature");
  if (signature === undefined) return;
  const signedTrailers = [...options.trailers].filter(([name]) => name !== "x-amz-trailer-signature");
  const text = signedTrailers.map(([name, value]) => `${name}:${value}\n`).join("");
  chain?.check("AWS4-HMAC-SHA256-TRAILER", createHash("sha256").update(text).digest("hex"), signature);
}

async function readTrailers(reader: LineReader, trailers: Map<string, string>): Promise<void> {
  for (;;) {
    const line = await reader.line(true);
    if (line === "") return;
    const colon = line.indexOf(":");
    if (colon === -1) throw malformed(`${JSON.stringify(line.slice(0, 40))} after the last chunk is no header`);
    if (trailers.size >= 16) throw malformed("there are more than 16 headers after the last chunk");
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

function malformed(problem: string): Error {
  return s3Error("IncompleteBody", `The request body is not in the encoding aws-chunked: ${problem}`);
}

/** Each signature is over the one before it. */
class SignatureChain {
  private previous: string;

  constructor(private readonly signing: ChunkSigning) {
    this.previous = signing.signature;
  }

  check(algorithm: string, hashes: string, signature: string): void {
    const { key, time, scope } = this.signing;
    const text = [algorithm, time, scope, this.previous, hashes].join("\n");
    const expected = createHmac("sha256", key).update(text).digest("hex");
    if (expected !== signature)
      throw s3Error(
        "SignatureDoesNotMatch",
        "The signature of a chunk of the body does not match what was calculated.",
      );
    this.previous = signature;
  }
}

/** Lines and runs of bytes of a stream, of which no more is held than came at once. */
class LineReader {
  private readonly pieces: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(body: AsyncIterable<Buffer>) {
    this.pieces = body[Symbol.asyncIterator]();
  }

  /**
   * The text up to the next line end.
   * @param orEnd whether the end of the stream ends a line, too
   */
  async line(orEnd = false): Promise<string> {
    for (;;) {
      const end = this.rest.indexOf("\r\n");
      if (end !== -1) {
        const line = this.rest.toString("latin1", 0, end);
        this.rest = this.rest.subarray(end + 2);
        return line;
      }
      if (this.rest.length > LINE_BYTES) throw malformed(`a line is longer than ${LINE_BYTES} bytes`);
      const more = await this.next();
      if (more !== undefined) this.rest = Buffer.concat([this.rest, more]);
      else if (orEnd) {
        const line = this.rest.toString("latin1");
        this.rest = Buffer.alloc(0);
        return line;
      } else throw malformed("it breaks off");
    }
  }

  async *take(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0;) {
      if (this.rest.length === 0) {
        const more = await this.next();
        if (more === undefined) throw malformed("it breaks off within a chunk");
        this.rest = more;
      }
      const piece = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  private async next(): Promise<Buffer | undefined> {
    const { done, value } = await this.pieces.next();
    return done === true ? undefined : value;
  }
}
