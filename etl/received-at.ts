import { RECEIVED_AT } from "./json/layout";

/**
 * A message with the time at which it was received, as the topic rules that this program generates add it (`timestamp() AS __received_at`). Its
 * other bytes stay as they are, so no digit is lost. A message that has the attribute, is no JSON object or is not UTF-8 stays as it is.
 * @param now ms since 1970-01-01 UTC
 */
export function withReceivedAt(message: Buffer, now: number): Buffer {
  const value = objectIn(message);
  if (value === undefined || Object.hasOwn(value, RECEIVED_AT)) return message;
  const end = message.lastIndexOf("}");
  const comma = Object.keys(value).length === 0 ? "" : ",";
  return Buffer.concat([
    message.subarray(0, end),
    Buffer.from(`${comma}"${RECEIVED_AT}":${now}`),
    message.subarray(end),
  ]);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function objectIn(message: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(message));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
