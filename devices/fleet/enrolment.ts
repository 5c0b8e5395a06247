import {
  AttachPolicyCommand,
  CreateCertificateFromCsrCommand,
  DescribeProvisioningTemplateCommand,
  IoTClient,
  paginateListProvisioningTemplates,
} from "@aws-sdk/client-iot";
import { isLocal } from "../sdk";
import { newRequest, type Credentials } from "./keys";

/** A fleet as its account knows it. */
export interface FleetNames {
  template: string;
  claimPolicy: string;
  /** begins the names of its things, and the client ids of a claim */
  prefix: string;
}

/** There is no such fleet, or several. */
export class NoSuchFleet extends Error {}

/** The control plane of IoT Core, of the local cloud or, with the environment's credentials, of AWS. @param endpoint undefined for AWS's own */
export class Enrolment {
  private readonly iot: IoTClient;

  constructor(endpoint: string | undefined, region: string) {
    const credentials =
      endpoint !== undefined && isLocal(endpoint) ? { accessKeyId: "local", secretAccessKey: "local" } : undefined;
    this.iot = new IoTClient({ endpoint, region, credentials });
  }

  /** Finds a fleet by its name in the configuration, or by its template's. @throws NoSuchFleet */
  async find(fleet: string): Promise<FleetNames> {
    const found: string[] = [];
    for await (const { templates = [] } of paginateListProvisioningTemplates({ client: this.iot }, {}))
      found.push(...templates.map(({ templateName }) => templateName!));
    const exact = found.filter((name) => name === fleet);
    const mine = exact.length > 0 ? exact : found.filter((name) => name.endsWith(`-${fleet}`));
    if (mine.length !== 1)
      throw new NoSuchFleet(
        `--fleet ${fleet}: ${mine.length === 0 ? "there is no such fleet" : `there are several: ${mine.join(", ")}`}; provisioning templates here: ${found.join(", ") || "none"}`,
      );
    const template = mine[0]!;
    const { description = "", templateBody = "{}" } = await this.iot.send(
      new DescribeProvisioningTemplateCommand({ templateName: template }),
    );
    const claimPolicy = /claim policy ([\w+=,.@-]+)/.exec(description)?.[1];
    if (claimPolicy === undefined)
      throw new NoSuchFleet(
        `--fleet ${fleet}: the template ${template} is not of a DeviceFleet, whose description names the claim's policy`,
      );
    const { Resources } = JSON.parse(templateBody) as {
      Resources?: { thing?: { Properties?: { ThingName?: { "Fn::Join"?: [string, unknown[]] } } } };
    };
    const prefix = String(Resources?.thing?.Properties?.ThingName?.["Fn::Join"]?.[1][0] ?? "");
    return { template, claimPolicy, prefix };
  }

  /** Makes a claim certificate for a key that stays here. */
  async claim({ template, claimPolicy }: FleetNames): Promise<Credentials> {
    const { key, request } = newRequest(`claim of ${template}`.slice(0, 64));
    const made = await this.iot.send(
      new CreateCertificateFromCsrCommand({ certificateSigningRequest: request, setAsActive: true }),
    );
    await this.iot.send(new AttachPolicyCommand({ policyName: claimPolicy, target: made.certificateArn }));
    return { cert: made.certificatePem!, key };
  }

  close(): void {
    this.iot.destroy();
  }
}
