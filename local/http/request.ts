import type { IncomingHttpHeaders } from "node:http";
import { Refusal } from "./refusal";

/** Names of the loopback interface; browsers never look up `*.localhost` (RFC 6761, 6.3), so no page can point one elsewhere. */
const LOOPBACK = /^(?:localhost|[a-z0-9.-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * The URL of a request, from the target in its first line (RFC 9112, 3.2).
 * @throws Refusal for a target that is neither a path nor an http URL
 */
export function requestUrl(target: string): URL {
  // A path may begin with two slashes, which a URL parser takes for a host.
  const text = target.startsWith("/") ? `http://localhost${target}` : target;
  if (/^https?:/i.test(text) && URL.canParse(text)) return new URL(text);
  throw new Refusal(400, "InvalidRequestException", "the request target is not a path or an http URL");
}

/**
 * Decides by the headers Host and Origin who may call: requests to a name of the loopback interface, or to one of `allowedHosts`, and of
 * pages only those that came from there. Otherwise a page that a browser shows could reach the local cloud, by a name that it
 * points to 127.0.0.1 (DNS rebinding).
 * @param allowedHosts `HOST` or `HOST:PORT`, lower case
 * @throws Refusal with status 403
 */
export function checkCaller(headers: IncomingHttpHeaders, allowedHosts: ReadonlySet<string>): void {
  const host = headers.host?.toLowerCase();
  if (host !== undefined && !isAllowed(host, allowedHosts))
    throw forbidden(
      `the host ${host} is not one of the local cloud, which is reached as localhost or 127.0.0.1; --allow-host adds a name`,
    );
  const { origin } = headers;
  if (origin === undefined) return;
  const from = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase())?.[1];
  if (from === undefined || (from !== host && !allowedHosts.has(from)))
    throw forbidden(
      `pages of ${origin} may not call the local cloud; --allow-host HOST:PORT admits those of an origin`,
    );
}

function isAllowed(host: string, allowedHosts: ReadonlySet<string>): boolean {
  const name = host.replace(/:\d*$/, "");
  return LOOPBACK.test(name) || allowedHosts.has(name) || allowedHosts.has(host);
}

function forbidden(message: string): Refusal {
  return new Refusal(403, "ForbiddenException", message);
}
