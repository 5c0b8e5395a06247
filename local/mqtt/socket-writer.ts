import type { Duplex } from "node:stream";

/** What a socket tells its connection. */
export interface SocketEvents {
  onBytes(chunk: Buffer): void;
  /** everything that waited has been sent */
  onDrained(): void;
  /** the peer has gone, or was closed; comes once */
  onClosed(): void;
}

/** A socket, of TCP or of WebSocket: writes of one turn leave together, reading can be paused, and the end always comes. */
export class SocketWriter {
  private corked = false;
  private ended = false;
  private closed = false;

  constructor(
    private readonly socket: Duplex,
    events: SocketEvents,
  ) {
    socket.on("data", (chunk: Buffer) => {
      if (!this.ended) events.onBytes(chunk);
    });
    socket.on("drain", () => events.onDrained());
    // What went wrong shows in "close", which follows.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (this.closed) return;
      this.closed = true;
      events.onClosed();
    });
  }

  /** bytes that wait to be sent */
  get backlog(): number {
    return this.socket.writableLength;
  }

  write(bytes: Buffer): void {
    if (this.ended || this.closed) return;
    if (!this.corked) {
      this.corked = true;
      this.socket.cork();
      process.nextTick(() => this.uncork());
    }
    this.socket.write(bytes);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    if (!this.ended) this.socket.resume();
  }

  /**
   * Sends what waits, then closes. What a peer still sends is read and dropped for a while, for a reset would take away the last packet
   * that it should see; after `patience` ms the socket is destroyed.
   */
  end(patience: number): void {
    if (this.ended || this.closed) return;
    this.ended = true;
    this.uncork();
    this.socket.end();
    this.socket.resume();
    const timer = setTimeout(() => this.socket.destroy(), patience);
    this.socket.once("close", () => clearTimeout(timer));
  }

  private uncork(): void {
    if (!this.corked) return;
    this.corked = false;
    this.socket.uncork();
  }
}
