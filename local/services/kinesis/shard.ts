import * as fs from "node:fs";
import * as path from "node:path";
import { DataFileError } from "../../core/data-file";

/** A record of a shard. `index` counts from 0 in the shard and makes its sequence number. */
export interface ShardRecord {
  index: number;
  /** ms since 1970-01-01 UTC */
  arrival: number;
  partitionKey: string;
  data: Buffer;
}

/** Where a consumer stands: the index of the next record, and where it lies so that reading on needs no search. */
export interface Cursor {
  index: number;
  segment?: number;
  offset?: number;
}

const HEADER = 4 + 8 + 2;
/** Dates reach so far from 1970, ms. */
const FARTHEST = 8.64e15;
const SEGMENT_BYTES = 16 * 1024 * 1024;
const READ_BYTES = 1024 * 1024;
/** What waits for the next group commit before it is written at once. */
const PENDING_BYTES = 4 * 1024 * 1024;
/** Indexes whose place in the files is remembered: readers come back with the index alone. */
const REMEMBERED_PLACES = 256;

/**
 * The log of one shard: an append-only file cut into segments, each named by the index of its first record. Writes of one turn of the
 * event loop are one system call (group commit), and a record is acknowledged after that call: the process may be
 * killed at any time afterwards. (The machine's power may not: files are not synced to the disk one by one.)
 *
 * Frame: uint32 bytes that follow, float64 arrival, uint16 bytes of the partition key, the key, the data.
 */
export class Shard {
  /** index the next record gets */
  private next = 0;
  /** index up to which records are on disk */
  private durable = 0;
  private segments: number[] = [];
  private fd: number | undefined;
  private segmentBytes = 0;
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private waiting: (() => void)[] = [];
  private scheduled = false;
  private readonly readers = new Map<number, number>();
  private readonly places = new Map<number, { segment: number; offset: number }>();

  constructor(
    private readonly folder: string,
    private readonly onDurable: () => void,
    private readonly onError: (error: unknown) => void,
    private readonly write: (fd: number, bytes: Buffer, offset: number) => number = fs.writeSync,
  ) {
    fs.mkdirSync(folder, { recursive: true });
    this.segments = fs
      .readdirSync(folder)
      .filter((name) => name.endsWith(".log"))
      .map((name) => Number.parseInt(name, 10))
      .sort((a, b) => a - b);
    const last = this.segments.at(-1);
    if (last !== undefined) this.recover(last);
  }

  /** index of the oldest record still kept */
  get first(): number {
    // What waits for its first write is not there yet for a reader, and not gone either.
    return this.segments[0] ?? this.durable;
  }

  /** index after the last record on disk */
  get end(): number {
    return this.durable;
  }

  /**
   * Appends a record, and calls `done` when it is on disk.
   * @returns the record's index
   */
  append(arrival: number, partitionKey: string, data: Buffer, done?: () => void): number {
    const keyBytes = Buffer.byteLength(partitionKey);
    const frame = Buffer.allocUnsafe(HEADER + keyBytes + data.length);
    frame.writeUInt32LE(frame.length - 4, 0);
    frame.writeDoubleLE(arrival, 4);
    frame.writeUInt16LE(keyBytes, 12);
    frame.write(partitionKey, HEADER, "utf8");
    data.copy(frame, HEADER + keyBytes);
    this.pending.push(frame);
    this.pendingBytes += frame.length;
    if (done !== undefined) this.waiting.push(done);
    const index = this.next++;
    if (this.pendingBytes >= PENDING_BYTES) this.flush();
    else if (!this.scheduled) {
      this.scheduled = true;
      setImmediate(() => {
        this.scheduled = false;
        try {
          this.flush();
        } catch (error) {
          this.onError(error);
        }
      });
    }
    return index;
  }

