/** A call that waits for its time. */
export interface Timer {
  cancel(): void;
}

interface Entry extends Timer {
  time: number;
  place: string;
  order: number;
  run: (() => void | Promise<void>) | undefined;
}

/** setTimeout takes at most 2^31 - 1 ms; longer waits are taken in pieces. */
const LONGEST_WAIT = 2_147_483_647;
/** A stepped clock gives way to the event loop this often (ms of the machine), so that signals and sockets are heard. */
const YIELD_EVERY = 20;

/**
 * The one clock of the local cloud. Buffers, limits, retention and lifecycle read it and nothing reads the machine's
 * time beside it. Stepped, it stands still until `advanceTo`, and everything that falls due on the way is done, in
 * order, before it returns: three months pass in seconds and hit the same limits. Running, it follows the machine.
 */
export class Clock {
  private readonly heap: Entry[] = [];
  private readonly settlers: (() => Promise<void>)[] = [];
  private readonly resetters: (() => void)[] = [];
  private readonly starters: (() => void)[] = [];
  private order = 0;
  private advancing: Promise<void> = Promise.resolve();
  private current: number;
  private origin: number;
  /** running: what is added to the machine's time so that the clock never goes back */
  private offset: number | undefined;
  private wake: NodeJS.Timeout | undefined;
  private yielded = 0;
  /** takes what a timer or a consumer throws; time goes on. By default it is thrown where the clock is advanced */
  onError: (place: string, error: unknown) => void = (_, error) => {
    throw error;
  };

  /** Stepped, at `start` (ms since 1970-01-01 UTC). */
  constructor(start: number) {
    this.current = start;
    this.origin = start;
  }

  /** ms since 1970-01-01 UTC at which it began; a reset moves it */
  get began(): number {
    return this.origin;
  }

  /** ms of its own time that have passed */
  get elapsed(): number {
    return this.now() - this.origin;
  }

  /** ms since 1970-01-01 UTC */
  now(): number {
    return this.offset === undefined ? this.current : Math.max(this.current, Date.now() + this.offset);
  }

  /**
   * ms by which the pace of a client's calls is measured: this clock while it runs. A stepped clock stands still between two calls, so that
   * a limit per second would never give way; then it is the machine's.
   */
  get callTime(): number {
    return this.running ? this.now() : Date.now();
  }

  get running(): boolean {
    return this.offset !== undefined;
  }

  /**
   * Calls `run` when the clock reaches `time`; a stepped clock waits for the promise that it returns.
   * @param place names the timer where an error of it is recorded
   */
  at(time: number, run: () => void | Promise<void>, place = "timer"): Timer {
    const entry: Entry = {
      time: Math.max(time, this.now()),
      place,
      order: this.order++,
      run,
      cancel() {
        this.run = undefined;
      },
    };
    push(this.heap, entry);
    if (this.running && this.heap[0] === entry) this.arm();
    return entry;
  }

  /** Calls `run` in `ms` milliseconds of this clock. */
  after(ms: number, run: () => void | Promise<void>, place?: string): Timer {
    return this.at(this.now() + ms, run, place);
  }

  /** The time at which the next timer is due, ms since 1970-01-01 UTC; undefined if there is none. */
  get next(): number | undefined {
    while (this.heap[0] !== undefined && this.heap[0].run === undefined) pop(this.heap);
    return this.heap[0]?.time;
  }

  /** `settle` is awaited before time moves: a consumer that still works on what has arrived keeps the clock standing. */
  onSettle(settle: () => Promise<void>): void {
    this.settlers.push(settle);
  }

  /** Waits until nobody has work left at the present time. */
  async settle(): Promise<void> {
    for (const settle of this.settlers)
      try {
        await settle();
      } catch (error) {
        this.onError("consumer", error);
      }
  }

