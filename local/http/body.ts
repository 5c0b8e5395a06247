import type { IncomingMessage } from "node:http";
import { Refusal } from "./refusal";

/** Reads the body of a request. @throws Refusal once there are more than `limit` bytes, or when the client breaks off */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const brokenOff = new Refusal(400, "InvalidRequestException", "the request broke off");
    if (request.destroyed && !request.readableEnded) return reject(brokenOff);
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) {
        request.pause();
        reject(
          new Refusal(
            413,
            "RequestEntityTooLargeException",
            `the payload is over ${limit.toLocaleString("en-US")} bytes`,
          ),
        );
      } else chunks.push(chunk);
    });
    request.on("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on("close", () => reject(brokenOff));
  });
}