  /** Writes what waits; an error of the disk is thrown, and what waits stays. */
  flush(): void {
    if (this.pending.length === 0) return;
    if (this.fd === undefined || this.segmentBytes >= SEGMENT_BYTES) this.roll();
    const bytes = Buffer.concat(this.pending, this.pendingBytes);
    for (let done = 0; done < bytes.length;) {
      try {
        done += this.write(this.fd!, bytes, done);
      } catch (error) {
        // A full disk in the middle of a frame: take the partial bytes back, nothing of them was acknowledged.
        fs.ftruncateSync(this.fd!, this.segmentBytes);
        throw error;
      }
    }
    this.segmentBytes += bytes.length;
    this.durable += this.pending.length;
    this.pending = [];
    this.pendingBytes = 0;
    const waiting = this.waiting;
    this.waiting = [];
    for (const done of waiting) done();
    this.onDurable();
  }

  /**
   * Reads on from `cursor`, which it moves.
   * @returns up to `max` records and about 1 MB; none at the end
   */
  read(cursor: Cursor, max = Infinity): ShardRecord[] {
    if (cursor.index < this.first) {
      // Records that the retention removed before they were read are gone, as on AWS.
      cursor.index = this.first;
      cursor.segment = undefined;
    }
    if (cursor.index >= this.durable) return [];
    if (cursor.segment === undefined || !this.segments.includes(cursor.segment)) this.seek(cursor);
    for (;;) {
      const records = this.readFrames(cursor, max);
      if (records.length > 0 || cursor.index >= this.durable) return records;
      // This segment is read to its end: go on with the next one.
      const following = this.segments[this.segments.indexOf(cursor.segment!) + 1];
      if (following === undefined) return [];
      cursor.segment = following;
      cursor.offset = 0;
    }
  }

  /** A reader will come back for `cursor.index` and bring nothing else. */
  remember({ index, segment, offset }: Cursor): void {
    if (segment === undefined || offset === undefined) return;
    this.places.set(index, { segment, offset });
    if (this.places.size > REMEMBERED_PLACES) this.places.delete(this.places.keys().next().value!);
  }

  /** Index of the first record that arrived at `time` or later, which is the end if there is none. */
  indexAt(time: number): number {
    // Records of a shard arrive in order: the segments before the last one that begins earlier hold nothing of it.
    const segment = this.segments.findLast((start) => (this.arrivalOf(start) ?? Infinity) < time);
    if (segment === undefined) return this.first;
    const cursor: Cursor = { index: segment };
    for (let records = this.read(cursor); records.length > 0; records = this.read(cursor)) {
      const found = records.find(({ arrival }) => arrival >= time);
      if (found !== undefined) return found.index;
    }
    return this.durable;
  }

  /** Removes whole segments whose records all arrived before `time`. */
  trim(time: number): void {
    while (this.segments.length > 1) {
      const lastOf = this.arrivalOf(this.segments[1]!);
      if (lastOf === undefined || lastOf >= time) return;
      this.removeFirst();
    }
  }

  /** Whether `dropBefore` would remove anything. */
  hasBefore(index: number): boolean {
    return this.segments.length > 1 && this.segments[1]! <= index;
  }

  /** Removes whole segments whose records all lie before `index`. */
  dropBefore(index: number): void {
    while (this.hasBefore(index)) this.removeFirst();
  }

  close(): void {
    this.flush();
    if (this.fd !== undefined) fs.closeSync(this.fd);
    this.fd = undefined;
    for (const segment of [...this.readers.keys()]) this.closeReader(segment);
  }

  private removeFirst(): void {
    const segment = this.segments.shift()!;
    this.closeReader(segment);
    fs.rmSync(this.file(segment));
  }

  private file(segment: number): string {
    return path.join(this.folder, `${String(segment).padStart(16, "0")}.log`);
  }

  private roll(): void {
    if (this.fd !== undefined) fs.closeSync(this.fd);
    const existing = this.segments.at(-1);
    // After a start the last segment goes on if there is room in it.
    if (this.fd === undefined && existing !== undefined && this.segmentBytes < SEGMENT_BYTES) {
      this.fd = fs.openSync(this.file(existing), "a");
      return;
    }
    this.fd = fs.openSync(this.file(this.durable), "a");
    this.segments.push(this.durable);
    this.segmentBytes = 0;
  }

