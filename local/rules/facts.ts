import type { MessageFacts, MqttProperties } from "../../etl/iot-sql";
import { ACCOUNT } from "../core/model";
import type { Publish } from "../mqtt";
import { traceOf } from "../services/iot/event-log";

/** Both endpoints take connections from this machine only. */
const SOURCE_IP = "127.0.0.1";

/** What a rule can know of a published message. */
export class Facts implements MessageFacts {
  readonly account = ACCOUNT;
  readonly sourceIp = SOURCE_IP;
  /** @param topic without the prefix of basic ingest */
  constructor(
    readonly topic: string,
    private readonly message: Publish,
    readonly time: number,
  ) {}

  get clientId(): string | undefined {
    return this.message.source === "mqtt" ? this.message.clientId : undefined;
  }

  get principal(): string {
    return this.message.principal;
  }

  /** The same for all rules that match the message. */
  get traceId(): string | undefined {
    if (this.message.source !== "mqtt") return undefined;
    return traceOf(this.message);
  }

  get properties(): MqttProperties | undefined {
    return this.message.properties;
  }
}
