import { notAuthorized } from "./core/access-denied";
import type { Clock } from "./core/clock";
import type { Defects } from "./core/defects";
import { ACCOUNT } from "./core/model";
import type { Endpoints } from "./endpoints";
import type { Iam } from "./iam";
import type { Publish, Verdict } from "./mqtt";
import type { RuleEngine } from "./rules";
import { traceOf, type IotLog } from "./services/iot/event-log";
import type { Provisioner } from "./services/provisioning/provisioner";
import { provisioningRequest } from "./services/provisioning/topics";
import { stringifyDocument, type JsonObject } from "./services/shadows/json";
import type { Shadows } from "./services/shadows/shadows";
import { answerShadowRequest, shadowRequest } from "./services/shadows/topics";

interface Services {
  region: string;
  clock: Clock;
  iam: Iam;
  defects: Defects;
  iotLog: IotLog;
  rules: RuleEngine;
  shadows: Shadows;
  provisioner: Provisioner;
}

/** Where the messages that reach IoT Core go: to the topic rules, the subscribers, the shadows and fleet provisioning. */
export class Messages {
  constructor(
    private readonly services: Services,
    private readonly endpoints: () => Endpoints,
  ) {}

  /** Takes a message of a client; one that asks something of a shadow is answered, and rules and subscribers see it as any other. */
  readonly publish = (message: Publish, done?: (verdict: Verdict) => void): void => {
    const { provisioner, rules, defects, shadows, clock } = this.services;
    const provisioning = provisioningRequest(message.topic);
    if (provisioning !== undefined) {
      done?.({ ok: true });
      void provisioner.take(provisioning, message, (topic, payload) =>
        this.endpoints().mqtt.answer(message.clientId, topic, payload),
      );
      return;
    }
    rules.publish(message, done);
    const request = shadowRequest(message.topic);
    if (request !== undefined)
      defects.guard(
        "shadow request over MQTT",
        () => answerShadowRequest(shadows, request, message.payload, clock.now(), this.publishShadow),
        undefined,
      );
  };

  /** Hands a document to whoever listens on a shadow's topics. */
  readonly publishShadow = (topic: string, document: JsonObject): void =>
    this.publishAsIot(topic, Buffer.from(stringifyDocument(document)));

  /** An event of AWS IoT's own. */
  readonly publishEvent = (topic: string, document: object): void =>
    this.publishAsIot(topic, Buffer.from(JSON.stringify(document)));

  private publishAsIot(topic: string, payload: Buffer): void {
    this.services.rules.route({ topic, payload, ...ofService("iot") });
  }

  /** A notification that AWS IoT SiteWise publishes. */
  publishNotification(topic: string, payload: Buffer): Promise<Verdict> {
    return new Promise((resolve) =>
      this.services.rules.publish({ topic, payload, ...ofService("iotsitewise") }, resolve),
    );
  }

  /** A message over HTTP: the caller's policies decide; one to retain is kept once its rules have it. */
  publishMessage(message: Publish): Promise<Verdict> {
    const { region, iam } = this.services;
    const { principal, topic, retain } = message;
    for (const action of retain ? ["iot:Publish", "iot:RetainPublish"] : ["iot:Publish"]) {
      const resource = `arn:aws:iot:${region}:${ACCOUNT}:topic/${topic}`;
      const { allowed, decidedBy } = iam.check({ principal, action, resource });
      if (!allowed) {
        const refusal = notAuthorized(principal, action, resource, decidedBy);
        this.logHttp(message, { reason: "AUTHORIZATION_FAILURE", details: refusal });
        return Promise.resolve({ ok: false, reason: "unauthorized", message: refusal });
      }
    }
    this.logHttp(message);
    return new Promise((resolve) =>
      this.publish(message, (verdict) => {
        if (verdict.ok && retain && !this.endpoints().mqtt.retain(message))
          verdict = { ok: false, reason: "throttled", message: "no room for the retained message of one more topic" };
        resolve(verdict);
      }),
    );
  }

  /** The entry of AWS IoT's log about a message over HTTP. */
  private logHttp(message: Publish, failed?: { reason: string; details: string }): void {
    const { iotLog } = this.services;
    if (!iotLog.wants(failed === undefined ? "INFO" : "ERROR")) return;
    const { topic, clientId, principal } = message;
    iotLog.record({
      ...{ eventType: "Publish-In", protocol: "HTTP", topicName: topic, clientId, principalId: principal },
      ...{ sourceIp: "127.0.0.1", failed, traceId: traceOf(message) },
    });
  }
}

/** The properties of a message that a service of AWS publishes. */
const ofService = (service: string) =>
  ({ qos: 1, retain: false, clientId: "N/A", principal: `${service}.amazonaws.com`, source: "mqtt" }) as const;
