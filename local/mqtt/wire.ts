import type { Socket } from "node:net";

export interface WireEvents {
  onBytes(chunk: Buffer): void;
  /** the peer has gone, or was let go; comes once */
  onGone(): void;
  /** everything that waited has been sent */
  onDrained(): void;
}

/** A socket: writes of one turn leave together, reading can be held, and the end always comes. */
export class Wire {
  private corked = false;
  private ended = false;
  private gone = false;

  constructor(
    private readonly socket: Socket,
    events: WireEvents,
  ) {
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      if (!this.ended) events.onBytes(chunk);
    });
    socket.on("drain", () => events.onDrained());
    // What went wrong shows in "close", which follows.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.gone = true;
      events.onGone();
    });
  }

  /** bytes that wait to be sent */
  get backlog(): number {
    return this.socket.writableLength;
  }

  write(bytes: Buffer): void {
    if (this.ended || this.gone) return;
    if (!this.corked) {
      this.corked = true;
      this.socket.cork();
      process.nextTick(() => this.uncork());
    }
    this.socket.write(bytes);
  }

  hold(): void {
    this.socket.pause();
  }

  release(): void {
    if (!this.ended) this.socket.resume();
  }

  /**
   * Sends what waits, then closes. A peer that is still sending is read and not listened to for a while, for a reset would take away the
   * last packet that it should see; after `patience` ms the socket is closed for good.
   */
  end(patience: number): void {
    if (this.ended || this.gone) return;
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
