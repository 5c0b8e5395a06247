/** Reason codes of MQTT 5 that this broker sends (https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901031). */
export const REASON = {
  success: 0x00,
  noSubscriptionExisted: 0x11,
  unspecified: 0x80,
  malformed: 0x81,
  protocolError: 0x82,
  implementationError: 0x83,
  unsupportedVersion: 0x84,
  clientIdInvalid: 0x85,
  notAuthorized: 0x87,
  serverShuttingDown: 0x8b,
  badAuthenticationMethod: 0x8c,
  keepAliveTimeout: 0x8d,
  takenOver: 0x8e,
  topicFilterInvalid: 0x8f,
  topicNameInvalid: 0x90,
  receiveMaximumExceeded: 0x93,
  topicAliasInvalid: 0x94,
  packetTooLarge: 0x95,
  quotaExceeded: 0x97,
  retainNotSupported: 0x9a,
  qosNotSupported: 0x9b,
  subscriptionIdentifiersNotSupported: 0xa1,
} as const;

/** Return codes of a 3.1.1 CONNACK. */
export const RETURN_CODE = { accepted: 0, unacceptableVersion: 1, identifierRejected: 2, unavailable: 3 } as const;

/** Ends a connection; MQTT 5 clients get the reason code, and the message unless they want none. */
export class ProtocolError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** A packet whose bytes are not those of its type. */
export function malformed(what: string): ProtocolError {
  return new ProtocolError(REASON.malformed, `malformed packet: ${what}`);
}

/** A packet that can be read and breaks a rule of the standard. */
export function protocolError(what: string): ProtocolError {
  return new ProtocolError(REASON.protocolError, `protocol error: ${what}`);
}

/** A first packet that is no CONNECT. */
export function notConnect(): ProtocolError {
  return protocolError("the first packet must be CONNECT");
}

/** Reason codes of a PUBACK for what became of a message. */
export const VERDICT_CODE = {
  unauthorized: REASON.notAuthorized,
  throttled: REASON.quotaExceeded,
  "invalid-topic": REASON.topicNameInvalid,
  "too-large": REASON.packetTooLarge,
  unavailable: REASON.unspecified,
} as const;
