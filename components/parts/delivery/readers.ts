import type * as pulumi from "@pulumi/pulumi";

/**
 * The delivery streams that read a channel. They start at the newest record, so a rule that fed the channel earlier would lose messages: the
 * channel's rules wait for all of them. A channel is constructed before those that read it, so its rules are created after the current
 * turn of the event loop, or when whoever holds the channel open has released it.
 */
class Readers {
  private readonly resources: pulumi.Resource[] = [];
  private holders = 1;
  private complete: (resources: pulumi.Resource[]) => void = () => {};
  /** resolves to every reader, in the order of their construction */
  readonly all: Promise<pulumi.Resource[]> = new Promise((resolve) => {
    this.complete = resolve;
    setImmediate(() => this.release());
  });

  add(reader: pulumi.Resource): void {
    this.resources.push(reader);
  }

  get open(): boolean {
    return this.holders > 0;
  }

  hold(): void {
    this.holders += 1;
  }

  release(): void {
    this.holders -= 1;
    if (this.holders === 0) this.complete(this.resources);
  }
}

/** By channel; beside the class, whose fields are what the component gives to programs in other languages. */
const readers = new WeakMap<object, Readers>();

/** Begins to collect the readers of a channel. @returns all of them, when the last has been added */
export function openReaders(channel: object): Promise<pulumi.Resource[]> {
  const opened = new Readers();
  readers.set(channel, opened);
  return opened.all;
}

/** Keeps a channel open for readers that are constructed in later turns. @returns what ends that; without it the rules are never created */
export function holdReaders(channel: object): () => void {
  const held = readers.get(channel);
  held?.hold();
  return () => held?.release();
}

/** Whether a channel still takes readers; one that this program did not construct has no rules that could wait. */
export function takesReaders(channel: object): boolean {
  return readers.get(channel)?.open ?? true;
}

/** Adds a delivery stream that reads the channel; nothing to do for a channel of another program. */
export function addReader(channel: object, reader: pulumi.Resource): void {
  readers.get(channel)?.add(reader);
}

/** Every reader of a channel, when the last has been added; none of a channel of another program. */
export function readersOf(channel: object): Promise<pulumi.Resource[]> {
  return readers.get(channel)?.all ?? Promise.resolve([]);
}
