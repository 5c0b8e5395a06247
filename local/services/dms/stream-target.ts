import type { Clock } from "../../core/clock";
import { notAuthorized } from "../../core/access-denied";
import type { Iam } from "../../iam";
import type { Stream } from "../kinesis/stream";
import type { DmsRecord } from "./records";

/** A call that a role of the task may not make. */
export class TaskRefused extends Error {}

/** ms of the local clock between two tries of a record that the stream refuses. */
const RETRY_MS = 250;

/** The stream that a task writes, with the role of its endpoint. */
export class StreamTarget {
  /** whether it waits for the local clock, because the stream takes no more in this second */
  waiting = false;
  private open = 0;
  private idle: (() => void) | undefined;

  constructor(
    private readonly stream: Stream,
    private readonly role: string,
    private readonly iam: Iam,
    private readonly clock: Clock,
    private readonly onWait: () => void,
  ) {}

  /** @throws TaskRefused */
  checkAccess(): void {
    for (const action of ["kinesis:DescribeStream", "kinesis:PutRecords"]) {
      const call = { principal: this.role, action, resource: this.stream.arn };
      const { allowed, decidedBy } = this.iam.check(call);
      if (!allowed) throw new TaskRefused(notAuthorized(this.role, action, this.stream.arn, decidedBy));
    }
  }

  /** Puts a record; a stream over its limits is tried again. @throws TaskRefused */
  async put(record: DmsRecord, stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      const result = this.stream.put(this.role, record.key, record.data, this.written);
      if (result.ok) {
        this.open++;
        return;
      }
      if (result.error !== "ProvisionedThroughputExceededException") throw new TaskRefused(result.message);
      this.waiting = true;
      this.onWait();
      await new Promise<void>((resolve) => this.clock.after(RETRY_MS, () => resolve(), "replication"));
      this.waiting = false;
    }
  }

  /** Resolves when everything that was put is on disk. */
  async settled(): Promise<void> {
    this.stream.flush();
    if (this.open > 0) await new Promise<void>((resolve) => (this.idle = resolve));
  }

  private readonly written = (): void => {
    if (--this.open > 0) return;
    this.idle?.();
    this.idle = undefined;
  };
}
