/** A record of which no message can be made, for the failure queue. */
export interface FailedRecord {
  historian: string;
  reason: string;
  eventID: string | undefined;
  sequenceNumber: string;
  partitionKey: string;
  /** base64; left out where the queue would not take it */
  data?: string;
}
