import { ApiEndpoint, type ServiceApi } from "./api";
import { Credentials } from "./core/credentials";
import { Defects } from "./core/defects";
import { HttpServer } from "./http";
import type { Iam } from "./iam";
import { MqttBroker, SecureListener, type Journal, type OnPublish, type Publish, type Verdict } from "./mqtt";
import { Authority } from "./services/iot/authority";
import { DeviceGate, type DeviceRules } from "./services/iot/gate";

/** Handles what arrives at the endpoints: messages over MQTT, and the requests over HTTP. */
export interface Backend {
  publish: OnPublish;
  /** the services that answer AWS's APIs */
  apis: readonly ServiceApi[];
  iam: Iam;
  /** what clients with certificates may do; without it there are none */
  devices?: DeviceRules;
  /** takes down what happens to connections, and what is published over HTTP */
  journal?: Journal;
}

/** Where the endpoints are, on 127.0.0.1; 0 takes a free port. */
export interface Ports {
  /** undefined: only clients with certificates are accepted */
  mqtt: number | undefined;
  http: number;
  /** MQTT over TLS; undefined: there is none */
  mqtts?: number;
}

/** URLs of the endpoints. */
export interface Addresses {
  /** absent if only clients with certificates are accepted */
  mqtt?: string;
  http: string;
  /** absent if no device has a certificate */
  mqtts?: string;
  /** file of the authority that clients of `mqtts` trust, PEM */
  caFile?: string;
}

/** Where retained messages are kept, and who may call the endpoints. */
export interface EndpointsOptions {
  retainedFile: string;
  /** where the certificate authority is kept; needed for MQTT over TLS */
  authorityFolder?: string;
  /** names besides those of the loopback interface under which HTTP is reached, as `HOST` or `HOST:PORT` */
  allowedHosts?: readonly string[];
  /** knows the keys of roles; default are keys of its own, which end with the process */
  credentials?: Credentials;
  /** called for a message that was refused before a rule saw it */
  onRefusedMessage?(reason: string): void;
  /** records unexpected errors of connections and requests */
  defects?: Defects;
}

/** `Ports` where clients without a certificate are accepted. */
export type OpenPorts = Ports & { mqtt: number };
/** `Addresses` where clients without a certificate are accepted. */
export type OpenAddresses = Addresses & { mqtt: string };

interface Waiting {
  message: Publish;
  done: ((verdict: Verdict) => void) | undefined;
}

/**
 * The endpoints that devices and SDKs reach: MQTT, MQTT over WebSocket, and HTTP. They stay open while their backend is replaced:
 * meanwhile nothing is read from the clients, messages that were read already wait in their order, and none is acknowledged.
 */
export class Endpoints {
  readonly defects: Defects;
  readonly credentials: Credentials;
  readonly mqtt: MqttBroker;
  readonly http: HttpServer;
  readonly gate = new DeviceGate();
  /** URL of the HTTP endpoint, once it listens */
  httpUrl: string | undefined;
  /** called when a message or a request comes and no backend is attached */
  onDemand: () => void = () => undefined;
  private backend: Backend | undefined;
  /** the backend that is being replaced: its functions may still call until it is detached */
  private draining: Backend | undefined;
  private waiting: Waiting[] = [];
  private readonly callers: ((backend: Backend) => void)[] = [];
  private secure: SecureListener | undefined;
  /** whether clients without a certificate are accepted */
  private plain = true;

  constructor(private readonly options: EndpointsOptions) {
    const { retainedFile, allowedHosts, credentials = new Credentials() } = options;
    const { onRefusedMessage, defects = new Defects() } = options;
    this.defects = defects;
    this.credentials = credentials;
    const logging = (): Journal | undefined => (this.backend ?? this.draining)?.journal;
    this.mqtt = new MqttBroker({
      journal: {
        get keeps() {
          return logging()?.keeps ?? "nothing";
        },
        record: (entry) => logging()?.record(entry),
      },
      onPublish: (message, done) => this.take(message, done),
      onEvent: (event) => {
        if (event.type === "refused" || event.type === "unreadable") onRefusedMessage?.(event.message);
      },
      retainedFile,
      defects,
    });
    this.http = new HttpServer({
      api: new ApiEndpoint({ credentials, backend: ({ principal }) => this.current(principal), defects }),
      allowedHosts,
      onRefused: onRefusedMessage,
      onWebSocket: (stream) => {
        if (this.plain) this.mqtt.accept(stream);
        else stream.destroy();
      },
      defects,
    });
    this.gate.onRevoked = (id) => this.mqtt.revoke(({ principal }) => principal === id);
  }

