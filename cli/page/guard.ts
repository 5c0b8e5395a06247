/** Who may call the page's server, and what a browser may do with its answers. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Refusal } from "../../local/http/refusal";
import { checkCaller } from "../../local/http/request";

/** The header of a request that runs or changes something; a page of another origin cannot set it. */
export const TOKEN_HEADER = "x-page-token";

/**
 * Headers of every answer. Scripts and styles come from files of this server only, so text of a message that found its way into the page could
 * run nothing. https://developer.mozilla.org/en-US/docs/Web/HTTP/Headers/Content-Security-Policy
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "x-frame-options": "DENY",
};

/** Decides by its headers whether a request is answered. */
export class Guard {
  /** what the page sends with a request that runs or changes something; another one for each server */
  readonly token = randomBytes(24).toString("base64url");
  private readonly allowedHosts: ReadonlySet<string>;

  /** @param allowedHosts names besides those of the loopback interface, as `HOST` or `HOST:PORT`, lower case */
  constructor(allowedHosts: readonly string[] = []) {
    this.allowedHosts = new Set(allowedHosts);
  }

  /**
   * Admits requests to a name of this machine, of pages only those of this server, and POST only with the token.
   * @throws Refusal with status 403
   */
  check(method: string, headers: IncomingHttpHeaders): void {
    if (headers.host === undefined) throw new Refusal(403, "Forbidden", "the request has no Host header");
    checkCaller(headers, this.allowedHosts);
    // A browser says so even where it sends no Origin: for an image or a script that another page includes.
    const site = headers["sec-fetch-site"];
    if (site !== undefined && site !== "same-origin" && site !== "none" && headers["sec-fetch-mode"] !== "navigate")
      throw new Refusal(403, "Forbidden", `the request comes from another page (Sec-Fetch-Site: ${String(site)})`);
    if (method === "POST" && !this.isToken(headers[TOKEN_HEADER]))
      throw new Refusal(
        403,
        "Forbidden",
        `the header ${TOKEN_HEADER} is not that of this server; load the page again if the local cloud was restarted`,
      );
  }

  private isToken(given: string | string[] | undefined): boolean {
    if (typeof given !== "string") return false;
    const [a, b] = [Buffer.from(given), Buffer.from(this.token)];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}
