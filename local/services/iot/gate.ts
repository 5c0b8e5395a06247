import type { X509Certificate } from "node:crypto";
import { certificateId } from "../../../aws/x509";
import { NAME_VARIABLES } from "../../../aws/iot-policy";
import { ACCOUNT } from "../../core/model";
import type { Iam } from "../../iam";
import type { ClientAccess } from "../../mqtt";
import type { ThingDescription, Things } from "../things/registry";
import type { Certificate, Certificates } from "./certificates";
import { compileDevicePolicies, type DeviceDecision } from "./decide";
import type { ThingGroups } from "./groups";
import type { DevicePolicies } from "./device-policies";

/** What decisions on devices are made from. */
export interface DeviceRules {
  readonly certificates: Certificates;
  readonly policies: DevicePolicies;
  readonly groups: ThingGroups;
  readonly things: Things;
  readonly iam: Iam;
  readonly region: string;
  /** called for a client whose certificate is not registered; the text says why it is refused */
  onUnknown(certificate: X509Certificate): string;
}

/** Topics and filters of a connection whose decisions are remembered. */
const REMEMBERED = 1000;

/**
 * Decides what clients with certificates may do, by the policies that are attached to the certificate and to the groups of its thing. It stays
 * while the resources behind it are replaced.
 */
export class DeviceGate {
  /** changes when decisions may: what connections remember is of one version */
  version = 0;
  /** called when the connections of a certificate are to end */
  onRevoked: (certificateId: string) => void = () => undefined;
  private rules: DeviceRules | undefined;

  /** From now on these decide. */
  use(rules: DeviceRules): void {
    this.rules = rules;
    const changed = (): void => void this.version++;
    changed();
    rules.policies.onChanged = changed;
    rules.groups.onChanged = changed;
    rules.things.onChanged = changed;
    rules.certificates.onChanged = ({ id, status }) => {
      changed();
      if (status !== "ACTIVE") this.onRevoked(id);
    };
  }

  /** Who a client with this certificate is; a text says why it is nobody. */
  identify(certificate: X509Certificate, address: string): ClientAccess | string {
    if (this.rules === undefined) return "nothing is deployed yet";
    const known = this.rules.certificates.find(certificateId(certificate.raw));
    if (known === undefined) return this.rules.onUnknown(certificate);
    if (known.status !== "ACTIVE") return `the certificate of the client is ${known.status}`;
    if (Date.parse(certificate.validTo) < Date.now()) return "the certificate of the client has expired";
    return new DeviceAccess(this, known.id, { ...namesOf(certificate), "aws:SourceIp": address });
  }

  /** The decisions of a connection as things stand now. */
  decisionsOf(
    id: string,
    clientId: string,
    fixed: Readonly<Record<string, string>>,
  ): (action: string, resource: string) => DeviceDecision {
    const { certificates, policies, groups } = this.rules!;
    const certificate = certificates.find(id);
    if (certificate?.status !== "ACTIVE")
      return () => ({ allowed: false, decidedBy: "the certificate is no longer active" });
    const thing = this.thingOf(certificate, clientId);
    const above = thing === undefined ? [] : groups.of(thing.thingName).flatMap((group) => groups.withParents(group));
    const names = new Set([
      ...certificate.policies,
      ...policies.attachedTo(certificate.arn),
      ...above.flatMap(({ name }) => policies.attachedTo(name)),
    ]);
    return compileDevicePolicies(
      [...names].flatMap((name) => policies.find(name) ?? []),
      { ...fixed, "iot:ClientId": clientId, ...variablesOf(thing) },
    );
  }

  arn(resource: string): string {
    return `arn:aws:iot:${this.rules!.region}:${ACCOUNT}:${resource}`;
  }

  /** Counts a refusal among the refused calls of the run. */
  refused(id: string, action: string, resource: string, decidedBy: string): void {
    this.rules!.iam.refuse({ principal: this.arn(`cert/${id}`), action, resource }, decidedBy);
  }

