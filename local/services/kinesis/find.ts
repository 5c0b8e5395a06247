import { ACCOUNT } from "../../core/model";
import { invalid, notFound, wrongArgument } from "./errors";
import { shardId, type Stream } from "./stream";

/** How calls name a stream. */
export interface StreamNamed {
  StreamName?: string | undefined;
  StreamARN?: string | undefined;
}

/** Finds the streams and shards that calls name. */
export class StreamFinder {
  constructor(
    private readonly region: string,
    private readonly streams: ReadonlyMap<string, Stream>,
  ) {}

  /** All, by name. */
  get all(): Stream[] {
    return [...this.streams.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The ARN by which a call is decided; the stream need not exist. @throws ApiError when the call names none, or two */
  arnOf({ StreamName: name, StreamARN: arn }: StreamNamed): string {
    if (name === undefined && arn === undefined)
      throw wrongArgument("Either StreamName or StreamARN must be provided.");
    const made = `arn:aws:kinesis:${this.region}:${ACCOUNT}:stream/${name}`;
    if (arn === undefined) return made;
    if (!/^arn:aws[^:]*:kinesis:[^:]*:\d{12}:stream\/[^/]+$/.test(arn))
      throw invalid(`Value '${arn}' at 'streamARN' failed to satisfy constraint: Member must be the ARN of a stream`);
    if (name !== undefined && arn !== made)
      throw wrongArgument(`StreamName ${name} and StreamARN ${arn} name different streams.`);
    return arn;
  }

  /** @throws ApiError */
  find(named: StreamNamed): Stream {
    const arn = this.arnOf(named);
    const found = [...this.streams.values()].find((stream) => stream.arn === arn);
    if (found !== undefined) return found;
    throw notFound(`Stream ${arn.split("stream/")[1]} under account ${ACCOUNT} not found.`);
  }

  /** The number of a shard. @throws ApiError */
  shardOf(stream: Stream, id: string | undefined): number {
    const shard = stream.shards.findIndex((_, number) => shardId(number) === id);
    if (shard >= 0) return shard;
    throw notFound(`Shard ${id} in stream ${stream.name} under account ${ACCOUNT} does not exist`);
  }
}
