import type { Client } from "pg";
import { lsnText } from "./lsn";

/** Bytes that wait before the connection is paused. */
const WAITING = 4 * 1024 * 1024;
/** ms between two reports of what is done; the server ends a connection that is silent for a minute. */
const STATUS_MS = 10_000;

interface Wire {
  on(event: "copyData", listener: (message: { chunk: Buffer }) => void): void;
  sendCopyFromChunk(chunk: Buffer): void;
  stream: { pause(): void; resume(): void };
}

/** Messages of a logical replication slot, one by one. https://www.postgresql.org/docs/current/protocol-replication.html */
export class ChangeStream {
  private readonly queue: Buffer[] = [];
  private waiting = 0;
  private wake: (() => void) | undefined;
  private ended: Error | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** position up to which the server has sent everything */
  sent = 0n;
  /** position up to which everything is in the stream */
  done = 0n;

  private constructor(private readonly client: Client) {}

  /** Starts at a position, or where the slot stands if that is later. */
  static async start(client: Client, slot: string, publication: string, from: bigint): Promise<ChangeStream> {
    const stream = new ChangeStream(client);
    stream.done = from;
    const { wire } = stream;
    wire.on("copyData", ({ chunk }) => stream.take(chunk));
    const started = new Promise<void>((resolve) =>
      (client as unknown as { connection: { once(event: string, then: () => void): void } }).connection.once(
        "replicationStart",
        () => resolve(),
      ),
    );
    const options = `proto_version '1', publication_names '"${publication}"'`;
    const running = client.query(`START_REPLICATION SLOT "${slot}" LOGICAL ${lsnText(from)} (${options})`);
    const ended = running.then(
      () => stream.end(new Error("the database ended the replication")),
      (error: Error) => stream.end(error),
    );
    client.on("end", () => stream.end(new Error("the connection to the database has ended")));
    client.on("error", (error: Error) => stream.end(error));
    await Promise.race([started, ended]);
    if (stream.ended !== undefined) throw stream.ended;
    stream.timer = setInterval(() => stream.report(false), STATUS_MS);
    return stream;
  }

  /** The next message; undefined when none is there and `stop` has been called. @throws Error when the connection has ended */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const message = this.queue.shift();
      if (message !== undefined) {
        this.waiting -= message.length;
        if (this.waiting < WAITING / 2) this.wire.stream.resume();
        return message;
      }
      if (this.stopped) return undefined;
      if (this.ended !== undefined) throw this.ended;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private stopped = false;

  /** messages that came and were not taken */
  get pending(): number {
    return this.queue.length;
  }

  /** Tells the server what is done. @param reply whether it is to tell how far it has sent */
  report(reply: boolean): void {
    if (this.ended !== undefined) return;
    const status = Buffer.alloc(34);
    status.write("r", 0, "latin1");
    for (const at of [1, 9, 17]) status.writeBigInt64BE(this.done, at);
    status.writeBigInt64BE(BigInt(Date.now() - 946_684_800_000) * 1000n, 25);
    status[33] = reply ? 1 : 0;
    this.wire.sendCopyFromChunk(status);
  }

  /** Ends; what is done has been reported. */
  async stop(): Promise<void> {
    this.report(false);
    this.stopped = true;
    clearInterval(this.timer);
    this.wake?.();
    await this.client.end().catch(() => undefined);
  }

  private get wire(): Wire {
    return (this.client as unknown as { connection: Wire }).connection;
  }

  private end(error: Error): void {
    this.ended ??= error;
    clearInterval(this.timer);
    this.wake?.();
  }

  private take(chunk: Buffer): void {
    if (chunk[0] === 0x6b) {
      // "k", a keepalive; in answer to one that asks, and otherwise when there is time
      const end = chunk.readBigInt64BE(1);
      if (end > this.sent) this.sent = end;
      if (chunk[17] === 1) this.report(false);
      this.onSent?.();
      return;
    }
    // "w": start, end and time stand before the message
    const message = Buffer.from(chunk.subarray(25));
    this.queue.push(message);
    this.waiting += message.length;
    if (this.waiting > WAITING) this.wire.stream.pause();
    this.wake?.();
  }

  /** called when the server has told how far it has sent */
  onSent: (() => void) | undefined;
}
