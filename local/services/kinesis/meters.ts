const MIB = 1024 * 1024;
/** What one shard takes in a second, and what it gives. https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const WRITES = { records: 1000, bytes: MIB };
const READ_BYTES = 2 * MIB;
const READ_CALLS = 5;

/** The records and bytes that one shard takes in a second. */
export class WriteMeter {
  private second = 0;
  private records = 0;
  private bytes = 0;

  /** @param time ms @returns whether there is room in this second, which the record then takes */
  admit(time: number, bytes: number): boolean {
    const second = Math.floor(time / 1000);
    if (this.second !== second) {
      this.second = second;
      this.records = 0;
      this.bytes = 0;
    }
    if (this.records >= WRITES.records || this.bytes + bytes > WRITES.bytes) return false;
    this.records++;
    this.bytes += bytes;
    return true;
  }
}

/** Calls of one kind in a second. */
export class CallMeter {
  private second = 0;
  private calls = 0;

  /** @param perSecond calls */
  constructor(private readonly perSecond: number) {}

  /** @param time ms @returns whether this call is within the limit */
  admit(time: number): boolean {
    const second = Math.floor(time / 1000);
    if (this.second !== second) {
      this.second = second;
      this.calls = 0;
    }
    if (this.calls >= this.perSecond) return false;
    this.calls++;
    return true;
  }
}

/**
 * GetRecords on one shard: five calls and 2 MiB in a second. One call may bring more, up to 10 MiB, and the shard then gives nothing for as
 * many seconds as that takes at 2 MiB a second (https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html).
 */
export class ReadMeter {
  private readonly calls = new CallMeter(READ_CALLS);
  private second = 0;
  private bytes = 0;
  private closedUntil = 0;

  /** @param time ms @returns whether a call is admitted */
  admit(time: number): boolean {
    const second = Math.floor(time / 1000);
    if (this.second !== second) {
      this.second = second;
      this.bytes = 0;
    }
    if (time < this.closedUntil || this.bytes >= READ_BYTES) return false;
    return this.calls.admit(time);
  }

  /** To be told what an admitted call has brought. */
  took(time: number, bytes: number): void {
    this.bytes += bytes;
    if (bytes > READ_BYTES) this.closedUntil = time + (bytes / READ_BYTES) * 1000;
  }
}
