/** Publishes messages. */
export interface Sender {
  /** @throws SendRefused when this one message cannot be published; anything else ends the publishing */
  send(topic: string, payload: Buffer | string): Promise<void>;
  close(): void | Promise<void>;
}

/** A message that the endpoint does not take; others may well follow. */
export class SendRefused extends Error {}
