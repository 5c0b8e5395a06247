import type { X509Certificate } from "node:crypto";
import * as path from "node:path";
import type { Clock } from "../../core/clock";
import { ACCOUNT, type Resource } from "../../core/model";
import type { Iam } from "../../iam";
import { ThingError, type Things } from "../things/registry";
import { Authority } from "./authority";
import { Certificates } from "./certificates";
import type { DeviceRules } from "./gate";
import { ThingGroups } from "./groups";
import { DevicePolicies } from "./device-policies";

/** What the device side of IoT Core is made with. */
export interface DevicesOptions {
  resources: readonly Resource[];
  /** in the data folder */
  folder: string;
  region: string;
  clock: Clock;
  iam: Iam;
  things: Things;
}

/** The device side of IoT Core: certificates, policies and groups, and the authority that signs. */
export class Devices implements DeviceRules {
  readonly certificates: Certificates;
  readonly policies: DevicePolicies;
  readonly groups: ThingGroups;
  readonly things: Things;
  readonly iam: Iam;
  readonly region: string;
  /** what becomes of a client whose certificate is not registered */
  onUnknown: (certificate: X509Certificate) => string = () => "the certificate of the client is not registered";
  private made: Authority | undefined;

  constructor(private readonly options: DevicesOptions) {
    const { resources, folder, region, clock, iam, things } = options;
    this.iam = iam;
    this.region = region;
    this.things = things;
    this.certificates = new Certificates(path.join(folder, "certificates"), region, () => clock.now());
    this.policies = new DevicePolicies(resources, folder, region);
    this.groups = new ThingGroups(resources, folder, region);
    things.onDelete = (name) => {
      if (this.certificates.ofThing(name).length > 0)
        throw new ThingError(
          400,
          "InvalidRequestException",
          `Cannot delete. Thing ${name} is still attached to one or more principals`,
        );
      this.groups.forget(name);
    };
  }

  arn(resource: string): string {
    return `arn:aws:iot:${this.region}:${ACCOUNT}:${resource}`;
  }

  /** Made with the first certificate. */
  get authority(): Authority {
    return (this.made ??= new Authority(this.options.folder));
  }
}
