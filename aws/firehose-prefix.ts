import { Findings, show, type Finding } from "./values";

/** One piece of a prefix: literal text, or `!{namespace:argument}`. */
export interface PrefixPart {
  namespace?: string;
  /** the literal, or what stands behind the colon */
  text: string;
}

const NAMESPACES = ["timestamp", "firehose", "partitionKeyFromLambda", "partitionKeyFromQuery"];
/** Letters that Firehose refuses in a date pattern unless they are quoted. https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html */
const REFUSED_LETTERS = "CIJPRTUVbfijloprt";

/** Splits a prefix. `unclosed` is the position of a `!{` without an end. */
export function parsePrefix(prefix: string): { parts: PrefixPart[]; unclosed?: number } {
  const parts: PrefixPart[] = [];
  let at = 0;
  while (at < prefix.length) {
    const open = prefix.indexOf("!{", at);
    if (open === -1) {
      parts.push({ text: prefix.slice(at) });
      break;
    }
    if (open > at) parts.push({ text: prefix.slice(at, open) });
    const close = prefix.indexOf("}", open);
    if (close === -1) return { parts, unclosed: open };
    const inner = prefix.slice(open + 2, close);
    const colon = inner.indexOf(":");
    parts.push({
      namespace: colon === -1 ? inner : inner.slice(0, colon),
      text: colon === -1 ? "" : inner.slice(colon + 1),
    });
    at = close + 1;
  }
  return { parts };
}

/** Whether a prefix holds any expression. */
export function hasExpression(prefix: string): boolean {
  return prefix.includes("!{");
}

/** Names of partition keys in a prefix, by where they come from. */
export function partitionKeys(prefix: string): { lambda: string[]; query: string[] } {
  const { parts } = parsePrefix(prefix);
  const of = (namespace: string): string[] =>
    parts.filter((part) => part.namespace === namespace).map((part) => part.text);
  return { lambda: of("partitionKeyFromLambda"), query: of("partitionKeyFromQuery") };
}

/** Expressions of one prefix. https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html */
export function prefixLimits(prefix: string, place: "prefix" | "errorOutputPrefix"): Finding[] {
  const findings = new Findings();
  if (prefix.length > 1024)
    findings.add(place, `${prefix.length} characters`, "a prefix has at most 1,024", "shorten it");
  if (prefix.startsWith("/"))
    findings.add(
      place,
      show(prefix),
      "a prefix that begins with a slash makes a folder without a name",
      "begin with the folder's name",
    );
  const { parts, unclosed } = parsePrefix(prefix);
  if (unclosed !== undefined) {
    findings.add(
      place,
      show(prefix.slice(unclosed)),
      "an expression ends with }",
      "close it, and write !{ only to begin an expression",
    );
    return findings.all;
  }
  // Literals are the least that every object's key has; values come on top.
  const literal = parts.filter((part) => part.namespace === undefined).reduce((sum, part) => sum + part.text.length, 0);
  if (prefix.length <= 1024 && literal > 512)
    findings.add(
      place,
      `${literal} characters beside the expressions`,
      "an evaluated prefix has at most 512",
      "shorten it",
    );
  for (const part of parts)
    if (part.namespace !== undefined) checkExpression(findings, part.namespace, part.text, place);
  return findings.all;
}

function checkExpression(
  findings: Findings,
  namespace: string,
  argument: string,
  place: "prefix" | "errorOutputPrefix",
): void {
  const seen = show(`!{${namespace}:${argument}}`);
  if (!NAMESPACES.includes(namespace)) {
    findings.add(place, seen, `a prefix knows the namespaces ${NAMESPACES.join(", ")}`, "use one of them");
    return;
  }
  if (argument === "") {
    findings.add(place, seen, "an expression has something behind its colon", "write !{namespace:value}");
    return;
  }
  if (namespace === "timestamp") {
    const unquoted = argument.replace(/'[^']*'/g, "");
    const letters = [...new Set(unquoted.match(new RegExp(`[${REFUSED_LETTERS}]`, "g")) ?? [])];
    if (letters.length > 0)
      findings.add(
        place,
        seen,
        `Firehose refuses the pattern letters ${letters.join(", ")}`,
        "put literal text of a date pattern in single quotes",
      );
    if (unquoted.includes("'")) findings.add(place, seen, "a single quote of a date pattern has an end", "close it");
  } else if (namespace === "firehose") {
    if (argument === "error-output-type") {
      if (place === "prefix")
        findings.add(place, seen, "the error type belongs to errorOutputPrefix alone", "take it out of the prefix");
    } else if (argument !== "random-string")
      findings.add(place, seen, "firehose knows random-string and error-output-type", "use one of them");
  } else if (place === "errorOutputPrefix")
    findings.add(
      place,
      seen,
      "partition keys do not belong into errorOutputPrefix",
      "take it out; !{firehose:error-output-type} tells the errors apart",
    );
}
