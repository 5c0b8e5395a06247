import { templateReader } from "../../../aws/limits/glue-partitions";
import { EVERY_PARTITION, type PartitionFilter } from "../../../etl/athena-sql/pruning";
import { listsFor, type Column, type PartitionFile, type Reading } from "../../athena";
import type { Clock } from "../../core/clock";
import { parseS3Url } from "../s3/location";
import type { S3, StoredObject } from "../s3/s3";
import type { PartitionStore } from "./partition-store";
import { countProjected } from "./projected-partitions";
import { projection } from "./projection";

/** What the files of a table follow from. */
interface Place {
  /** `s3://BUCKET/PREFIX/` */
  location: string;
  partitionKeys: readonly Column[];
  registered: PartitionStore;
  parameters(): Readonly<Record<string, string>>;
}

/**
 * The files that a reader of a table finds: those at its location; of a partitioned one those of its registered partitions, or those
 * that projection leads to, which takes no notice of what is registered.
 * https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
 */
export class TableFiles {
  constructor(
    private readonly place: Place,
    private readonly s3: S3,
    private readonly clock: Clock,
  ) {}

  /** The files that a query reads that asks for every partition, each with its partition's values. */
  seen(): PartitionFile[] {
    return this.find().seen;
  }

  /** The files of the partitions that a filter leaves, and the requests by which Athena finds them. */
  read(filter: PartitionFilter): Reading {
    const { partitionKeys } = this.place;
    if (partitionKeys.length === 0) {
      const files = this.seen();
      return { files, partitions: { planned: 1, total: 1 }, lists: listsFor(files.length) };
    }
    const parameters = this.place.parameters();
    return isProjected(parameters) ? this.readProjected(parameters, filter) : this.readRegistered(filter);
  }

  /**
   * The objects that a query reads. Names that begin with `_` or `.` are hidden from Athena, and what clients put for folders is empty.
   * @see https://docs.aws.amazon.com/athena/latest/ug/other-notable-limitations.html
   */
  private objectsAt(bucket: string, prefix: string): StoredObject[] {
    return this.s3.list(bucket, prefix).filter(({ key, bytes }) => bytes > 0 && !/(?:^|\/)[_.][^/]*$/.test(key));
  }

  /** How many files at the table's location no query reads, though they are where a partition of other values, or of none, would be. */
  unseen(): number {
    return this.find().unseen;
  }

  private find(): { seen: PartitionFile[]; unseen: number } {
    const { location, partitionKeys } = this.place;
    const { bucket, prefix } = parseS3Url(location);
    if (partitionKeys.length === 0) {
      const file = ({ key, file: path, bytes }: StoredObject): PartitionFile => ({
        path,
        bucket,
        key,
        partition: {},
        bytes,
      });
      return { seen: this.objectsAt(bucket, prefix).map(file), unseen: 0 };
    }
    const parameters = this.place.parameters();
    const template = parameters["storage.location.template"];
    return isProjected(parameters) ? this.projected(template!, parameters) : this.registered(template);
  }

  private readProjected(parameters: Readonly<Record<string, string>>, filter: PartitionFilter): Reading {
    const names = this.place.partitionKeys.map(({ name }) => name);
    const files = this.seen().filter(({ partition }) => filter.mayMatch(names.map((name) => partition[name])));
    const keys = names.map((name) => projection(name, parameters, this.clock.now()));
    const partitions = countProjected(keys, filter);
    // A partition without objects takes a request as well.
    const held = new Map<string, number>();
    for (const { partition } of files) {
      const id = names.map((name) => partition[name]).join("\u0000");
      held.set(id, (held.get(id) ?? 0) + 1);
    }
    const more = [...held.values()].reduce((sum, objects) => sum + listsFor(objects) - 1, 0);
    return { files, partitions, lists: partitions.planned + more };
  }

