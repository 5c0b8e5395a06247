import type { Notes } from "../../../functions/maintenance/notes";
import type { CompactedTable } from "../../../functions/maintenance/compaction-types";
import type { NewPartition } from "../../../functions/maintenance/table";

/** `device=D/hour=H` below this place. */
export const LOCATION = "s3://b/data/";

interface Stored {
  /** names of the rows in it */
  rows: readonly string[];
  bytes: number;
  modified: number;
  etag: string;
}

/** A bucket and a catalog in memory. Every call may be preceded by something that happens elsewhere, or fail. */
export class MemoryStore implements CompactedTable {
  readonly objectsByUri = new Map<string, Stored>();
  readonly catalog = new Map<string, { location: string; created: number }>();
  now = 0;
  /** called before each call, with its name; may change the store, or throw */
  before: (call: string) => void = () => undefined;
  calls: string[] = [];

  private version = 0;

  put(uri: string, rows: readonly string[] = [uri]): void {
    this.objectsByUri.set(uri, { rows, bytes: rows.length, modified: this.now, etag: String(this.version++) });
  }

  private begin(call: string): void {
    this.calls.push(call);
    this.before(call);
  }

  relocate(values: readonly string[], location: string) {
    this.begin("relocate");
    this.catalog.set(JSON.stringify(values), { location, created: this.now });
    return Promise.resolve();
  }
  copy(from: string, to: string) {
    this.begin("copy");
    this.put(to, this.objectsByUri.get(from)!.rows);
    return Promise.resolve();
  }
  delete(uri: string) {
    this.begin("delete");
    this.objectsByUri.delete(uri);
    return Promise.resolve();
  }

  shape() {
    this.begin("shape");
    const keys = ["device", "hour"];
    return Promise.resolve({ keys, location: LOCATION, template: undefined, projected: false });
  }

  async *objects(prefix: string, after = "") {
    this.begin("objects");
    const page = [...this.objectsByUri].filter(([uri]) => uri.startsWith(prefix) && uri > after).sort();
    for (const [uri, object] of page) yield await Promise.resolve({ uri, ...object });
  }

  find(wanted: readonly (readonly string[])[]) {
    this.begin("find");
    return Promise.resolve(
      wanted.map((values) => {
        const found = this.catalog.get(JSON.stringify(values));
        return found && { values, ...found };
      }),
    );
  }

  async *partitions() {
    this.begin("partitions");
    for (const [id, found] of [...this.catalog])
      yield await Promise.resolve({ values: JSON.parse(id) as string[], ...found });
  }

  register(partitions: readonly NewPartition[]) {
    this.begin("register");
    if (partitions.length > 100) throw new Error("at most 100");
    for (const { values, location } of partitions) {
      const id = JSON.stringify(values);
      if (!this.catalog.has(id)) this.catalog.set(id, { location, created: this.now });
    }
    return Promise.resolve([]);
  }

  remove(values: readonly (readonly string[])[]) {
    this.begin("remove");
    if (values.length > 25) throw new Error("at most 25");
    for (const each of values) this.catalog.delete(JSON.stringify(each));
    return Promise.resolve([]);
  }

  /** objects that a query reads, each as often as it does */
  seenObjects(): string[] {
    return [...this.catalog.values()].flatMap(({ location }) =>
      [...this.objectsByUri.keys()].filter((uri) => uri.startsWith(location)),
    );
  }

  /** rows that a query reads, each as often as it does */
  seen(): string[] {
    return this.seenObjects().flatMap((uri) => this.objectsByUri.get(uri)!.rows);
  }
}

/** Notes in memory, with the conditions that S3 has. */
export class MemoryNotes implements Notes {
  readonly notes = new Map<string, { text: string; etag: string }>();
  private version = 0;
  before: (call: string) => void = () => undefined;

  read<T>(name: string) {
    this.before("read");
    const found = this.notes.get(name);
    return Promise.resolve(found && { value: JSON.parse(found.text) as T, etag: found.etag });
  }
  write(name: string, value: unknown) {
    this.before("write");
    this.notes.set(name, { text: JSON.stringify(value), etag: String(this.version++) });
    return Promise.resolve();
  }
  async claim(name: string, value: unknown, etag: string | undefined) {
    if (this.notes.get(name)?.etag !== etag) return false;
    await this.write(name, value);
    return true;
  }
  remove(name: string) {
    this.before("remove");
    this.notes.delete(name);
    return Promise.resolve();
  }
  async *names(start: string) {
    for (const name of [...this.notes.keys()].sort()) if (name.startsWith(start)) yield await Promise.resolve(name);
  }
}
