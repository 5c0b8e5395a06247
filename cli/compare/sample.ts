/** Messages of a channel's archive, taken evenly from first to last. */
import type { FolderCatalog } from "../command/catalog";
import { UserError } from "../command/run";
import { Messages } from "../try/source";

/** Objects that a sample is taken from. */
const OBJECTS = 50;

/** What a comparison reads. */
export type MessageStream = Pick<Messages, "readBytes" | "totalBytes" | "batches">;

/** At most so many messages of the archive in a data folder. @throws UserError if nothing is archived */
export function archiveSample({ outputs, s3 }: FolderCatalog, channel: string, limit: number): MessageStream {
  const { bucket, prefix } = outputs.channels[channel]!;
  const all = s3.list(bucket, prefix).filter(({ bytes }) => bytes > 0);
  if (all.length === 0)
    throw new UserError([
      `--sample: the channel ${channel} has archived nothing in this data folder yet; give messages by --input`,
    ]);
  const count = Math.min(OBJECTS, all.length, limit);
  const chosen = Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
  const each = Math.ceil(limit / count);
  return new Sample(
    chosen.map(({ file }) => new Messages({ inputs: [file], messages: [], limit: each, set: [], rename: [] }, false)),
    chosen.reduce((sum, { bytes }) => sum + bytes, 0),
    limit,
  );
}

class Sample implements MessageStream {
  private done = 0;
  private current: Messages | undefined;

  constructor(
    private readonly parts: readonly Messages[],
    readonly totalBytes: number,
    private readonly limit: number,
  ) {}

  get readBytes(): number {
    return this.done + (this.current?.readBytes ?? 0);
  }

  async *batches(): AsyncGenerator<Buffer[]> {
    let room = this.limit;
    for (const part of this.parts) {
      this.current = part;
      for await (const batch of part.batches()) {
        if (room <= 0) return;
        yield batch.slice(0, room);
        room -= Math.min(room, batch.length);
      }
      this.done += part.readBytes;
      this.current = undefined;
    }
  }
}
