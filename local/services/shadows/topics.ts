import type { Shadows } from "./shadows";
import { ShadowError } from "./shadows";
import type { JsonObject } from "./json";

/** Requests and answers of shadows over MQTT (developer guide, "Device Shadow MQTT topics"). */
const TOPIC = /^\$aws\/things\/([^/]+)\/shadow\/(?:name\/([^/]+)\/)?(get|update|delete)$/;

/** What a message on one of a shadow's topics asks for. */
export interface ShadowRequest {
  thing: string;
  /** undefined for the classic shadow */
  name: string | undefined;
  operation: "get" | "update" | "delete";
}

/** The request that a topic stands for; undefined for any other topic. */
export function shadowRequest(topic: string): ShadowRequest | undefined {
  if (!topic.startsWith("$aws/things/")) return undefined;
  const match = TOPIC.exec(topic);
  if (match === null) return undefined;
  const [, thing, name, operation] = match;
  return { thing: thing as string, name, operation: operation as ShadowRequest["operation"] };
}

/** Carries out what a message asks of a shadow. `publish` gets the answers, in the order in which AWS publishes them. */
export function answerShadowRequest(
  shadows: Shadows,
  { thing, name, operation }: ShadowRequest,
  payload: Buffer,
  now: number,
  publish: (topic: string, document: JsonObject) => void,
): void {
  const base = `$aws/things/${thing}/shadow/${name === undefined ? "" : `name/${name}/`}${operation}`;
  try {
    if (operation === "get") publish(`${base}/accepted`, shadows.get(thing, name, payload));
    else if (operation === "delete") publish(`${base}/accepted`, shadows.delete(thing, name, payload));
    else publishChange(base, shadows.update(thing, name, payload), publish);
  } catch (error) {
    if (!(error instanceof ShadowError)) throw error;
    const { code, message, clientToken } = error;
    publish(`${base}/rejected`, {
      code,
      message,
      timestamp: Math.floor(now / 1000),
      ...(clientToken === undefined ? {} : { clientToken }),
    });
  }
}

/** What subscribers hear of an update, over whatever it came. */
export function publishChange(
  base: string,
  { accepted, delta, documents }: ReturnType<Shadows["update"]>,
  publish: (topic: string, document: JsonObject) => void,
): void {
  publish(`${base}/accepted`, accepted);
  if (delta !== undefined) publish(`${base}/delta`, delta);
  publish(`${base}/documents`, documents);
}
