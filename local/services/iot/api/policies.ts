import type {
  AttachPolicyRequest,
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  DetachPolicyRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  ListAttachedPoliciesRequest,
  ListAttachedPoliciesResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  ListTargetsForPolicyRequest,
  ListTargetsForPolicyResponse,
} from "@aws-sdk/client-iot";
import { operation, type Operation, type Permission } from "../../../api";
import { ACCOUNT } from "../../../core/model";
import type { Devices } from "../device-side";
import { invalid, IotError } from "../error";
import { targetOf } from "../device-policies";
import { markedPage, told } from "./told";

/** Policies of devices, and what they are attached to. */
export function policyOperations(services: { devices: Devices }): Record<string, Operation<never>> {
  const on = (action: string, name: string | undefined): Permission[] => [
    {
      action: `iot:${action}`,
      resource: name === undefined ? "*" : `arn:aws:iot:${services.devices.region}:${ACCOUNT}:policy/${name}`,
    },
  ];
  const onTarget = (action: string, target: string | undefined): Permission[] => [
    { action: `iot:${action}`, resource: target! },
  ];
  const targetsOf = (name: string): string[] => [
    ...services.devices.certificates
      .list()
      .filter((one) => attachedTo(one.arn).includes(name))
      .map(({ arn }) => arn),
    ...services.devices.groups
      .list()
      .filter((one) => services.devices.policies.attachedTo(one.name).includes(name))
      .map(({ arn }) => arn),
  ];
  /** @throws IotError for a target that does not exist */
  const attachedTo = (target: string): string[] => {
    const key = targetOf(target);
    if (key !== target) return services.devices.policies.attachedTo(services.devices.groups.get(key).name);
    return [
      ...new Set([
        ...services.devices.certificates.ofArn(target).policies,
        ...services.devices.policies.attachedTo(target),
      ]),
    ];
  };
  return {
    CreatePolicy: operation<CreatePolicyRequest, CreatePolicyResponse>({
      takes: ["policyName", "policyDocument"],
      permissions: ({ policyName }) => on("CreatePolicy", policyName),
      note: "a policy has one version",
      answer: ({ input: { policyName, policyDocument } }) => {
        const { name, arn, document } = told(() => services.devices.policies.create(policyName!, policyDocument!));
        return { policyName: name, policyArn: arn, policyDocument: document, policyVersionId: "1" };
      },
    }),
    GetPolicy: operation<GetPolicyRequest, GetPolicyResponse>({
      takes: ["policyName"],
      permissions: ({ policyName }) => on("GetPolicy", policyName),
      answer: ({ input: { policyName } }) => {
        const { name, arn, document } = told(() => services.devices.policies.get(policyName!));
        return { policyName: name, policyArn: arn, policyDocument: document, defaultVersionId: "1" };
      },
    }),
    DeletePolicy: operation<DeletePolicyRequest, object>({
      takes: ["policyName"],
      permissions: ({ policyName }) => on("DeletePolicy", policyName),
      answer: ({ input: { policyName } }) => {
        told(() => {
          services.devices.policies.get(policyName!);
          const [target] = targetsOf(policyName!);
          if (target !== undefined)
            throw new IotError(
              409,
              "DeleteConflictException",
              `Cannot delete the policy ${policyName}: it is attached to ${target}`,
            );
          services.devices.policies.delete(policyName!);
        });
        return {};
      },
    }),
    ListPolicies: operation<ListPoliciesRequest, ListPoliciesResponse>({
      takes: ["marker", "pageSize", "ascendingOrder"],
      permissions: () => on("ListPolicies", undefined),
      answer: ({ input }) => {
        const { items, nextMarker } = markedPage(services.devices.policies.list(), ({ name }) => name, input);
        return { policies: items.map(({ name, arn }) => ({ policyName: name, policyArn: arn })), nextMarker };
      },
    }),
    AttachPolicy: operation<AttachPolicyRequest, object>({
      takes: ["policyName", "target"],
      permissions: ({ target }) => onTarget("AttachPolicy", target),
      answer: ({ input: { policyName, target } }) => {
        told(() => {
          const { name } = services.devices.policies.get(policyName!);
          const key = targetOf(target!);
          if (key === target)
            services.devices.certificates.attachPolicy(services.devices.certificates.ofArn(target), name);
          else services.devices.policies.attachToGroup(name, services.devices.groups.get(key).name);
        });
        return {};
      },
    }),
    DetachPolicy: operation<DetachPolicyRequest, object>({
      takes: ["policyName", "target"],
      permissions: ({ target }) => onTarget("DetachPolicy", target),
      answer: ({ input: { policyName, target } }) => {
        told(() => {
          const key = targetOf(target!);
          if (services.devices.policies.isDeclared(policyName!, key))
            throw invalid(`the program declares that ${policyName} is attached to ${target}; remove it there`);
          if (key === target)
            services.devices.certificates.detachPolicy(services.devices.certificates.ofArn(target), policyName!);
          else services.devices.policies.detachFromGroup(policyName!, services.devices.groups.get(key).name);
        });
        return {};
      },
    }),
    ListAttachedPolicies: operation<ListAttachedPoliciesRequest, ListAttachedPoliciesResponse>({
      takes: ["target", "recursive", "marker", "pageSize"],
      permissions: () => on("ListAttachedPolicies", undefined),
      answer: ({ input }) => {
        const key = targetOf(input.target!);
        const group = input.recursive === true && key !== input.target ? services.devices.groups.find(key) : undefined;
        const names = told(() =>
          group === undefined
            ? attachedTo(input.target!)
            : [
                ...new Set(
                  services.devices.groups
                    .withParents(group)
                    .flatMap(({ name }) => services.devices.policies.attachedTo(name)),
                ),
              ],
        );
        const found = names.flatMap((name) => services.devices.policies.find(name) ?? []);
        const { items, nextMarker } = markedPage(found, ({ name }) => name, input);
        return { policies: items.map(({ name, arn }) => ({ policyName: name, policyArn: arn })), nextMarker };
      },
    }),
    ListTargetsForPolicy: operation<ListTargetsForPolicyRequest, ListTargetsForPolicyResponse>({
      takes: ["policyName", "marker", "pageSize"],
      permissions: ({ policyName }) => on("ListTargetsForPolicy", policyName),
      answer: ({ input }) => {
        told(() => services.devices.policies.get(input.policyName!));
        const { items, nextMarker } = markedPage(targetsOf(input.policyName!), (arn) => arn, input);
        return { targets: items, nextMarker };
      },
    }),
  };
}