  /**
   * The thing of a connection: the one that the certificate is attached to under the client id, or exclusively.
   * https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html
   */
  private thingOf({ things }: Certificate, clientId: string): ThingDescription | undefined {
    const exclusive = Object.entries(things).find(([, how]) => how === "exclusive")?.[0];
    const name = exclusive ?? (Object.hasOwn(things, clientId) ? clientId : undefined);
    return name === undefined ? undefined : this.rules!.things.describe(name);
  }
}

/** One connection: its decisions are remembered while nothing changes. */
class DeviceAccess implements ClientAccess {
  private clientId = "";
  private version = -1;
  private decide: (action: string, resource: string) => DeviceDecision = () => ({ allowed: false, decidedBy: "" });
  private readonly remembered = new Map<string, DeviceDecision>();

  constructor(
    private readonly gate: DeviceGate,
    readonly principal: string,
    private readonly values: Readonly<Record<string, string>>,
  ) {}

  connect(clientId: string): string | undefined {
    this.clientId = clientId;
    this.version = -1;
    return this.ask("iot:Connect", `client/${clientId}`);
  }

  publish(topic: string, retain: boolean): string | undefined {
    return (
      this.ask("iot:Publish", `topic/${topic}`) ??
      (retain ? this.ask("iot:RetainPublish", `topic/${topic}`) : undefined)
    );
  }

  subscribe(filter: string): string | undefined {
    return this.ask("iot:Subscribe", `topicfilter/${filter}`);
  }

  receives(topic: string): boolean {
    return this.ask("iot:Receive", `topic/${topic}`) === undefined;
  }

  /** @returns why it is refused */
  private ask(action: string, name: string): string | undefined {
    if (this.version !== this.gate.version) {
      this.version = this.gate.version;
      this.remembered.clear();
      this.decide = this.gate.decisionsOf(this.principal, this.clientId, this.values);
    }
    const key = `${action} ${name}`;
    let decision = this.remembered.get(key);
    if (decision === undefined) {
      decision = this.decide(action, this.gate.arn(name));
      if (this.remembered.size >= REMEMBERED) this.remembered.clear();
      this.remembered.set(key, decision);
    }
    const { allowed, decidedBy } = decision;
    if (allowed) return undefined;
    this.gate.refused(this.principal, action, this.gate.arn(name), decidedBy);
    return `not authorized: ${action} on ${name}: ${decidedBy}`;
  }
}

function variablesOf(thing: ThingDescription | undefined): Record<string, string> {
  if (thing === undefined) return { "iot:Connection.Thing.IsAttached": "false" };
  const type = thing.thingTypeName;
  return {
    "iot:Connection.Thing.IsAttached": "true",
    "iot:Connection.Thing.ThingName": thing.thingName,
    ...(type === undefined ? {} : { "iot:Connection.Thing.ThingTypeName": type }),
    ...Object.fromEntries(
      Object.entries(thing.attributes).map(([name, value]) => [`iot:Connection.Thing.Attributes[${name}]`, value]),
    ),
  };
}

/** The certificate's names as policy variables have them: with a number behind when there are several of one kind, and the first without. */
function namesOf(certificate: X509Certificate): Record<string, string> {
  const values: Record<string, string> = { "iot:Certificate.SerialNumber": certificate.serialNumber };
  for (const [which, text] of [
    ["Subject", certificate.subject],
    ["Issuer", certificate.issuer],
  ] as const) {
    const counts = new Map<string, number>();
    for (const line of (text ?? "").split("\n")) {
      const end = line.indexOf("=");
      const variable = NAME_VARIABLES[line.slice(0, end)];
      if (end === -1 || variable === undefined) continue;
      const name = `iot:Certificate.${which}.${variable}`;
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      values[name] ??= line.slice(end + 1);
      values[`${name}.${count}`] = line.slice(end + 1);
    }
  }
  return values;
}