  /** Counts the records of the last segment and cuts off a frame that a killed process left half written. */
  private recover(segment: number): void {
    const file = this.file(segment);
    const bytes = fs.readFileSync(file);
    let offset = 0;
    let index = segment;
    while (offset + 4 <= bytes.length) {
      const end = offset + 4 + bytes.readUInt32LE(offset);
      if (end > bytes.length) break;
      this.checkFrame(segment, index, bytes, offset, end);
      offset = end;
      index++;
    }
    if (offset < bytes.length) fs.truncateSync(file, offset);
    this.segmentBytes = offset;
    this.next = index;
    this.durable = index;
  }

  private seek(cursor: Cursor): void {
    const place = this.places.get(cursor.index);
    if (place !== undefined && this.segments.includes(place.segment)) {
      cursor.segment = place.segment;
      cursor.offset = place.offset;
      return;
    }
    const segment = this.segments.findLast((start) => start <= cursor.index)!;
    const walk: Cursor = { index: segment, segment, offset: 0 };
    while (walk.index < cursor.index) {
      const before = { ...walk };
      const records = this.readFrames(walk);
      if (records.length === 0) break;
      if (walk.index > cursor.index) {
        walk.index = before.index;
        walk.offset = before.offset;
        for (const record of records) {
          if (record.index >= cursor.index) break;
          walk.index++;
          walk.offset! += HEADER + Buffer.byteLength(record.partitionKey) + record.data.length;
        }
        break;
      }
    }
    cursor.segment = segment;
    cursor.offset = walk.offset!;
  }

  private readFrames(cursor: Cursor, max = Infinity): ShardRecord[] {
    const fd = this.reader(cursor.segment!);
    const isLast = cursor.segment === this.segments.at(-1);
    const left = (isLast ? this.segmentBytes : fs.fstatSync(fd).size) - cursor.offset!;
    let buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, left));
    let got = fs.readSync(fd, buffer, 0, buffer.length, cursor.offset!);
    if (got >= 4 && buffer.readUInt32LE(0) + 4 > got) {
      // One record larger than a read.
      buffer = Buffer.allocUnsafe(buffer.readUInt32LE(0) + 4);
      got = fs.readSync(fd, buffer, 0, buffer.length, cursor.offset!);
    }
    const records: ShardRecord[] = [];
    let offset = 0;
    while (offset + HEADER <= got && cursor.index < this.durable && records.length < max) {
      const end = offset + 4 + buffer.readUInt32LE(offset);
      if (end > got) break;
      this.checkFrame(cursor.segment!, cursor.index, buffer, offset, end);
      const key = offset + HEADER;
      const data = key + buffer.readUInt16LE(offset + 12);
      records.push({
        index: cursor.index++,
        arrival: buffer.readDoubleLE(offset + 4),
        partitionKey: buffer.toString("utf8", key, data),
        data: buffer.subarray(data, end),
      });
      offset = end;
    }
    cursor.offset! += offset;
    return records;
  }

  /** @throws DataFileError for a frame that nobody wrote here */
  private checkFrame(segment: number, index: number, bytes: Buffer, offset: number, end: number): void {
    const whole =
      end - offset >= HEADER &&
      offset + HEADER + bytes.readUInt16LE(offset + 12) <= end &&
      Math.abs(bytes.readDoubleLE(offset + 4)) <= FARTHEST;
    if (!whole) throw new DataFileError(this.file(segment), `record ${index} is not readable`);
  }

  private arrivalOf(segment: number): number | undefined {
    const header = Buffer.alloc(HEADER);
    if (fs.readSync(this.reader(segment), header, 0, HEADER, 0) < HEADER) return undefined;
    return header.readDoubleLE(4);
  }

  private reader(segment: number): number {
    let fd = this.readers.get(segment);
    if (fd === undefined) {
      fd = fs.openSync(this.file(segment), "r");
      this.readers.set(segment, fd);
    }
    return fd;
  }

  private closeReader(segment: number): void {
    const fd = this.readers.get(segment);
    if (fd !== undefined) fs.closeSync(fd);
    this.readers.delete(segment);
  }
}
