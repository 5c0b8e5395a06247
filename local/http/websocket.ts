import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { createWebSocketStream, WebSocketServer } from "ws";
import type { Defects } from "../core/defects";
import { Refusal } from "./refusal";
import { checkCaller, requestUrl } from "./request";

/** The path and the subprotocol of MQTT over WebSocket (https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html#mqtt-ws). */
const PATH = "/mqtt";
const SUBPROTOCOL = "mqtt";
/** bytes of one WebSocket message, which may hold many packets */
const MAX_MESSAGE = 1024 * 1024;

/** What MQTT over WebSocket needs of the HTTP endpoint. */
export interface WebSocketOptions {
  allowedHosts: ReadonlySet<string>;
  defects: Defects;
  /** takes the bytes of a client's MQTT connection */
  onConnection(stream: Duplex): void;
}

/** Serves MQTT over WebSocket on the port of an HTTP server. A signature in the query, which AWS wants, is not looked at. */
export function serveWebSockets(server: Server, { allowedHosts, defects, onConnection }: WebSocketOptions): void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => undefined);
    try {
      checkCaller(request.headers, allowedHosts);
      checkPath(request);
      sockets.handleUpgrade(request, socket, head, (client) => {
        // MQTT is bytes; a message of text is a protocol error (MQTT 5, 6.0).
        client.on("message", (_data, isBinary) => {
          if (!isBinary) client.terminate();
        });
        defects.guard("MQTT over WebSocket", () => onConnection(createWebSocketStream(client)), undefined);
      });
    } catch (error) {
      if (!(error instanceof Refusal)) defects.record("WebSocket upgrade", error);
      refuse(
        socket,
        error instanceof Refusal ? error : new Refusal(500, "InternalFailureException", "an unexpected error"),
      );
    }
  });
}

function checkPath(request: IncomingMessage): void {
  const { pathname } = requestUrl(request.url ?? "/");
  if (pathname !== PATH)
    throw new Refusal(404, "ResourceNotFoundException", `there is no WebSocket at ${pathname}; MQTT is at ${PATH}`);
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((text) => text.trim());
  if (!offered.includes(SUBPROTOCOL))
    throw new Refusal(400, "InvalidRequestException", `the client must offer the subprotocol ${SUBPROTOCOL}`);
}

function refuse(socket: Duplex, { status, type, message }: Refusal): void {
  const body = JSON.stringify({ __type: type, message });
  socket.end(
    `HTTP/1.1 ${status} ${type}\r\nconnection: close\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nx-amzn-errortype: ${type}\r\n\r\n${body}`,
  );
}
