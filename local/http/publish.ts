import type { IncomingHttpHeaders } from "node:http";
import { mqttStringProblem, topicNameProblem } from "../../aws/mqtt-topic";
import { adjustedExpiry, type MessageProperties, type Publish, type UserProperty } from "../mqtt";
import { Refusal } from "./refusal";

/** Query parameters of the operation Publish (IoT data plane API reference, Publish). */
const PARAMETERS = ["qos", "retain", "contentType", "messageExpiry", "responseTopic"];

/** What a request to publish says besides its payload. @throws Refusal with what AWS would answer */
export function readPublish(url: URL, headers: IncomingHttpHeaders): Omit<Publish, "payload" | "principal"> {
  const { searchParams } = url;
  for (const name of searchParams.keys())
    if (!PARAMETERS.includes(name))
      throw invalid(`${name} is not a parameter of Publish; there are ${PARAMETERS.join(", ")}`);
  const topic = decode(url.pathname.slice("/topics/".length), "topic");
  const problem = topicNameProblem(topic);
  if (problem !== undefined) throw invalid(problem);
  const retain = flag(searchParams.get("retain"), "retain");
  if (retain && topic.startsWith("$")) throw invalid("retain is not supported with basic ingest");
  return {
    topic,
    qos: qosOf(searchParams.get("qos")),
    retain,
    clientId: "N/A",
    source: "http",
    properties: properties(searchParams, headers),
  };
}

function properties(parameters: URLSearchParams, headers: IncomingHttpHeaders): MessageProperties | undefined {
  const found: MessageProperties = {};
  const contentType = parameters.get("contentType");
  if (contentType !== null) found.contentType = checkedText(contentType, "contentType");
  const responseTopic = parameters.get("responseTopic");
  if (responseTopic !== null) {
    const problem = topicNameProblem(responseTopic);
    if (problem !== undefined) throw invalid(`responseTopic: ${problem}`);
    found.responseTopic = responseTopic;
  }
  const expiry = parameters.get("messageExpiry");
  if (expiry !== null) {
    if (!/^\d{1,19}$/.test(expiry)) throw invalid(`messageExpiry is ${expiry}; it is a number of seconds`);
    found.messageExpiryInterval = adjustedExpiry(Number(expiry));
  }
  const format = header(headers, "x-amz-mqtt5-payload-format-indicator");
  if (format !== undefined) {
    if (format !== "UTF8_DATA" && format !== "UNSPECIFIED_BYTES")
      throw invalid(`payloadFormatIndicator is ${format}; it is UTF8_DATA or UNSPECIFIED_BYTES`);
    found.payloadFormatIndicator = format === "UTF8_DATA";
  }
  const correlation = header(headers, "x-amz-mqtt5-correlation-data");
  if (correlation !== undefined) found.correlationData = Buffer.from(correlation, "base64");
  const user = header(headers, "x-amz-mqtt5-user-properties");
  if (user !== undefined) found.userProperties = userProperties(user);
  return Object.keys(found).length === 0 ? undefined : found;
}

/** base64 of `[{"name": "value"}, {"name": "value"}]`. */
function userProperties(encoded: string): UserProperty[] {
  const wrong = (): Refusal => invalid("userProperties is not the base64 of a JSON array of objects with text values");
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
  } catch {
    throw wrong();
  }
  if (!Array.isArray(parsed)) throw wrong();
  return (parsed as unknown[]).flatMap((pair) => {
    if (typeof pair !== "object" || pair === null || Array.isArray(pair)) throw wrong();
    return Object.entries(pair).map(([name, value]): UserProperty => {
      if (typeof value !== "string") throw wrong();
      return [checkedText(name, "a name of userProperties"), checkedText(value, "a value of userProperties")];
    });
  });
}

function checkedText(text: string, what: string): string {
  const problem =
    mqttStringProblem(text) ?? (Buffer.byteLength(text) > 65_535 ? "has more than 65,535 bytes" : undefined);
  if (problem !== undefined) throw invalid(`${what} ${problem}`);
  return text;
}

function qosOf(text: string | null): 0 | 1 {
  if (text === null || text === "0") return 0;
  if (text === "1") return 1;
  throw invalid(`qos is ${text}; it is 0 or 1`);
}

function flag(text: string | null, name: string): boolean {
  if (text === null || text === "false") return false;
  if (text === "true") return true;
  throw invalid(`${name} is ${text}; it is true or false`);
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`${what} is not percent-encoded UTF-8`);
  }
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

function invalid(message: string): Refusal {
  return new Refusal(400, "InvalidRequestException", message);
}
