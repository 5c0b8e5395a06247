import type { Verdict } from "../mqtt";

/** An answer that is no success, in the shape from which the AWS SDKs make their exceptions: status, error type, message. */
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

export function refusalOf({ reason, message }: Refused): Refusal {
  return new Refusal(...ANSWERS[reason], message);
}
