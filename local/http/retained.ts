import type { RetainedMessage } from "../mqtt";
import type { Iam } from "../iam";
import { notAuthorized } from "../core/access-denied";
import { ACCOUNT } from "../core/model";
import { Refusal } from "./refusal";
import type { Call, Route } from "./route";

/** The retained messages of the broker. */
export interface RetainedMessages {
  retainedMessage(topic: string): RetainedMessage | undefined;
  /** by topic */
  retainedMessages(): RetainedMessage[];
}

/** What the operations on retained messages need. */
export interface RetainedRoutesContext {
  iam: Iam;
  region: string;
  retained: RetainedMessages;
}

const DATA = ["iotdata", "iotdevicegateway"];
const MAX_RESULTS = 200;

/**
 * GetRetainedMessage and ListRetainedMessages of the IoT data plane
 * (https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetRetainedMessage.html,
 * https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_ListRetainedMessages.html).
 */
export function retainedRoutes(context: RetainedRoutesContext): Route[] {
  const { retained, region } = context;
  return [
    {
      name: "GetRetainedMessage (GET /retainedMessage/TOPIC)",
      method: "GET",
      path: /^\/retainedMessage\/(.+)$/,
      signedFor: DATA,
      bodyLimit: 0,
      answer: (call) => {
        const topic = call.parameters[0]!;
        authorize(context, call, "iot:GetRetainedMessage", `arn:aws:iot:${region}:${ACCOUNT}:topic/${topic}`);
        const found = retained.retainedMessage(topic);
        if (found === undefined)
          throw new Refusal(404, "ResourceNotFoundException", `No retained message exists for topic: ${topic}`);
        return { status: 200, body: JSON.stringify({ ...detailsOf(found) }) };
      },
    },
    {
      name: "ListRetainedMessages (GET /retainedMessage)",
      method: "GET",
      path: /^\/retainedMessage$/,
      signedFor: DATA,
      bodyLimit: 0,
      answer: (call) => {
        authorize(context, call, "iot:ListRetainedMessages", "*");
        return { status: 200, body: JSON.stringify(page(call, retained.retainedMessages())) };
      },
    },
  ];
}

function detailsOf({ outbound: { message }, modified }: RetainedMessage): object {
  const { topic, payload, qos, properties } = message;
  const user = properties?.userProperties?.map(([name, value]) => ({ [name]: value }));
  return {
    topic,
    payload: payload.toString("base64"),
    qos,
    lastModifiedTime: modified,
    // base64 of the JSON array that Publish takes; null when there are none
    userProperties: user === undefined ? null : Buffer.from(JSON.stringify(user)).toString("base64"),
  };
}

/** The next token is the topic that the page before ended with. */
function page({ url }: Call, messages: readonly RetainedMessage[]): object {
  for (const name of url.searchParams.keys())
    if (name !== "maxResults" && name !== "nextToken")
      throw new Refusal(
        400,
        "InvalidRequestException",
        `${name} is not a parameter of ListRetainedMessages; there are maxResults and nextToken`,
      );
  const maxResults = url.searchParams.get("maxResults") ?? String(MAX_RESULTS);
  const size = Number(maxResults);
  if (!/^\d+$/.test(maxResults) || size < 1 || size > MAX_RESULTS)
    throw new Refusal(400, "InvalidRequestException", `maxResults is ${maxResults}; it is 1 to ${MAX_RESULTS}`);
  const after = url.searchParams.get("nextToken");
  const rest = after === null ? messages : messages.filter(({ outbound }) => outbound.message.topic > after);
  const retainedTopics = rest.slice(0, size).map(({ outbound: { message }, modified }) => ({
    topic: message.topic,
    payloadSize: message.payload.length,
    qos: message.qos,
    lastModifiedTime: modified,
  }));
  return rest.length > size ? { retainedTopics, nextToken: retainedTopics.at(-1)!.topic } : { retainedTopics };
}

function authorize({ iam }: RetainedRoutesContext, { principal }: Call, action: string, resource: string): void {
  const { allowed, decidedBy } = iam.check({ principal, action, resource });
  if (!allowed) throw new Refusal(403, "UnauthorizedException", notAuthorized(principal, action, resource, decidedBy));
}
