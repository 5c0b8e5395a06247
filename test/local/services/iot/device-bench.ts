import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { generateKeyPairSync } from "node:crypto";
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
  CreateThingCommand,
  IoTClient,
} from "@aws-sdk/client-iot";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { writeRequest } from "../../../../aws/x509";
import { Cloud } from "../../../../local/cloud";
import { Clock } from "../../../../local/core/clock";
import { ACCOUNT, type Properties, type Resource } from "../../../../local/core/model";

export const REGION = "eu-central-1";
export const iotArn = (resource: string): string => `arn:aws:iot:${REGION}:${ACCOUNT}:${resource}`;

/** A resource as the engine registers it. */
export function declare(type: string, inputs: Properties, outputs: Properties = {}): Resource {
  const name = String(inputs.name ?? "resource");
  const urn = `urn:pulumi:test::test::${type}::${name}`;
  return { urn, type, name, custom: true, id: name, dependencies: [], inputs, outputs: { ...inputs, ...outputs } };
}

/** A certificate with its key, as a client holds them. */
export interface Credentials {
  id: string;
  arn: string;
  cert: string;
  key: string;
}

/** A cloud with TLS, a control-plane client, and real MQTT clients. */
export class DeviceBench {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "devices-"));
  readonly clients: MqttClient[] = [];
  readonly refusedMessages: string[] = [];
  readonly errors: unknown[] = [];
  cloud!: Cloud;
  iot!: IoTClient;
  mqtts = "";
  http = "";
  ca = "";

  constructor(public resources: Resource[]) {}

  async open(): Promise<this> {
    this.cloud = new Cloud({
      resources: this.resources,
      region: REGION,
      dataDir: this.folder,
      clock: new Clock(Date.now()),
      onError: (error) => this.errors.push(error),
      onRefusedMessage: (reason) => this.refusedMessages.push(reason),
    });
    const { mqtts, http, caFile } = await this.cloud.listen({ mqtt: undefined, http: 0, mqtts: 0 });
    this.cloud.start();
    this.mqtts = mqtts!;
    this.http = http;
    this.ca = fs.readFileSync(caFile!, "utf8");
    const credentials = { accessKeyId: "any", secretAccessKey: "any" };
    this.iot = new IoTClient({ endpoint: http, region: REGION, credentials, maxAttempts: 1 });
    return this;
  }

  /** Closes and opens again over the same folder. */
  async restart(): Promise<void> {
    await this.stop();
    await this.open();
  }

  async close(): Promise<void> {
    await this.stop();
    fs.rmSync(this.folder, { recursive: true });
  }

  private async stop(): Promise<void> {
    for (const client of this.clients.splice(0)) client.end(true);
    this.iot.destroy();
    await this.cloud.close();
  }

  /** A certificate by a request of the client's, active. */
  async certificate(...policies: string[]): Promise<Credentials> {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const made = await this.iot.send(
      new CreateCertificateFromCsrCommand({
        certificateSigningRequest: writeRequest({ CN: "device", O: "Acme" }, privateKey),
        setAsActive: true,
      }),
    );
    for (const policyName of policies)
      await this.iot.send(new AttachPolicyCommand({ policyName, target: made.certificateArn }));
    const key = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
    return { id: made.certificateId!, arn: made.certificateArn!, cert: made.certificatePem!, key };
  }

  /** A thing with a certificate of its own. */
  async device(thingName: string, ...policies: string[]): Promise<Credentials> {
    await this.iot.send(new CreateThingCommand({ thingName }));
    const credentials = await this.certificate(...policies);
    await this.iot.send(new AttachThingPrincipalCommand({ thingName, principal: credentials.arn }));
    return credentials;
  }

  /** Connects; rejects if the broker closes or refuses. */
  async connect(
    credentials: Partial<Credentials>,
    clientId: string,
    options: IClientOptions = {},
  ): Promise<MqttClient> {
    const client = await new Promise<MqttClient>((resolve, reject) => {
      const { cert, key } = credentials;
      const settings: IClientOptions = {
        ca: this.ca,
        cert,
        key,
        clientId,
        reconnectPeriod: 0,
        protocolVersion: 4,
        ...options,
      };
      connectAsync(this.mqtts, settings, false).then(resolve, reject);
    });
    client.on("error", () => undefined);
    this.clients.push(client);
    return client;
  }

  /** Calls of devices that were refused: action and resource. */
  refusals(): string[] {
    return this.cloud.iam
      .refused()
      .map(({ action, resource }) => `${action} ${resource.split(":").slice(5).join(":")}`);
  }
}

/** Resolves when the broker closes the connection; raises if it does not. */
export function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the connection stayed open")), 5000);
    client.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
