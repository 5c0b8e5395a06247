import { once } from "node:events";
import * as net from "node:net";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { generate, parser, type Packet } from "mqtt-packet";
import { MqttBroker, type BrokerEvent, type MqttBrokerOptions, type Publish, type Verdict } from "../../../local/mqtt";

/** A broker that hands every message on to subscribers, as the rules engine does, and remembers what it saw. */
export class Bench {
  readonly seen: Publish[] = [];
  readonly events: BrokerEvent[] = [];
  readonly broker: MqttBroker;
  port = 0;
  /** what becomes of messages with `done`; the default takes them */
  answer: (message: Publish, done: (verdict: Verdict) => void) => void = (_message, done) => done({ ok: true });
  private readonly clients: MqttClient[] = [];
  private readonly raws: Raw[] = [];

  constructor(options: Partial<MqttBrokerOptions> = {}) {
    this.broker = new MqttBroker({
      onEvent: (event) => this.events.push(event),
      ...options,
      onPublish: (message, done) => {
        this.seen.push(message);
        if (done !== undefined) this.answer(message, done);
        this.broker.publish(message.topic, message.payload, message);
      },
    });
  }

  async listen(): Promise<this> {
    this.port = await this.broker.listen(0);
    return this;
  }

  async client(options: IClientOptions = {}): Promise<MqttClient> {
    const client = await connectAsync({ host: "127.0.0.1", port: this.port, reconnectPeriod: 0, ...options });
    client.on("error", () => undefined);
    this.clients.push(client);
    return client;
  }

  async raw(): Promise<Raw> {
    const raw = new Raw(net.connect(this.port, "127.0.0.1"));
    this.raws.push(raw);
    await once(raw.socket, "connect");
    return raw;
  }

  /** A client that speaks packets, connected. */
  async speaker(version: 4 | 5 = 4, connect: object = {}): Promise<Raw> {
    const raw = await this.raw();
    raw.version = version;
    raw.send({
      cmd: "connect",
      protocolId: "MQTT",
      protocolVersion: version,
      clean: true,
      clientId: "raw",
      ...connect,
    });
    return raw;
  }

  messages(): string[] {
    return this.seen.map(({ topic, payload }) => `${topic} ${payload.toString()}`);
  }

  of<T extends BrokerEvent["type"]>(type: T): Extract<BrokerEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<BrokerEvent, { type: T }> => event.type === type);
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.end(true);
    for (const { socket } of this.raws) socket.destroy();
    await this.broker.close();
  }
}

/** A connection on which any bytes can be sent. */
export class Raw {
  version: 4 | 5 = 4;
  readonly packets: Packet[] = [];
  closed = false;
  private readonly arrivals: (() => void)[] = [];

  constructor(readonly socket: net.Socket) {
    // Otherwise a second small packet waits for the acknowledgement of the first, 40 ms.
    socket.setNoDelay(true);
    const reader = parser();
    reader.on("packet", (packet) => {
      this.packets.push(packet);
      for (const arrival of this.arrivals.splice(0)) arrival();
    });
    reader.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      (reader as unknown as { settings: object }).settings = { protocolVersion: this.version };
      reader.parse(chunk);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.closed = true;
      for (const arrival of this.arrivals.splice(0)) arrival();
    });
  }

  send(packet: object): void {
    this.socket.write(generate(packet as Packet, { protocolVersion: this.version }));
  }

  bytes(...bytes: (number | string | Buffer)[]): void {
    this.socket.write(
      Buffer.concat(
        bytes.map((part) => (typeof part === "number" ? Buffer.from([part]) : Buffer.from(part as string))),
      ),
    );
  }

  /** The next packet with this command, or undefined when the connection closes before. */
  async next(cmd: string): Promise<Packet | undefined> {
    for (;;) {
      const at = this.packets.findIndex((packet) => packet.cmd === cmd);
      if (at >= 0) return this.packets.splice(at, 1)[0];
      if (this.closed) return undefined;
      await new Promise<void>((resolve) => this.arrivals.push(resolve));
    }
  }

  /** @throws Error if the connection is still there after `ms` */
  async gone(ms = 5000): Promise<void> {
    await until(() => this.closed, ms);
  }
}

/** Waits until something is so. */
export async function until(what: () => boolean, ms = 3000): Promise<void> {
  const end = Date.now() + ms;
  while (!what()) {
    if (Date.now() > end) throw new Error(`did not come about within ${ms} ms: ${what.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
