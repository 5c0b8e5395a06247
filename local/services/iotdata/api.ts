import type {
  DeleteThingShadowRequest,
  GetRetainedMessageRequest,
  GetRetainedMessageResponse,
  GetThingShadowRequest,
  ListNamedShadowsForThingRequest,
  ListNamedShadowsForThingResponse,
  ListRetainedMessagesRequest,
  ListRetainedMessagesResponse,
  PublishRequest,
  UpdateThingShadowRequest,
} from "@aws-sdk/client-iot-data-plane";
import { ApiError, operation, pageOf, type Operation, type Permission, type ServiceApi } from "../../api";
import { ACCOUNT } from "../../core/model";
import type { Publish, RetainedMessage, Verdict } from "../../mqtt";
import { stringifyDocument, type JsonObject } from "../shadows/json";
import { ShadowError, type Shadows } from "../shadows/shadows";
import { publishChange } from "../shadows/topics";
import { publishOf } from "./publish";

/** What the data plane works on. */
export interface IotDataServices {
  region: string;
  shadows: Shadows;
  retained: RetainedMessages;
  messages: {
    /** hands an answer to whoever listens on a shadow's topics */
    publishShadow(topic: string, document: JsonObject): void;
    /** takes a message; its permission is decided there */
    publishMessage(message: Publish): Promise<Verdict>;
  };
}

/** The retained messages of the broker. */
export interface RetainedMessages {
  retainedMessage(topic: string): RetainedMessage | undefined;
  /** by topic */
  retainedMessages(): RetainedMessage[];
}

/** Most items of a page (https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_ListRetainedMessages.html). */
const RETAINED_PAGE = 200;
const SHADOW_PAGE = { standard: 25, most: 100 };

/** IoT Core's data plane over HTTP: Publish, shadows, retained messages. */
export function iotDataApi(services: IotDataServices): ServiceApi {
  return {
    service: "iotdata",
    operations: { ...publishOperation(services), ...shadowOperations(services), ...retainedOperations(services) },
  };
}

function publishOperation(services: IotDataServices): Record<string, Operation<never>> {
  return {
    Publish: operation<PublishRequest, object>({
      takes: [
        "topic",
        "qos",
        "retain",
        "payload",
        "userProperties",
        "payloadFormatIndicator",
        "contentType",
        "responseTopic",
        "correlationData",
        "messageExpiry",
      ],
      // iot:Publish, and iot:RetainPublish for a message to retain: where messages of every transport are decided.
      permissions: () => [],
      async answer({ input, caller }) {
        const verdict = await services.messages.publishMessage({ ...publishOf(input), principal: caller.principal });
        if (!verdict.ok) throw refusalOf(verdict);
        return {};
      },
    }),
  };
}

type Refused = Extract<Verdict, { ok: false }>;

const REFUSALS: Record<Refused["reason"], readonly [status: number, code: string]> = {
  unauthorized: [403, "UnauthorizedException"],
  throttled: [429, "ThrottlingException"],
  "too-large": [413, "RequestEntityTooLargeException"],
  "invalid-topic": [400, "InvalidRequestException"],
  unavailable: [503, "ServiceUnavailableException"],
};

function refusalOf({ reason, message }: Refused): ApiError {
  return new ApiError(...REFUSALS[reason], message);
}

