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

/**
 * The body of an error. The SDKs read its code from `__type` in AWS's JSON protocol and from the header x-amzn-errortype in its REST
 * protocol (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization).
 */
export function errorBody({ type, message }: Refusal): string {
  return JSON.stringify({ __type: type, message });
}
