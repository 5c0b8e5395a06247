import { connectAsync, type MqttClient } from "mqtt";
import { newRequest, type Credentials, type DeviceIdentity } from "./keys";

/** Where devices connect. */
export interface FleetEndpoint {
  /** `mqtts://HOST:PORT` */
  url: string;
  /** authority that the endpoint's certificate is of, PEM; without it those that Node.js knows, Amazon's among them */
  ca?: string;
}

/** A request that AWS IoT answered with `rejected`, or did not answer. */
export class ProvisioningError extends Error {}

/** ms that an answer may take; the hook has 5 s */
const PATIENCE = 15_000;

/**
 * One connection over which devices are provisioned one after the other
 * (https://docs.aws.amazon.com/iot/latest/developerguide/fleet-provision-api.html).
 */
export class ProvisioningClient {
  private constructor(
    private readonly client: MqttClient,
    private readonly template: string,
  ) {}

  /** @throws the socket's error; ProvisioningError if the certificate is refused */
  static async connect(
    { url, ca }: FleetEndpoint,
    credentials: Credentials,
    clientId: string,
    template: string,
  ): Promise<ProvisioningClient> {
    try {
      const client = await connectAsync(
        url,
        { ...credentials, ca, clientId, protocolVersion: 4, reconnectPeriod: 0 },
        false,
      );
      client.on("error", () => undefined);
      return new ProvisioningClient(client, template);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== undefined) throw error;
      throw new ProvisioningError(
        `${url} closed the connection of ${clientId}: its certificate is not active, or its policy does not let it connect`,
      );
    }
  }

  /** Makes a key, has it certified, and registers the device. @throws ProvisioningError */
  async provision(serial: string): Promise<DeviceIdentity> {
    const { key, request } = newRequest(serial);
    const made = await this.ask<{ certificatePem: string; certificateOwnershipToken: string }>(
      "$aws/certificates/create-from-csr/json",
      {
        certificateSigningRequest: request,
      },
    );
    const { thingName, deviceConfiguration } = await this.ask<{
      thingName: string;
      deviceConfiguration?: { publish?: string[] };
    }>(`$aws/provisioning-templates/${this.template}/provision/json`, {
      certificateOwnershipToken: made.certificateOwnershipToken,
      parameters: { SerialNumber: serial },
    });
    return { serial, thingName, publish: deviceConfiguration?.publish ?? [], cert: made.certificatePem, key };
  }

  async close(): Promise<void> {
    await this.client.endAsync();
  }

  private async ask<T>(topic: string, input: object): Promise<T> {
    await this.client.subscribeAsync([`${topic}/accepted`, `${topic}/rejected`], { qos: 1 });
    const answered = new Promise<T>((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.client.off("message", onMessage);
        this.client.off("close", onClose);
      };
      const fail = (reason: string): void => {
        done();
        reject(new ProvisioningError(reason));
      };
      const onClose = (): void =>
        fail(`the connection was closed after ${topic}: the certificate's policy does not allow it`);
      const onMessage = (from: string, payload: Buffer): void => {
        if (from !== `${topic}/accepted` && from !== `${topic}/rejected`) return;
        const answer = JSON.parse(payload.toString()) as T & { errorCode?: string; errorMessage?: string };
        if (from.endsWith("/rejected"))
          return fail(`${topic} was rejected: ${answer.errorCode}: ${answer.errorMessage}`);
        done();
        resolve(answer);
      };
      const timer = setTimeout(() => fail(`${topic} was not answered within ${PATIENCE / 1000} s`), PATIENCE);
      this.client.on("message", onMessage);
      this.client.on("close", onClose);
    });
    answered.catch(() => undefined);
    await this.client.publishAsync(topic, JSON.stringify(input), { qos: 1 }).catch(() => undefined);
    return answered;
  }
}
