/**
 * The names that a pipeline mentions, each with a number, its slot. They are known when the pipeline is compiled, so a
 * message keeps what it holds under them in arrays, and nothing looks a name up while messages flow.
 */

/** Names that begin so belong to the system: they are no part of a message's content. */
export const SYSTEM_PREFIX = "__";

/** The attribute with the time at which AWS IoT received a message, ms since 1970. */
export const RECEIVED_AT = "__received_at";

/** Which attribute has which slot of a message. */
export class Layout {
  /** slot to name; of the slot for other spellings, the name in lower case */
  readonly names: string[] = [];
  /** slot to whether its name belongs to the system */
  readonly system: boolean[] = [];
  private readonly exact = new Map<string, number>();
  private readonly spellings = new Map<string, number>();

  /** The slot of an attribute, spelled exactly so. */
  slot(name: string): number {
    const known = this.exact.get(name);
    return known ?? this.add(this.exact, name, name);
  }

  /** The slot for every spelling of a name that has no slot of its own, such as `Temperature` for `temperature`. */
  otherSpellings(name: string): number {
    const lower = name.toLowerCase();
    return this.spellings.get(lower) ?? this.add(this.spellings, lower, lower);
  }

  /** All slots that a name may stand in when its case does not matter. Call it when every name has its slot. */
  anySpelling(name: string): number[] {
    const lower = name.toLowerCase();
    return [...this.exact]
      .filter(([exact]) => exact.toLowerCase() === lower)
      .map(([, slot]) => slot)
      .concat(this.otherSpellings(name));
  }

  /** The slot that a name of a message goes to; -1 when nobody mentions it. */
  find(name: string): number {
    return this.exact.get(name) ?? this.spellings.get(name.toLowerCase()) ?? -1;
  }

  get size(): number {
    return this.names.length;
  }

  private add(to: Map<string, number>, key: string, name: string): number {
    const slot = this.names.length;
    to.set(key, slot);
    this.names.push(name);
    this.system.push(name.startsWith(SYSTEM_PREFIX));
    return slot;
  }
}
