import { isRecord } from "../../aws/text/record";

/** Stands in the topic for a model that the recording does not name. */
const UNKNOWN_MODEL = "unknown";

/**
 * What a notification of AWS IoT SiteWise is about: its ids, and its first value with the time, as `etl/sitewise.ts` names them. The model, which only the topic
 * tells, is the recording's member `assetModelId`.
 */
export function notificationAttributes(message: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const payload = isRecord(message.payload) ? message.payload : {};
  const [first] = Array.isArray(payload.values) ? (payload.values as unknown[]) : [];
  const value = isRecord(first) ? first : {};
  return {
    assetModelId: UNKNOWN_MODEL,
    ...message,
    ...payload,
    ...(isRecord(value.timestamp) ? value.timestamp : {}),
  };
}
