import type { IncomingMessage, Server, ServerResponse } from "node:http";
import * as http2 from "node:http2";
import type { Socket } from "node:net";

/** What a connection of HTTP/2 without TLS begins with (RFC 9113, 3.4). */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
/** ms for the first bytes of a connection */
const PATIENCE = 60_000;

/**
 * Serves HTTP/2 on the port of an HTTP/1.1 server: the SDK of JavaScript speaks it, without asking, to Kinesis. A connection's
 * first bytes tell which of the two it is.
 * @param answer gets requests in the shape of HTTP/1.1, with the header Host; the pseudo-headers stay, for clients sign `:authority`
 * @returns ends the connections, at once or when their answers have left
 */
export function serveHttp2(
  server: Server,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): { close(): void; destroy(): void } {
  const sessions = new Set<http2.Http2Session>();
  const undecided = new Set<Socket>();
  const second = http2.createServer((request, response) => {
    request.headers.host ??= request.authority;
    answer(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  second.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.on("error", () => undefined);
  });
  const first = server.listeners("connection") as ((socket: Socket) => void)[];
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    undecided.add(socket);
    const ignore = (): void => undefined;
    const giveUp = (): void => void socket.destroy();
    socket.on("error", ignore);
    socket.on("close", () => undecided.delete(socket));
    socket.setTimeout(PATIENCE, giveUp);
    socket.once("data", (chunk: Buffer) => {
      undecided.delete(socket);
      socket.setTimeout(0);
      socket.off("timeout", giveUp);
      socket.off("error", ignore);
      socket.pause();
      socket.unshift(chunk);
      // Fewer bytes than the preface are decided by those that are there; no method of HTTP/1.1 begins as it does.
      const known = Math.min(chunk.length, PREFACE.length);
      const isSecond = chunk.subarray(0, known).equals(PREFACE.subarray(0, known)) && known > 2;
      if (isSecond) second.emit("connection", socket);
      else for (const listener of first) listener.call(server, socket);
      process.nextTick(() => socket.resume());
    });
  });
  const endUndecided = (): void => {
    for (const socket of undecided) socket.destroy();
  };
  return {
    close() {
      endUndecided();
      for (const session of sessions) session.close();
    },
    destroy() {
      endUndecided();
      for (const session of sessions) session.destroy();
    },
  };
}