  /**
   * Moves a stepped clock to `time` and does everything due until then, in order. A time in the past changes nothing. Two advances do
   * not mix: the second begins when the first has arrived. The event loop gets its turn on the way, however far it is.
   * @param signal stops the clock where it is by then
   */
  advanceTo(time: number, signal?: AbortSignal): Promise<void> {
    const advance = this.advancing.then(() => this.advance(time, signal));
    this.advancing = advance.catch(() => undefined);
    return advance;
  }

  private async advance(time: number, signal?: AbortSignal): Promise<void> {
    if (this.running) throw new Error("a running clock cannot be advanced");
    checkTime(time);
    await this.settle();
    for (;;) {
      await this.giveWay();
      if (signal?.aborted === true) return;
      const next = this.heap[0];
      if (next === undefined || next.time > time) break;
      pop(this.heap);
      if (next.run === undefined) continue;
      this.current = Math.max(this.current, next.time);
      try {
        await next.run();
      } catch (error) {
        this.onError(next.place, error);
      }
      await this.settle();
    }
    this.current = Math.max(this.current, time);
  }

  private async giveWay(): Promise<void> {
    const now = performance.now();
    if (now - this.yielded < YIELD_EVERY) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.yielded = performance.now();
  }

  /** Sets a stepped clock that nobody has used yet to another time, back too: a recording brings its own. What waits moves with it. */
  reset(time: number): void {
    if (this.running) throw new Error("a running clock cannot be reset");
    checkTime(time);
    const shift = time - this.current;
    for (const entry of this.heap) entry.time += shift;
    this.current = time;
    this.origin = time;
    for (const onReset of this.resetters) onReset();
  }

  /** `onReset` is called when the clock has been set: what waits for a time of day must look for it again. */
  onReset(onReset: () => void): void {
    this.resetters.push(onReset);
  }

  /** `onStart` is called when time begins to pass by itself. */
  onStart(onStart: () => void): void {
    this.starters.push(onStart);
  }

  /** From now on time passes by itself. It starts where the stepped clock stood, or at the machine's time if that is later. */
  start(): void {
    if (this.running) return;
    this.offset = Math.max(0, this.current - Date.now());
    this.arm();
    for (const onStart of this.starters) onStart();
  }

  /** Time stands still again, so that what is buffered can be delivered by `advanceTo` without waiting for it. */
  stop(): void {
    if (!this.running) return;
    clearTimeout(this.wake);
    this.current = this.now();
    this.offset = undefined;
  }

  private arm(): void {
    clearTimeout(this.wake);
    const next = this.heap[0];
    if (next === undefined) return;
    this.wake = setTimeout(
      () => {
        this.fire();
      },
      Math.min(LONGEST_WAIT, Math.max(0, next.time - this.now())),
    );
    // An armed timer alone does not keep the process alive: servers and the command do.
    this.wake.unref();
  }

  private fire(): void {
    for (let next = this.heap[0]; next !== undefined && next.time <= this.now(); next = this.heap[0]) {
      pop(this.heap);
      const { place, run } = next;
      try {
        run?.()?.catch((error: unknown) => this.onError(place, error));
      } catch (error) {
        this.onError(place, error);
      }
    }
    this.arm();
  }
}

/** Dates reach 8,640,000,000,000,000 ms from 1970 (ECMAScript, "Time Values and Time Range"). */
const FARTHEST = 8.64e15;

function checkTime(time: number): void {
  if (!(Math.abs(time) <= FARTHEST)) throw new RangeError(`${time} ms since 1970 is not a date`);
}

function before(a: Entry, b: Entry): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}

function push(heap: Entry[], entry: Entry): void {
  let i = heap.push(entry) - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(heap[i]!, heap[parent]!)) break;
    [heap[i], heap[parent]] = [heap[parent]!, heap[i]!];
    i = parent;
  }
}

function pop(heap: Entry[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  heap[0] = last;
  for (let i = 0; ;) {
    let least = i;
    for (const child of [2 * i + 1, 2 * i + 2])
      if (child < heap.length && before(heap[child]!, heap[least]!)) least = child;
    if (least === i) return;
    [heap[i], heap[least]] = [heap[least]!, heap[i]!];
    i = least;
  }
}
