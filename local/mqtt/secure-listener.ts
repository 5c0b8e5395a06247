import { constants, type X509Certificate } from "node:crypto";
import type { AddressInfo, Socket } from "node:net";
import * as tls from "node:tls";
import type { Defects } from "../core/defects";
import type { ClientAccess } from "./access";

/** What a listener over TLS is made with. */
export interface SecureListenerOptions {
  /** private key and certificate of the server, PEM */
  key: string;
  cert: string;
  /** who a client with this certificate is; a text says why it is nobody */
  identify(certificate: X509Certificate, address: string): ClientAccess | string;
  /** takes over a connection; what is decided about it is `access` */
  accept(socket: tls.TLSSocket, access: ClientAccess): void;
  /** a connection that never came to be */
  onRejected(reason: string): void;
  defects: Defects;
}

/** ms that a client has for its handshake */
const HANDSHAKE = 30_000;
/** ms after which connections that are still open when the listener closes are cut */
const CLOSING_PATIENCE = 500;

/**
 * MQTT over TLS with certificates of clients, as AWS IoT Core's port 8883
 * (https://docs.aws.amazon.com/iot/latest/developerguide/transport-security.html). The handshake proves that the client has the certificate's
 * key; whether the certificate is a registered one is decided by `identify`, and who signed it has no part in it, as on AWS.
 */
export class SecureListener {
  private readonly server: tls.Server;
  /** of TCP, below TLS: also those whose handshake has not ended */
  private readonly sockets = new Set<Socket>();

  constructor({ key, cert, identify, accept, onRejected, defects }: SecureListenerOptions) {
    this.server = tls.createServer(
      {
        ...{ key, cert, requestCert: true, rejectUnauthorized: false, minVersion: "TLSv1.2" },
        handshakeTimeout: HANDSHAKE,
        // A resumed session would keep a certificate for which a new handshake is refused.
        secureOptions: constants.SSL_OP_NO_TICKET,
      },
      (socket) => {
        socket.setNoDelay(true);
        const found = defects.guard(
          "TLS client",
          () => identified(socket, identify),
          "an unexpected error; the summary of the local cloud shows it",
        );
        if (typeof found !== "string") return accept(socket, found);
        onRejected(found);
        socket.on("error", () => undefined);
        socket.destroy();
      },
    );
    this.server.on("connection", (socket: Socket) => {
      this.sockets.add(socket);
      socket.once("close", () => this.sockets.delete(socket));
    });
    this.server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
      onRejected(`the TLS handshake failed: ${error.code ?? error.message}`);
      socket.destroy();
    });
    this.server.on("error", () => undefined);
  }

  /** Port 0 takes a free one. @returns the port. @throws EADDRINUSE and the like as node raises them */
  listen(port: number, host = "127.0.0.1"): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, host, () => {
        this.server.off("error", reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Accepts nobody any more; the broker ends the connections. */
  close(): void {
    this.server.close();
    setTimeout(() => {
      for (const socket of this.sockets) socket.destroy();
    }, CLOSING_PATIENCE).unref();
  }
}

function identified(socket: tls.TLSSocket, identify: SecureListenerOptions["identify"]): ClientAccess | string {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return "a client over TLS without a certificate";
  return identify(certificate, socket.remoteAddress ?? "127.0.0.1");
}
