import { Refusal } from "../../local/http/refusal";

/** Takes the body of a POST, and a signal that aborts when the browser goes away; returns what becomes JSON, or a file. */
export type Answer = (body: Record<string, unknown>, signal: AbortSignal) => unknown;

/** What answers a request, by method and path, such as `GET /api/stack`. */
export type Answers = ReadonlyMap<string, Answer>;

/** A file of this machine that a browser saves. */
export interface Download {
  /** which it is alone in; it is removed afterwards */
  folder: string;
  file: string;
  /** of its content */
  type: string;
  /** that the browser proposes */
  name: string;
}

/** What an answer is that a browser saves, beside all that becomes JSON. */
export class Saved {
  constructor(readonly download: Download) {}
}

/** A member of a request's body. @throws Refusal with status 400 */
export function textOf(body: Record<string, unknown>, name: string): string {
  const value = body[name];
  if (typeof value !== "string") throw wrong(`${name}: needs a text`);
  return value;
}

/** A whole number of a request's body, within bounds. @throws Refusal with status 400 */
export function wholeOf(body: Record<string, unknown>, name: string, least: number, most: number): number {
  const value = body[name];
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most)
    throw wrong(`${name}: needs a whole number from ${least} to ${most}`);
  return value;
}

/** What a request asks for is not there or not possible. */
export function wrong(message: string, status = 400): Refusal {
  return new Refusal(status, "BadRequest", message);
}
