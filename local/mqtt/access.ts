/**
 * What the certificate of a client lets it do. Every answer is undefined for what is allowed, or the reason of the refusal. A connection
 * without one, of the plain listener, may do everything.
 */
export interface ClientAccess {
  /** whose the client's messages are: id of the certificate */
  readonly principal: string;
  /** decides the CONNECT; the other questions come after it */
  connect(clientId: string): string | undefined;
  publish(topic: string, retain: boolean): string | undefined;
  subscribe(filter: string): string | undefined;
  /** whether a message of this topic reaches the client; asked for every message */
  receives(topic: string): boolean;
}
