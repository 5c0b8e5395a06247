import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ClientAccess } from "./access";
import { REASON } from "./reasons";
import type { Journal, JournalEntry, Publish } from "./types";

/**
 * Why a connection ended, as AWS IoT names it; every other code is an error of the client.
 * https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html
 */
const DISCONNECT_REASONS: Readonly<Record<number, string>> = {
  [REASON.takenOver]: "DUPLICATE_CLIENTID",
  [REASON.keepAliveTimeout]: "MQTT_KEEP_ALIVE_TIMEOUT",
  [REASON.notAuthorized]: "AUTH_ERROR",
  [REASON.serverShuttingDown]: "SERVER_INITIATED_DISCONNECT",
  [REASON.implementationError]: "SERVER_ERROR",
};

/** The end of a connection: the client's DISCONNECT, its socket's end, or the reason code with which the broker ends it. */
export type End = "client" | "lost" | number;

/** Takes down what happens to one connection. */
export class ConnectionJournal {
  private readonly sourceIp: string;
  private readonly sourcePort: number | undefined;
  private clientId = "";
  private principalId: string | undefined;

  constructor(
    private readonly journal: Journal,
    socket: Duplex,
    access: ClientAccess | undefined,
  ) {
    // Of a WebSocket the address is not at hand; all clients are on this machine.
    const { remoteAddress = "127.0.0.1", remotePort } = socket as Partial<Socket>;
    this.sourceIp = remoteAddress;
    this.sourcePort = remotePort;
    this.principalId = access?.principal;
  }

  /** The client id of a CONNECT, before it is decided. */
  names(clientId: string): void {
    this.clientId = clientId;
  }

  connected(clientId: string, principal: string): void {
    this.clientId = clientId;
    this.principalId = principal;
    this.add("Connect", {});
  }

  rejected(code: number, details: string): void {
    this.add("Connect", { failed: failure(code, details) });
  }

  ended(end: End, details: string): void {
    const disconnectReason =
      end === "client"
        ? "CLIENT_INITIATED_DISCONNECT"
        : end === "lost"
          ? "CONNECTION_LOST"
          : (DISCONNECT_REASONS[end] ?? "CLIENT_ERROR");
    const duplicate = {
      reason: "DUPLICATE_CLIENT_ID",
      details: "A new connection was established with the same client ID",
    };
    const failed = end === REASON.takenOver ? duplicate : disconnectReason.endsWith("ERROR") ? { details } : undefined;
    this.add("Disconnect", { failed, disconnectReason });
  }

  /** A message that the client may publish; its other entries have the same trace. */
  published(message: Publish): void {
    if (this.journal.keeps !== "everything") return;
    message.traceId = randomUUID();
    this.add("Publish-In", { topicName: message.topic, traceId: message.traceId });
  }

  publishRefused(topicName: string | undefined, code: number, details: string): void {
    this.add("Publish-In", { topicName, failed: failure(code, details) });
  }

  /** @param code granted QoS, or the reason code of a refusal */
  subscribed(topicName: string, code: number, details: string | undefined): void {
    this.add("Subscribe", { topicName, failed: code <= 1 ? undefined : failure(code, details ?? "refused") });
  }

  private add(eventType: JournalEntry["eventType"], more: Partial<JournalEntry>): void {
    const { keeps } = this.journal;
    if (keeps === "nothing" || (keeps === "failures" && more.failed === undefined)) return;
    const { topicName, ...rest } = more;
    const { clientId, principalId, sourceIp, sourcePort } = this;
    this.journal.record({
      eventType,
      protocol: "MQTT",
      topicName,
      clientId,
      principalId,
      sourceIp,
      sourcePort,
      ...rest,
    });
  }
}

function failure(code: number, details: string): { reason?: string; details: string } {
  return code === REASON.notAuthorized ? { reason: "AUTHORIZATION_FAILURE", details } : { details };
}
