import { Defects } from "./defects";
import { IotDataServer, type Route } from "./http";
import { MqttBroker, type OnPublish, type Publish, type Verdict } from "./mqtt";

/** What lies behind the doors: rules that take messages, by way of their arrival. */
export interface Behind {
  publish: OnPublish;
  publishOverHttp: OnPublish;
  /** operations over HTTP beside Publish */
  routes: readonly Route[];
}

export interface DoorsOptions {
  retainedFile: string;
  /** who owns an access key: an ARN */
  principalOf(accessKeyId: string): string;
  /** a message that no rule saw: refused before it could be routed */
  onRefusedMessage?(reason: string): void;
  /** records unexpected errors of connections and requests */
  defects?: Defects;
}

interface Waiting {
  door: "publish" | "publishOverHttp";
  message: Publish;
  done: ((verdict: Verdict) => void) | undefined;
}

/**
 * The two endpoints that devices reach, MQTT and HTTP. They stay open while what is behind them is changed: meanwhile nobody reads from
 * the clients, the messages that were read already wait in their order, and no acknowledgement leaves.
 */
export class Doors {
  readonly defects: Defects;
  readonly mqtt: MqttBroker;
  readonly http: IotDataServer;
  /** where HTTP is reached, once it listens */
  httpUrl: string | undefined;
  /** called when a message comes and there is nothing behind the doors */
  onWanted: () => void = () => undefined;
  private behind: Behind | undefined;
  /** what is being left: its functions may still call, and it ends when they have their answer */
  private leaving: Behind | undefined;
  private waiting: Waiting[] = [];
  private readonly callers: ((routes: readonly Route[]) => void)[] = [];

  constructor({ retainedFile, principalOf, onRefusedMessage, defects = new Defects() }: DoorsOptions) {
    this.defects = defects;
    this.mqtt = new MqttBroker({
      onPublish: (message, done) => this.take("publish", message, done),
      onEvent: (event) => {
        if (event.type === "refused") onRefusedMessage?.(event.message);
      },
      retainedFile,
    });
    this.http = new IotDataServer({
      onPublish: (message, done) => this.take("publishOverHttp", message, done),
      principalOf,
      routes: () => (this.behind ?? this.leaving)?.routes ?? this.routesToCome(),
      onRefused: onRefusedMessage,
    });
  }

  /** Opens on 127.0.0.1; port 0 takes a free one. A port in use is thrown as EADDRINUSE. */
  async listen(ports: { mqtt: number; http: number }): Promise<{ mqtt: string; http: string }> {
    const mqtt = await this.mqtt.listen(ports.mqtt);
    const http = await this.http.listen(ports.http);
    this.httpUrl = `http://127.0.0.1:${http}`;
    return { mqtt: `mqtt://127.0.0.1:${mqtt}`, http: this.httpUrl };
  }

  /** From now on messages go to `behind`, those that waited first. */
  lead(behind: Behind): void {
    this.behind = behind;
    const waiting = this.waiting;
    this.waiting = [];
    for (const { door, message, done } of waiting) behind[door](message, done);
    for (const call of this.callers.splice(0)) call(behind.routes);
    this.mqtt.resume();
  }

  /** From now on messages wait, but those of functions that have still to finish. */
  bar(): void {
    this.leaving = this.behind;
    this.behind = undefined;
  }

  /** Nothing is behind the doors any more. */
  shut(): void {
    this.leaving = undefined;
  }

  async close(): Promise<void> {
    await this.mqtt.close();
    await this.http.close();
  }

  private take(door: Waiting["door"], message: Publish, done: ((verdict: Verdict) => void) | undefined): void {
    const behind = this.behind ?? (message.principal.includes(":role/") ? this.leaving : undefined);
    if (behind !== undefined) return behind[door](message, done);
    // The payload shares memory with what is read next.
    this.waiting.push({ door, message: { ...message, payload: Buffer.from(message.payload) }, done });
    this.mqtt.pause();
    this.onWanted();
  }

  private routesToCome(): Promise<readonly Route[]> {
    this.onWanted();
    return new Promise((resolve) => this.callers.push(resolve));
  }
}