  /** Only the partitions that are read are listed. */
  private readRegistered(filter: PartitionFilter): Reading {
    const names = this.place.partitionKeys.map(({ name }) => name);
    const all = this.place.registered.list();
    const planned = filter === EVERY_PARTITION ? all : all.filter(({ values }) => filter.mayMatch(values));
    const files: PartitionFile[] = [];
    let lists = 0;
    for (const { values, descriptor } of planned) {
      const partition = Object.fromEntries(names.map((name, i) => [name, values[i]!]));
      const { bucket, prefix } = parseS3Url(descriptor.Location as string);
      const objects = this.objectsAt(bucket, folderOf(prefix));
      for (const { key, file, bytes } of objects) files.push({ path: file, bucket, key, partition, bytes });
      lists += listsFor(objects.length);
    }
    return { files, partitions: { planned: planned.length, total: all.length }, lists };
  }

  private projected(
    template: string,
    parameters: Readonly<Record<string, string>>,
  ): { seen: PartitionFile[]; unseen: number } {
    const location = parseS3Url(this.place.location);
    const { bucket, prefix } = parseS3Url(template);
    const names = this.place.partitionKeys.map(({ name }) => name).filter((name) => prefix.includes(`\${${name}}`));
    const read = templateReader(prefix, names);
    const keys = names.map((name) => projection(name, parameters, this.clock.now()));
    const seen: PartitionFile[] = [];
    let unseen = 0;
    // All that lies at the table's location is looked at, so that what no query sees can be told.
    const fixed = prefix.slice(0, `${prefix}\${`.indexOf("${"));
    const start = location.bucket === bucket && fixed.startsWith(location.prefix) ? location.prefix : fixed;
    for (const { key, file, bytes } of this.objectsAt(bucket, start)) {
      const values = read(key);
      if (values === undefined || !values.every((value, i) => keys[i]!.has(value))) {
        unseen++;
        continue;
      }
      const partition = Object.fromEntries(names.map((name, i) => [name, values[i]!]));
      seen.push({ path: file, bucket, key, partition, bytes });
    }
    return { seen, unseen };
  }

  private registered(template: string | undefined): { seen: PartitionFile[]; unseen: number } {
    const { location, partitionKeys, registered } = this.place;
    const names = partitionKeys.map(({ name }) => name);
    const base = parseS3Url(location);
    const inside = folderOf(base.prefix);
    const seen: PartitionFile[] = [];
    /** folders below the table's location to the partitions that are there */
    const folders = new Map<string, Record<string, string>[]>();
    for (const { values, descriptor } of registered.list()) {
      const partition = Object.fromEntries(names.map((name, i) => [name, values[i]!]));
      const { bucket, prefix } = parseS3Url(descriptor.Location as string);
      const folder = folderOf(prefix);
      if (bucket === base.bucket && folder.startsWith(inside)) {
        const there = folders.get(folder);
        if (there === undefined) folders.set(folder, [partition]);
        else there.push(partition);
        continue;
      }
      for (const { key, file, bytes } of this.objectsAt(bucket, folder))
        seen.push({ path: file, bucket, key, partition, bytes });
    }
    const spelled = template === undefined ? undefined : templateReader(parseS3Url(template).prefix, names);
    let unseen = 0;
    for (const { key, file, bytes } of this.objectsAt(base.bucket, base.prefix)) {
      let found = false;
      // A reader takes all that lies below a partition's place.
      for (let end = key.lastIndexOf("/"); end >= inside.length - 1 && end >= 0; end = key.lastIndexOf("/", end - 1)) {
        for (const partition of folders.get(key.slice(0, end + 1)) ?? []) {
          seen.push({ path: file, bucket: base.bucket, key, partition, bytes });
          found = true;
        }
        if (end === 0) break;
      }
      if (found) continue;
      // What lies where a partition was before it moved belongs to nobody, and is no loss.
      const values = spelled?.(key);
      if (values === undefined || registered.get(values) === undefined) unseen++;
    }
    return { seen, unseen };
  }
}

function isProjected(parameters: Readonly<Record<string, string>>): boolean {
  return parameters["projection.enabled"] === "true" && parameters["storage.location.template"] !== undefined;
}

const folderOf = (prefix: string): string => (prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`);
