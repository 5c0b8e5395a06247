import { ApiEndpoint, type ServiceApi } from "./api";
import { Credentials } from "./core/credentials";
import { Defects } from "./core/defects";
import { HttpServer } from "./http";
import type { Iam } from "./iam";
import { MqttBroker, type OnPublish, type Publish, type Verdict } from "./mqtt";

/** Handles what arrives at the endpoints: messages over MQTT, and the requests over HTTP. */
export interface Backend {
  publish: OnPublish;
  /** the services that answer AWS's APIs */
  apis: readonly ServiceApi[];
  iam: Iam;
}

/** Where retained messages are kept, and who may call the endpoints. */
export interface EndpointsOptions {
  retainedFile: string;
  /** names besides those of the loopback interface under which HTTP is reached, as `HOST` or `HOST:PORT` */
  allowedHosts?: readonly string[];
  /** knows the keys of roles; default are keys of its own, which end with the process */
  credentials?: Credentials;
  /** called for a message that was refused before a rule saw it */
  onRefusedMessage?(reason: string): void;
  /** records unexpected errors of connections and requests */
  defects?: Defects;
}

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
  /** URL of the HTTP endpoint, once it listens */
  httpUrl: string | undefined;
  /** called when a message or a request comes and no backend is attached */
  onDemand: () => void = () => undefined;
  private backend: Backend | undefined;
  /** the backend that is being replaced: its functions may still call until it is detached */
  private draining: Backend | undefined;
  private waiting: Waiting[] = [];
  private readonly callers: ((backend: Backend) => void)[] = [];

  constructor({
    retainedFile,
    allowedHosts,
    credentials = new Credentials(),
    onRefusedMessage,
    defects = new Defects(),
  }: EndpointsOptions) {
    this.defects = defects;
    this.credentials = credentials;
    this.mqtt = new MqttBroker({
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
      onWebSocket: (stream) => this.mqtt.accept(stream),
      defects,
    });
  }

  /** Opens on 127.0.0.1; port 0 takes a free one. A port in use is thrown as EADDRINUSE. */
  async listen(ports: { mqtt: number; http: number }): Promise<{ mqtt: string; http: string }> {
    const mqtt = await this.mqtt.listen(ports.mqtt);
    const http = await this.http.listen(ports.http);
    this.httpUrl = `http://127.0.0.1:${http}`;
    return { mqtt: `mqtt://127.0.0.1:${mqtt}`, http: this.httpUrl };
  }

  /** From now on messages go to `backend`, those that waited first. */
  attach(backend: Backend): void {
    this.backend = backend;
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