function shadowOperations(services: IotDataServices): Record<string, Operation<never>> {
  const { region } = services;
  // The page of the APIs lists the operations of services that do not run.
  const publishShadow = (topic: string, document: JsonObject): void => services.messages.publishShadow(topic, document);
  // Named shadows are decided by their thing too; the service authorization reference names no other resource.
  const on = (action: string, thing: string | undefined): Permission[] => [
    { action: `iot:${action}`, resource: `arn:aws:iot:${region}:${ACCOUNT}:thing/${thing}` },
  ];
  const payload = (document: JsonObject): { payload: Buffer } => ({
    payload: Buffer.from(stringifyDocument(document)),
  });
  return {
    GetThingShadow: operation<GetThingShadowRequest, object>({
      takes: ["thingName", "shadowName"],
      permissions: ({ thingName }) => on("GetThingShadow", thingName),
      answer: ({ input: { thingName, shadowName } }) =>
        payload(told(() => services.shadows.get(thingName!, shadowName))),
    }),
    UpdateThingShadow: operation<UpdateThingShadowRequest, object>({
      takes: ["thingName", "shadowName", "payload"],
      permissions: ({ thingName }) => on("UpdateThingShadow", thingName),
      answer({ input: { thingName, shadowName, payload: document } }) {
        const bytes = Buffer.from(document ?? new Uint8Array());
        const change = told(() => services.shadows.update(thingName!, shadowName, bytes));
        publishChange(topicOf(thingName!, shadowName, "update"), change, publishShadow);
        return payload(change.accepted);
      },
    }),
    DeleteThingShadow: operation<DeleteThingShadowRequest, object>({
      takes: ["thingName", "shadowName"],
      permissions: ({ thingName }) => on("DeleteThingShadow", thingName),
      answer({ input: { thingName, shadowName } }) {
        const accepted = told(() => services.shadows.delete(thingName!, shadowName));
        publishShadow(`${topicOf(thingName!, shadowName, "delete")}/accepted`, accepted);
        return payload(accepted);
      },
    }),
    ListNamedShadowsForThing: operation<ListNamedShadowsForThingRequest, ListNamedShadowsForThingResponse>({
      takes: ["thingName", "nextToken", "pageSize"],
      permissions: ({ thingName }) => on("ListNamedShadowsForThing", thingName),
      answer({ input: { thingName, nextToken, pageSize = SHADOW_PAGE.standard } }) {
        const names = told(() => services.shadows.names(thingName!));
        const found = page(names, (name) => name, nextToken, pageSize, SHADOW_PAGE.most, "pageSize");
        return { results: found.items, nextToken: found.nextToken, timestamp: Math.floor(Date.now() / 1000) };
      },
    }),
  };
}

function topicOf(thing: string, name: string | undefined, change: string): string {
  return `$aws/things/${thing}/shadow/${name === undefined ? "" : `name/${name}/`}${change}`;
}

const SHADOW_ERRORS: Readonly<Record<ShadowError["code"], string>> = {
  400: "InvalidRequestException",
  404: "ResourceNotFoundException",
  409: "ConflictException",
  413: "RequestEntityTooLargeException",
  500: "InternalFailureException",
};

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ShadowError)) throw error;
    throw new ApiError(error.code, SHADOW_ERRORS[error.code], error.message);
  }
}

function retainedOperations({ region, retained }: IotDataServices): Record<string, Operation<never>> {
  return {
    GetRetainedMessage: operation<GetRetainedMessageRequest, GetRetainedMessageResponse>({
      takes: ["topic"],
      permissions: ({ topic }) => [
        { action: "iot:GetRetainedMessage", resource: `arn:aws:iot:${region}:${ACCOUNT}:topic/${topic}` },
      ],
      answer({ input: { topic } }) {
        const found = retained.retainedMessage(topic!);
        if (found === undefined)
          throw new ApiError(404, "ResourceNotFoundException", `No retained message exists for topic: ${topic}`);
        return detailsOf(found);
      },
    }),
    ListRetainedMessages: operation<ListRetainedMessagesRequest, ListRetainedMessagesResponse>({
      takes: ["nextToken", "maxResults"],
      permissions: () => [{ action: "iot:ListRetainedMessages", resource: "*" }],
      answer({ input: { nextToken, maxResults = RETAINED_PAGE } }) {
        const all = retained.retainedMessages();
        const key = ({ outbound }: RetainedMessage): string => outbound.message.topic;
        const found = page(all, key, nextToken, maxResults, RETAINED_PAGE, "maxResults");
        const retainedTopics = found.items.map(({ outbound: { message }, modified }) => ({
          topic: message.topic,
          payloadSize: message.payload.length,
          qos: message.qos,
          lastModifiedTime: modified,
        }));
        return { retainedTopics, nextToken: found.nextToken };
      },
    }),
  };
}

function detailsOf({ outbound: { message }, modified }: RetainedMessage): GetRetainedMessageResponse {
  const { topic, payload, qos, properties } = message;
  const user = properties?.userProperties?.map(([name, value]) => ({ [name]: value }));
  return {
    topic,
    payload,
    qos,
    lastModifiedTime: modified,
    // the JSON array that Publish takes
    userProperties: user === undefined ? undefined : Buffer.from(JSON.stringify(user)),
  };
}

function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  token: string | undefined,
  size: number,
  most: number,
  member: string,
): { items: T[]; nextToken: string | undefined } {
  if (!Number.isInteger(size) || size < 1 || size > most)
    throw new ApiError(400, "InvalidRequestException", `${member} is ${size}; it is 1 to ${most}`);
  const found = pageOf(items, keyOf, token, size);
  if (found === undefined) throw new ApiError(400, "InvalidRequestException", "nextToken is not one of this list");
  return found;
}