  /** Opens on 127.0.0.1; port 0 takes a free one. A port in use is thrown as EADDRINUSE. */
  listen(ports: OpenPorts): Promise<OpenAddresses>;
  listen(ports: Ports): Promise<Addresses>;
  async listen(ports: Ports): Promise<Addresses> {
    this.plain = ports.mqtt !== undefined;
    const mqtt = await this.mqtt.listen(ports.mqtt);
    const http = await this.http.listen(ports.http);
    this.httpUrl = `http://127.0.0.1:${http}`;
    return {
      ...(mqtt === undefined ? {} : { mqtt: `mqtt://127.0.0.1:${mqtt}` }),
      http: this.httpUrl,
      ...(ports.mqtts === undefined ? {} : await this.listenSecurely(ports.mqtts)),
    };
  }

  private async listenSecurely(port: number): Promise<{ mqtts: string; caFile: string }> {
    const { authorityFolder, allowedHosts = [], onRefusedMessage } = this.options;
    const authority = new Authority(authorityFolder!);
    this.secure = new SecureListener({
      ...authority.server(allowedHosts),
      identify: (certificate, address) => this.gate.identify(certificate, address),
      accept: (socket, access) => this.mqtt.accept(socket, access),
      onRejected: (reason) => onRefusedMessage?.(`MQTT over TLS: ${reason}`),
      defects: this.defects,
    });
    return { mqtts: `mqtts://127.0.0.1:${await this.secure.listen(port)}`, caFile: authority.file };
  }

  /** From now on messages go to `backend`, those that waited first. */
  attach(backend: Backend): void {
    this.backend = backend;
    if (backend.devices !== undefined) this.gate.use(backend.devices);
    const waiting = this.waiting;
    this.waiting = [];
    for (const { message, done } of waiting) this.hand(backend, message, done);
    for (const call of this.callers.splice(0)) call(backend);
    this.mqtt.resume();
  }

  /** From now on messages wait, except those of the backend's own functions, which have still to finish. */
  pause(): void {
    this.draining = this.backend;
    this.backend = undefined;
  }

  /** The backend that was paused takes nothing any more. */
  detach(): void {
    this.draining = undefined;
  }

  async close(): Promise<void> {
    this.secure?.close();
    await this.mqtt.close();
    await this.http.close();
  }

  private take(message: Publish, done: ((verdict: Verdict) => void) | undefined): void {
    if (this.backend !== undefined) return this.backend.publish(message, done);
    // The payload shares memory with what is read next.
    this.waiting.push({ message: { ...message, payload: Buffer.from(message.payload) }, done });
    this.mqtt.pause();
    this.onDemand();
  }

  /** The connection that a waiting message came from is not on the stack to take an error of the backend. */
  private hand(backend: Backend, message: Publish, done: ((verdict: Verdict) => void) | undefined): void {
    let answered = false;
    const once = (verdict: Verdict): void => {
      if (answered) return;
      answered = true;
      done?.(verdict);
    };
    try {
      backend.publish(message, done === undefined ? undefined : once);
    } catch (error) {
      this.defects.record("message that waited for a deployment", error);
      once({ ok: false, reason: "unavailable", message: "the message could not be processed" });
    }
  }

  /** What answers requests; while a backend is replaced, the next, but for its own functions, which have still to finish. */
  private current(principal: string): Backend | Promise<Backend> {
    const backend = this.backend ?? (principal.includes(":role/") ? this.draining : undefined);
    if (backend !== undefined) return backend;
    this.onDemand();
    return new Promise((resolve) => this.callers.push(resolve));
  }
}
