import type {
  AddThingToThingGroupRequest,
  DescribeThingGroupRequest,
  DescribeThingGroupResponse,
  ListThingGroupsForThingRequest,
  ListThingGroupsForThingResponse,
  ListThingGroupsRequest,
  ListThingGroupsResponse,
  ListThingsInThingGroupRequest,
  ListThingsInThingGroupResponse,
  RemoveThingFromThingGroupRequest,
} from "@aws-sdk/client-iot";
import { operation, type Operation, type Permission } from "../../../api";
import { ACCOUNT } from "../../../core/model";
import { page } from "../../things/api";
import type { Devices } from "../device-side";
import { invalid, notFound } from "../error";
import { targetOf } from "../device-policies";
import { told } from "./told";

/** Thing groups of the program, and the things in them. */
export function groupOperations(services: { devices: Devices }): Record<string, Operation<never>> {
  const arn = (resource: string): string => `arn:aws:iot:${services.devices.region}:${ACCOUNT}:${resource}`;
  const nameOf = (name: string | undefined, given: string | undefined): string => {
    const found = name ?? (given === undefined ? undefined : targetOf(given));
    if (found === undefined) throw invalid("give the name or the ARN of the thing group");
    return found;
  };
  const thingOf = (name: string | undefined, given: string | undefined): string => {
    const found = name ?? /:thing\/(.+)$/.exec(given ?? "")?.[1];
    if (found === undefined) throw invalid("give the name or the ARN of the thing");
    if (services.devices.things.describe(found) === undefined) throw notFound(`Thing ${found} not found.`);
    return found;
  };
  const both = (action: string, group: string | undefined, thing: string | undefined): Permission[] => [
    { action: `iot:${action}`, resource: arn(`thinggroup/${group}`) },
    { action: `iot:${action}`, resource: arn(`thing/${thing}`) },
  ];
  return {
    ListThingGroups: operation<ListThingGroupsRequest, ListThingGroupsResponse>({
      takes: ["maxResults", "nextToken", "parentGroup", "namePrefixFilter"],
      permissions: () => [{ action: "iot:ListThingGroups", resource: "*" }],
      answer: ({ input }) => {
        const { parentGroup, namePrefixFilter = "" } = input;
        const found = services.devices.groups
          .list()
          .filter((group) => parentGroup === undefined || group.parent === parentGroup)
          .filter(({ name }) => name.startsWith(namePrefixFilter));
        const { items, nextToken } = page(found, ({ name }) => name, input);
        return { thingGroups: items.map(({ name, arn }) => ({ groupName: name, groupArn: arn })), nextToken };
      },
    }),
    DescribeThingGroup: operation<DescribeThingGroupRequest, DescribeThingGroupResponse>({
      takes: ["thingGroupName"],
      permissions: ({ thingGroupName }) => [
        { action: "iot:DescribeThingGroup", resource: arn(`thinggroup/${thingGroupName}`) },
      ],
      answer: ({ input: { thingGroupName } }) => {
        const group = told(() => services.devices.groups.get(thingGroupName!));
        const { name, parent, description, attributes } = group;
        const parents = services.devices.groups.withParents(group).slice(1).reverse();
        return {
          ...{ thingGroupName: name, thingGroupArn: group.arn, version: 1 },
          thingGroupProperties: { thingGroupDescription: description, attributePayload: { attributes } },
          thingGroupMetadata: {
            parentGroupName: parent,
            rootToParentThingGroups: parents.map((one) => ({ groupName: one.name, groupArn: one.arn })),
          },
        };
      },
    }),
    AddThingToThingGroup: operation<AddThingToThingGroupRequest, object>({
      takes: ["thingGroupName", "thingGroupArn", "thingName", "thingArn"],
      permissions: ({ thingGroupName, thingName }) => both("AddThingToThingGroup", thingGroupName, thingName),
      answer: ({ input: { thingGroupName, thingGroupArn, thingName, thingArn } }) => {
        told(() => services.devices.groups.add(nameOf(thingGroupName, thingGroupArn), thingOf(thingName, thingArn)));
        return {};
      },
    }),
    RemoveThingFromThingGroup: operation<RemoveThingFromThingGroupRequest, object>({
      takes: ["thingGroupName", "thingGroupArn", "thingName", "thingArn"],
      permissions: ({ thingGroupName, thingName }) => both("RemoveThingFromThingGroup", thingGroupName, thingName),
      answer: ({ input: { thingGroupName, thingGroupArn, thingName, thingArn } }) => {
        told(() => {
          const group = services.devices.groups.get(nameOf(thingGroupName, thingGroupArn));
          services.devices.groups.remove(group.name, thingOf(thingName, thingArn));
        });
        return {};
      },
    }),
    ListThingGroupsForThing: operation<ListThingGroupsForThingRequest, ListThingGroupsForThingResponse>({
      takes: ["thingName", "maxResults", "nextToken"],
      permissions: ({ thingName }) => [{ action: "iot:ListThingGroupsForThing", resource: arn(`thing/${thingName}`) }],
      answer: ({ input }) => {
        const found = told(() => services.devices.groups.of(thingOf(input.thingName, undefined)));
        const { items, nextToken } = page(found, ({ name }) => name, input);
        return { thingGroups: items.map((group) => ({ groupName: group.name, groupArn: group.arn })), nextToken };
      },
    }),
    ListThingsInThingGroup: operation<ListThingsInThingGroupRequest, ListThingsInThingGroupResponse>({
      takes: ["thingGroupName", "recursive", "maxResults", "nextToken"],
      permissions: ({ thingGroupName }) => [
        { action: "iot:ListThingsInThingGroup", resource: arn(`thinggroup/${thingGroupName}`) },
      ],
      answer: ({ input }) => {
        const group = told(() => services.devices.groups.get(input.thingGroupName!));
        const inside = services.devices.groups
          .list()
          .filter(
            (one) =>
              one.name === group.name ||
              (input.recursive === true && services.devices.groups.withParents(one).includes(group)),
          );
        const names = [...new Set(inside.flatMap(({ name }) => services.devices.groups.things(name)))].sort();
        const { items, nextToken } = page(names, (name) => name, input);
        return { things: items, nextToken };
      },
    }),
  };
}
