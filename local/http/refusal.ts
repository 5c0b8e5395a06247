import type { Verdict } from "../mqtt";

/** An answer that is not a success, in the shape from which AWS SDKs make their exceptions: status, error type, message. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

type Refused = Extract<Verdict, { ok: false }>;

const ANSWERS: Record<Refused["reason"], readonly [status: number, type: string]> = {
  unauthorized: [403, "UnauthorizedException"],
  throttled: [429, "ThrottlingException"],
  "too-large": [413, "RequestEntityTooLargeException"],
  "invalid-topic": [400, "InvalidRequestException"],
  unavailable: [503, "ServiceUnavailableException"],
};

/** The answer to Publish for a message that was not taken. */
export function refusalOf({ reason, message }: Refused): Refusal {
  return new Refusal(...ANSWERS[reason], message);
}

/**
 * The body of an error. The SDKs read its code from `__type` in AWS's JSON protocol and from the header x-amzn-errortype in its REST
 * protocol (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization).
 */
export function errorBody({ type, message }: Refusal): string {
  return JSON.stringify({ __type: type, message });
}
