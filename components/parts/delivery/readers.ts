import type * as pulumi from "@pulumi/pulumi";

/**
 * The delivery streams that read a channel. They start at the newest record, so a rule that fed the channel earlier would lose messages:
 * the channel's rules wait for all of them. A channel is constructed before those that read it, so its rules are registered
 * when the program's present turn is over, and readers are added until then.
 */
class Readers {
  private readonly resources: pulumi.Resource[] = [];
  private complete = false;
  /** resolves to every reader, in the order of their construction */
  readonly all: Promise<pulumi.Resource[]> = new Promise((resolve) => {
    setImmediate(() => {
      this.complete = true;
      resolve(this.resources);
    });
  });

  add(reader: pulumi.Resource): void {
    this.resources.push(reader);
  }

  get open(): boolean {
    return !this.complete;
  }
}

/** By channel; beside the class, whose fields are what the component gives to programs in other languages. */
const readers = new WeakMap<object, Readers>();

export function openReaders(channel: object): Promise<pulumi.Resource[]> {
  const opened = new Readers();
  readers.set(channel, opened);
  return opened.all;
}

/** Whether a channel still takes readers; one that this program did not construct has no rules that could wait. */
export function takesReaders(channel: object): boolean {
  return readers.get(channel)?.open ?? true;
}

export function addReader(channel: object, reader: pulumi.Resource): void {
  readers.get(channel)?.add(reader);
}
