import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";

/** A signed request of one operation. */
export interface Call {
  url: URL;
  headers: IncomingHttpHeaders;
  /** ARN of the caller */
  principal: string;
  /** what the path's groups matched, decoded */
  parameters: string[];
  /** Reads the body. @throws Refusal once it is over the limit */
  body(): Promise<Buffer>;
}

/** An answer to a request. */
export interface Reply {
  status: number;
  body: string | Uint8Array | Readable;
  headers?: Record<string, string>;
}

/** One operation of an AWS service, or all that its JSON protocol has at one path. */
export interface Route {
  /** shown in messages: `Invoke (POST /2015-03-31/functions/NAME/invocations)` */
  name: string;
  method: string;
  path: RegExp;
  /** names of the service in a signature; errors name the first */
  signedFor: readonly string[];
  /** bytes */
  bodyLimit: number;
  /** the service's exception for an unexpected error, with status 500; default InternalFailureException */
  internalError?: string;
  /** default application/json */
  contentType?: string;
  /** @throws Refusal with what AWS would answer */
  answer(call: Call): Reply | Promise<Reply>;
}
