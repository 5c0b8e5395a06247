import type { PublishRequest } from "@aws-sdk/client-iot-data-plane";
import { mqttStringProblem, topicNameProblem } from "../../../aws/mqtt-topic";
import { ApiError } from "../../api";
import { adjustedExpiry, AWS_LIMITS, type MessageProperties, type Publish, type UserProperty } from "../../mqtt";

/**
 * The message that a call of Publish is (https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_Publish.html).
 * @throws ApiError with what AWS would answer
 */
export function publishOf(input: PublishRequest): Omit<Publish, "principal"> {
  const { topic = "", qos = 0, retain = false } = input;
  const payload = Buffer.from((input.payload as Uint8Array | undefined) ?? new Uint8Array());
  if (payload.length > AWS_LIMITS.payload)
    throw new ApiError(
      413,
      "RequestEntityTooLargeException",
      `the payload is over ${AWS_LIMITS.payload.toLocaleString("en-US")} bytes`,
    );
  const problem = topicNameProblem(topic);
  if (problem !== undefined) throw invalid(problem);
  if (retain && topic.startsWith("$")) throw invalid("retain is not supported with basic ingest");
  if (qos !== 0 && qos !== 1) throw invalid(`qos is ${String(qos)}; it is 0 or 1`);
  return { topic, payload, qos, retain, clientId: "N/A", source: "http", properties: properties(input) };
}

function properties(input: PublishRequest): MessageProperties | undefined {
  const found: MessageProperties = {};
  const { contentType, responseTopic, messageExpiry, payloadFormatIndicator, correlationData, userProperties } = input;
  if (contentType !== undefined) found.contentType = checkedText(contentType, "contentType");
  if (responseTopic !== undefined) {
    const problem = topicNameProblem(responseTopic);
    if (problem !== undefined) throw invalid(`responseTopic: ${problem}`);
    found.responseTopic = responseTopic;
  }
  if (messageExpiry !== undefined) {
    if (!(Number.isInteger(messageExpiry) && messageExpiry >= 0 && messageExpiry < 1e19))
      throw invalid(`messageExpiry is ${messageExpiry}; it is a number of seconds`);
    found.messageExpiryInterval = adjustedExpiry(messageExpiry);
  }
  if (payloadFormatIndicator !== undefined) {
    if (payloadFormatIndicator !== "UTF8_DATA" && payloadFormatIndicator !== "UNSPECIFIED_BYTES")
      throw invalid(
        `payloadFormatIndicator is ${String(payloadFormatIndicator)}; it is UTF8_DATA or UNSPECIFIED_BYTES`,
      );
    found.payloadFormatIndicator = payloadFormatIndicator === "UTF8_DATA";
  }
  if (correlationData !== undefined) found.correlationData = Buffer.from(correlationData, "base64");
  if (userProperties !== undefined) found.userProperties = propertiesOf(String(userProperties));
  return Object.keys(found).length === 0 ? undefined : found;
}

/** `[{"name": "value"}, {"name": "value"}]`. */
function propertiesOf(text: string): UserProperty[] {
  const wrong = (): ApiError => invalid("userProperties is not the base64 of a JSON array of objects with text values");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
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

function invalid(message: string): ApiError {
  return new ApiError(400, "InvalidRequestException", message);
}
