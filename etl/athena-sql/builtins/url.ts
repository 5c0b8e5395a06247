/** Functions of URLs. https://trino.io/docs/current/functions/url.html */
import { SqlError } from "../syntax/error";
import { varchar, type TypeOf } from "../types/type";
import { scalar } from "./registry";

interface Url {
  scheme: string | undefined;
  host: string | undefined;
  port: string | undefined;
  path: string | undefined;
  query: string | undefined;
  fragment: string | undefined;
}

// As java.net.URI reads it: RFC 2396 with any other character quoted or refused.
const PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
const AUTHORITY = /^(?:[^@]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]*)(?::(\d*))?$/;
const ALLOWED = /^(?:[A-Za-z0-9_\-.!~*'();:@&=+$,/?#[\]]|%[0-9A-Fa-f]{2}|[^\0-\xa0\u2000-\u200f\u2028-\u202f])*$/;

function parse(text: string): Url | undefined {
  if (!ALLOWED.test(text)) return undefined;
  const match = PARTS.exec(text);
  if (match === null) return undefined;
  const [, scheme, authority, path = "", query, fragment] = match;
  if (scheme !== undefined && authority === undefined && !path.startsWith("/")) {
    // An opaque URI has no parts.
    return path === ""
      ? undefined
      : { scheme, host: undefined, port: undefined, path: undefined, query: undefined, fragment };
  }
  const [, host, port] = (authority === undefined ? undefined : AUTHORITY.exec(authority)) ?? [];
  return { scheme, host: host === "" ? undefined : host, port: port === "" ? undefined : port, path, query, fragment };
}

const decoded = (text: string | undefined): string => (text === undefined ? "" : percent(text));

/** %XX as UTF-8, what does not decode as U+FFFD. */
function percent(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString());
}

scalar("url_extract_protocol(varchar(x)): varchar(x)", (text: string) =>
  present(parse(text), ({ scheme }) => scheme ?? ""),
);
scalar("url_extract_host(varchar(x)): varchar(x)", (text: string) => present(parse(text), ({ host }) => decoded(host)));
scalar("url_extract_port(varchar(x)): bigint", (text: string) =>
  present(parse(text), ({ port }) => (port === undefined ? null : BigInt(port))),
);
scalar("url_extract_path(varchar(x)): varchar(x)", (text: string) => present(parse(text), ({ path }) => decoded(path)));
scalar("url_extract_query(varchar(x)): varchar(x)", (text: string) =>
  present(parse(text), ({ query }) => decoded(query)),
);
scalar("url_extract_fragment(varchar(x)): varchar(x)", (text: string) =>
  present(parse(text), ({ fragment }) => decoded(fragment)),
);

function present<T>(url: Url | undefined, part: (url: Url) => T): T | null {
  return url === undefined ? null : part(url);
}

scalar("url_extract_parameter(varchar(x), varchar(y)): varchar(x)", (text: string, name: string) => {
  const query = parse(text)?.query;
  if (query === undefined) return null;
  for (const pair of query.split("&")) {
    const at = pair.indexOf("=");
    if (decodeForm(at < 0 ? pair : pair.slice(0, at)) !== name) continue;
    return at < 0 ? "" : decodeForm(pair.slice(at + 1));
  }
  return null;
});

const decodeForm = (text: string): string => percent(text.replaceAll("+", " "));

scalar(
  "url_encode(varchar(x)): varchar",
  (text: string) =>
    [...Buffer.from(text)]
      .map((byte) => {
        const one = String.fromCharCode(byte);
        if (/[A-Za-z0-9*._-]/.test(one)) return one;
        return one === " " ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
      })
      .join(""),
  { result: ({ args: [x] }) => varchar((x as TypeOf<"varchar">).length * 12) },
);
scalar("url_decode(varchar(x)): varchar(x)", (text: string) => {
  const wrong = /%(?![0-9A-Fa-f]{2})(.{0,2})/s.exec(text);
  if (wrong !== null)
    throw new SqlError(
      "INVALID_FUNCTION_ARGUMENT",
      wrong[1]!.length < 2
        ? "URLDecoder: Incomplete trailing escape (%) pattern"
        : `URLDecoder: Illegal hex characters in escape (%) pattern - Error at index 0 in: "${wrong[1]}"`,
    );
  return decodeForm(text);
});
