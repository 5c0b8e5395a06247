import { withPlainIntegers } from "../output/table";

/** ms between two looks at least, so a browser gets at most four states a second however many messages come */
const EVERY_MS = 250;
/** A look at the state takes at most this part of the time, */
const SHARE = 0.1;
/** but the next one comes after so many ms at most */
const AT_MOST_MS = 2000;
/** ms after which a subscriber hears something, so that it notices when the connection is gone */
const HEARTBEAT_MS = 15_000;

/** Takes a state that changed, as JSON, or undefined as a sign of life. */
export type Subscriber = (json: string | undefined) => void;

/**
 * Tells subscribers the state a few times a second while it changes. What happens in between is one change, so the cost does not grow with
 * the number of messages; without a subscriber nothing is looked at.
 */
export class Live {
  /** looks at the state so far, and ms that they took together */
  readonly cost = { looks: 0, ms: 0 };
  private readonly subscribers = new Set<Subscriber>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private last = "";
  private told = 0;
  private closed = false;

  /** @param look gives the state; what it raises is handed to `onError` */
  constructor(
    private readonly look: () => Promise<unknown>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** @returns ends the subscription */
  subscribe(subscriber: Subscriber): () => void {
    this.subscribers.add(subscriber);
    if (this.last !== "") subscriber(this.last);
    if (this.subscribers.size === 1) this.arm(0);
    return () => {
      this.subscribers.delete(subscriber);
      if (this.subscribers.size === 0) this.forget();
    };
  }

  /** Resolves when a look that has begun has ended. */
  async close(): Promise<void> {
    this.closed = true;
    this.subscribers.clear();
    this.forget();
    await this.looking;
  }

  /** What is old when the next subscriber comes is not told. */
  private forget(): void {
    clearTimeout(this.timer);
    this.last = "";
  }

  private arm(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.looking = this.tell()), ms);
    this.timer.unref();
  }

  private async tell(): Promise<void> {
    const began = performance.now();
    try {
      const json = JSON.stringify(await this.look(), withPlainIntegers);
      const due = Date.now() - this.told > HEARTBEAT_MS;
      const changed = json !== this.last;
      if (changed || due) {
        this.told = Date.now();
        this.last = this.subscribers.size === 0 ? "" : json;
        for (const subscriber of this.subscribers) subscriber(changed ? json : undefined);
      }
    } catch (error) {
      this.onError(error);
    }
    const took = performance.now() - began;
    this.cost.looks++;
    this.cost.ms += took;
    if (!this.closed && this.subscribers.size > 0) this.arm(Math.min(AT_MOST_MS, Math.max(EVERY_MS, took / SHARE)));
  }
}
