import type { IncomingHttpHeaders } from "node:http";

/** A signed request of one operation. */
export interface Call {
  url: URL;
  headers: IncomingHttpHeaders;
  /** who calls: an ARN */
  principal: string;
  /** what the path's groups matched, decoded */
  parameters: string[];
  /** Reads the body. @throws Refusal once it is over the limit */
  body(): Promise<Buffer>;
}

export interface Reply {
  status: number;
  body: string | Buffer;
  headers?: Record<string, string>;
}

/** One operation of an AWS service, as its REST protocol has it. */
export interface Route {
  /** for people: `Invoke (POST /2015-03-31/functions/NAME/invocations)` */
  name: string;
  method: string;
  path: RegExp;
  /** names of the service in a signature; the first is the one that errors tell */
  signedFor: readonly string[];
  /** bytes */
  bodyLimit: number;
  /** @throws Refusal with what AWS would answer */
  answer(call: Call): Reply | Promise<Reply>;
}
