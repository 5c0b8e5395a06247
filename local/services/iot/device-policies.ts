import * as path from "node:path";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";
import { ACCOUNT, ofType, TYPES, type Resource } from "../../core/model";
import { checkDevicePolicy } from "./policy-document";
import { invalid, IotError, notFound } from "./error";

/** A policy of devices. */
export interface DevicePolicy {
  name: string;
  arn: string;
  /** the document, JSON */
  document: string;
  /** false for one that a call has made */
  declared: boolean;
}

/** What calls have made; what the program declares is not in it. */
interface Kept {
  policies: Record<string, string>;
  /** names of policies by thing group */
  groups: Record<string, string[]>;
}

const NAME = /^[\w+=,.@-]{1,128}$/;

/**
 * The policies of devices: those that the program declares, and those that calls and provisioning templates have made. The attachments to
 * certificates are kept with these.
 */
export class DevicePolicies {
  private readonly declared: ReadonlyMap<string, string>;
  /** by target: ARN of a certificate, or name of a thing group */
  private readonly attached = new Map<string, Set<string>>();
  private readonly kept: Kept;
  private readonly file: string;
  /** called when a policy or an attachment to a group has changed */
  onChanged: () => void = () => undefined;

  constructor(
    resources: readonly Resource[],
    folder: string,
    private readonly region: string,
  ) {
    this.file = path.join(folder, "policies.json");
    this.kept = readDataFile(this.file, isKept) ?? { policies: {}, groups: {} };
    this.declared = new Map(
      ofType(resources, TYPES.devicePolicy).map(({ inputs }) => [inputs.name as string, inputs.policy as string]),
    );
    for (const { inputs } of ofType(resources, TYPES.devicePolicyAttachment)) {
      const target = targetOf(inputs.target as string);
      this.attached.set(target, (this.attached.get(target) ?? new Set()).add(inputs.policy as string));
    }
  }

  find(name: string): DevicePolicy | undefined {
    const declared = this.declared.get(name);
    const document = declared ?? this.kept.policies[name];
    if (document === undefined) return undefined;
    const arn = `arn:aws:iot:${this.region}:${ACCOUNT}:policy/${name}`;
    return { name, arn, document, declared: declared !== undefined };
  }

  /** @throws IotError if there is none */
  get(name: string): DevicePolicy {
    const found = this.find(name);
    if (found === undefined) throw notFound(`Policy not found with name ${name}`);
    return found;
  }

  /** By name. */
  list(): DevicePolicy[] {
    return [...new Set([...this.declared.keys(), ...Object.keys(this.kept.policies)])]
      .sort()
      .map((name) => this.get(name));
  }

  /** @throws IotError for a document or a name that AWS does not take, or a name that is taken */
  create(name: string, document: string): DevicePolicy {
    if (!NAME.test(name)) throw invalid(`saw the name "${name}"; 1-128 letters, digits and _ + = , . @ -`);
    if (this.find(name) !== undefined)
      throw new IotError(
        409,
        "ResourceAlreadyExistsException",
        `Policy cannot be created - name already exists (name=${name})`,
      );
    const [problem] = checkDevicePolicy(document, "policyDocument");
    if (problem !== undefined)
      throw new IotError(400, "InvalidRequestException", `${problem.path}: ${problem.message}`);
    this.kept.policies[name] = document;
    this.save();
    return this.get(name);
  }

  /** @throws IotError for a policy of the program */
  delete(name: string): void {
    if (this.get(name).declared)
      throw invalid(`the program declares the policy ${name}; remove it there, and the next deployment deletes it`);
    delete this.kept.policies[name];
    this.save();
  }

  /** Names of the policies of a thing group, or of a certificate by its ARN, that are attached other than in the certificate's file. */
  attachedTo(target: string): string[] {
    return [...new Set([...(this.attached.get(target) ?? []), ...(this.kept.groups[target] ?? [])])];
  }

  isDeclared(policy: string, target: string): boolean {
    return this.attached.get(target)?.has(policy) === true;
  }

  attachToGroup(policy: string, group: string): void {
    this.kept.groups[group] = [...new Set([...(this.kept.groups[group] ?? []), policy])];
    this.save();
  }

  detachFromGroup(policy: string, group: string): void {
    this.kept.groups[group] = (this.kept.groups[group] ?? []).filter((name) => name !== policy);
    this.save();
  }

  private save(): void {
    replaceFile(this.file, JSON.stringify(this.kept));
    this.onChanged();
  }
}

/** The key of an attachment: the name of a thing group, or the ARN of a certificate as it is. */
export function targetOf(arn: string): string {
  return /:thinggroup\/(.+)$/.exec(arn)?.[1] ?? arn;
}

function isKept(value: unknown): value is Kept {
  if (!isObject(value) || !isObject(value.policies) || !isObject(value.groups)) return false;
  const texts = (list: unknown): boolean => Array.isArray(list) && list.every((text) => typeof text === "string");
  return (
    Object.values(value.policies).every((text) => typeof text === "string") && Object.values(value.groups).every(texts)
  );
}
