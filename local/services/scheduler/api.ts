import type {
  GetScheduleGroupInput,
  GetScheduleGroupOutput,
  GetScheduleInput,
  GetScheduleOutput,
  ListScheduleGroupsInput,
  ListScheduleGroupsOutput,
  ListSchedulesInput,
  ListSchedulesOutput,
} from "@aws-sdk/client-scheduler";
import { ApiError, operation, pageOf, type ServiceApi } from "../../api";
import { ACCOUNT, ofType, TYPES, type Properties, type Resource } from "../../core/model";

/** What the API of EventBridge Scheduler works on. */
export interface ScheduleServices {
  region: string;
  resources: readonly Resource[];
}

const PAGE = 100;

/** EventBridge Scheduler: schedules and groups as the program declares them. */
export function schedulerApi(services: ScheduleServices): ServiceApi {
  const { region } = services;
  const arnOf = (rest: string): string => `arn:aws:scheduler:${region}:${ACCOUNT}:${rest}`;
  const schedules = (): Properties[] =>
    ofType(services.resources, TYPES.schedule)
      .map(({ inputs }): Properties => ({ ...inputs, groupName: inputs.groupName ?? "default" }))
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const groups = (): string[] =>
    [
      ...new Set([
        "default",
        ...ofType(services.resources, TYPES.scheduleGroup).map(({ inputs }) => inputs.name as string),
      ]),
    ].sort();
  const groupOf = (name: string) => ({ Arn: arnOf(`schedule-group/${name}`), Name: name, State: "ACTIVE" as const });
  return {
    service: "scheduler",
    operations: {
      ListSchedules: operation<ListSchedulesInput, ListSchedulesOutput>({
        takes: ["GroupName", "NamePrefix", "State", "MaxResults", "NextToken"],
        permissions: () => [{ action: "scheduler:ListSchedules", resource: "*" }],
        answer: ({ input: { GroupName, NamePrefix = "", State, MaxResults, NextToken } }) => {
          const found = schedules().filter(
            ({ name, groupName, state = "ENABLED" }) =>
              (GroupName === undefined || groupName === GroupName) &&
              String(name).startsWith(NamePrefix) &&
              (State === undefined || state === State),
          );
          const { items, nextToken } = paged(found, keyOf, NextToken, MaxResults);
          const Schedules = items.map(({ name, groupName, state = "ENABLED", target }) => ({
            Arn: arnOf(`schedule/${groupName}/${name}`),
            Name: name as string,
            GroupName: groupName as string,
            State: state as "ENABLED" | "DISABLED",
            Target: { Arn: target.arn as string },
          }));
          return { Schedules, NextToken: nextToken };
        },
      }),
      GetSchedule: operation<GetScheduleInput, GetScheduleOutput>({
        takes: ["Name", "GroupName"],
        permissions: ({ Name, GroupName = "default" }) => [
          { action: "scheduler:GetSchedule", resource: arnOf(`schedule/${GroupName}/${Name}`) },
        ],
        answer: ({ input: { Name, GroupName = "default" } }) => {
          const found = schedules().find(({ name, groupName }) => name === Name && groupName === GroupName);
          if (found === undefined)
            throw new ApiError(404, "ResourceNotFoundException", `Schedule ${Name} does not exist.`);
          const { target, deadLetterConfig = target.deadLetterConfig } = found;
          return {
            Arn: arnOf(`schedule/${GroupName}/${Name}`),
            Name,
            GroupName,
            ScheduleExpression: found.scheduleExpression,
            ScheduleExpressionTimezone: "UTC",
            State: found.state ?? "ENABLED",
            FlexibleTimeWindow: { Mode: "OFF" },
            ActionAfterCompletion: "NONE",
            Target: {
              Arn: target.arn,
              RoleArn: target.roleArn,
              Input: target.input,
              DeadLetterConfig: deadLetterConfig === undefined ? undefined : { Arn: deadLetterConfig.arn },
              RetryPolicy: {
                MaximumEventAgeInSeconds: target.retryPolicy?.maximumEventAgeInSeconds ?? 86_400,
                MaximumRetryAttempts: target.retryPolicy?.maximumRetryAttempts ?? 185,
              },
            },
          };
        },
      }),
      ListScheduleGroups: operation<ListScheduleGroupsInput, ListScheduleGroupsOutput>({
        takes: ["NamePrefix", "MaxResults", "NextToken"],
        permissions: () => [{ action: "scheduler:ListScheduleGroups", resource: "*" }],
        answer: ({ input: { NamePrefix = "", MaxResults, NextToken } }) => {
          const found = groups().filter((name) => name.startsWith(NamePrefix));
          const { items, nextToken } = paged(found, (name) => name, NextToken, MaxResults);
          return { ScheduleGroups: items.map(groupOf), NextToken: nextToken };
        },
      }),
      GetScheduleGroup: operation<GetScheduleGroupInput, GetScheduleGroupOutput>({
        takes: ["Name"],
        permissions: ({ Name }) => [
          { action: "scheduler:GetScheduleGroup", resource: arnOf(`schedule-group/${Name}`) },
        ],
        answer: ({ input: { Name } }) => {
          if (!groups().includes(Name!))
            throw new ApiError(404, "ResourceNotFoundException", `Schedule group ${Name} does not exist.`);
          return groupOf(Name!);
        },
      }),
    },
  };
}

function keyOf({ groupName, name }: Properties): string {
  return `${groupName}/${name}`;
}

function paged<T>(
  items: readonly T[],
  key: (item: T) => string,
  token: string | undefined,
  size = PAGE,
): { items: T[]; nextToken: string | undefined } {
  if (!Number.isInteger(size) || size < 1 || size > PAGE)
    throw new ApiError(400, "ValidationException", `MaxResults is ${size}; it is 1 to ${PAGE}`);
  const page = pageOf(items, key, token, size);
  if (page === undefined) throw new ApiError(400, "ValidationException", "Invalid NextToken");
  return page;
}
