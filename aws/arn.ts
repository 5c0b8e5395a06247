import { wildcard } from "./wildcard";

/** One step of a pattern: a character, or any number of characters of a class. */
type Token = { char: string } | { any: "one" | "many"; except: string };

/** Variables whose values may hold slashes and colons. */
const WIDE =
  /Path|ObjectName|LogGroup|LogStream|Topic|FunctionName|ThingName|ClientId|Parameter|Execution|Resource|RepositoryName|Id$/;

/** An ARN of a policy, in which * and ? stand for characters; a policy variable stands for any. */
function patternTokens(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (const part of pattern.split(/(\$\{[^}]*\})/)) {
    if (part.startsWith("${")) tokens.push({ any: "many", except: "" });
    else
      for (const char of part)
        tokens.push(char === "*" ? { any: "many", except: "" } : char === "?" ? { any: "one", except: "" } : { char });
  }
  return tokens;
}

/** The service's template of an ARN, `arn:${Partition}:s3:::${BucketName}/${ObjectName}`. */
function templateTokens(template: string): Token[] {
  const tokens: Token[] = [];
  for (const part of template.split(/(\$\{[^}]*\})/)) {
    const variable = /^\$\{([^}]*)\}$/.exec(part)?.[1];
    if (variable === undefined)
      for (const char of part) tokens.push(char === "*" ? { any: "many", except: "" } : { char });
    else tokens.push({ any: "many", except: WIDE.test(variable) ? "" : "/:" });
  }
  return tokens;
}

/** Whether some ARN fits both. */
function meet(one: readonly Token[], other: readonly Token[]): boolean {
  const seen = new Set<number>();
  const width = other.length + 1;
  const open: [number, number][] = [[0, 0]];
  while (open.length > 0) {
    const [i, j] = open.pop()!;
    const key = i * width + j;
    if (seen.has(key)) continue;
    seen.add(key);
    const a = one[i];
    const b = other[j];
    if (a === undefined && b === undefined) return true;
    // "Many" may stand for nothing.
    if (a !== undefined && "any" in a && a.any === "many") open.push([i + 1, j]);
    if (b !== undefined && "any" in b && b.any === "many") open.push([i, j + 1]);
    if (a === undefined || b === undefined || !share(a, b)) continue;
    const nextA = "any" in a && a.any === "many" ? i : i + 1;
    const nextB = "any" in b && b.any === "many" ? j : j + 1;
    open.push([nextA, nextB], [nextA, j + 1], [i + 1, nextB]);
  }
  return false;
}

function share(a: Token, b: Token): boolean {
  if ("char" in a && "char" in b) return a.char === b.char;
  if ("char" in a) return !("any" in b) || !b.except.includes(a.char);
  if ("char" in b) return !a.except.includes(b.char);
  return true;
}

/** Whether an ARN of a policy can name a resource of a template. */
export function fitsTemplate(pattern: string, template: string): boolean {
  if (pattern === "*") return true;
  return meet(patternTokens(pattern), templateTokens(template));
}

/** Whether two ARNs of policies can name the same resource. */
export function overlap(one: string, other: string): boolean {
  if (one === other || one === "*" || other === "*") return true;
  const [a, b] = [parseArn(one), parseArn(other)];
  if (a === undefined || b === undefined) return meet(patternTokens(one), patternTokens(other));
  // A * for the partition or the account stands for nothing of the resource.
  return (["partition", "service", "region", "account", "resource"] as const).every(
    (part) =>
      a[part] === b[part] || (mayMeet(a[part], b[part]) && meet(patternTokens(a[part]), patternTokens(b[part]))),
  );
}

/** Whether what stands before the first wildcard of each lets both name the same; this rules out most pairs cheaply. */
function mayMeet(one: string, other: string): boolean {
  const [a, b] = [headOf(one), headOf(other)];
  return a.startsWith(b) || b.startsWith(a);
}

/** What stands before the first wildcard or variable. */
export function headOf(pattern: string): string {
  const end = pattern.search(/[*?]|\$\{/);
  return end === -1 ? pattern : pattern.slice(0, end);
}

/**
 * A matcher for a Resource of a statement. A `*` at the end of a segment may stand for further segments (`arn:aws:kinesis:*`); any other
 * wildcard before the resource stays within its segment.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function resourceMatcher(pattern: string): (arn: string) => boolean {
  const confined: boolean[] = [];
  let segment = 1;
  for (let at = 0; at < pattern.length && segment < 6; at++) {
    const next = pattern[at + 1];
    if (pattern[at] === ":") segment++;
    else if (pattern[at] === "?" || (pattern[at] === "*" && next !== undefined && next !== ":")) confined[at] = true;
  }
  return wildcard(pattern, false, confined);
}

/**
 * A matcher for a value of the condition operators ArnEquals and ArnLike, which compare the six parts of an ARN one by one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function arnLikeMatcher(pattern: string): (arn: string) => boolean {
  const parts = partsOf(pattern).map((part) => wildcard(part));
  return (arn) => {
    const given = partsOf(arn);
    return given.length === parts.length && parts.every((part, index) => part(given[index]!));
  };
}

function partsOf(arn: string): string[] {
  const parts = arn.split(":");
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/** The parts of an ARN, each as the text between its colons. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export interface ArnParts {
  partition: string;
  service: string;
  region: string;
  account: string;
  /** what stands behind the account */
  resource: string;
}

/** Parts of an ARN; undefined for what is none. */
export function parseArn(text: string): ArnParts | undefined {
  const match = /^arn:([^:]*):([^:]*):([^:]*):([^:]*):([\s\S]+)$/.exec(text);
  if (match === null) return undefined;
  const [, partition = "", service = "", region = "", account = "", resource = ""] = match;
  return { partition, service, region, account, resource };
}

/** The name in a name, an ARN or the URL of a queue. */
export function nameOf(text: string): string {
  const parts = parseArn(text);
  if (parts === undefined) return /^https?:/.test(text) ? text.split("/").at(-1)! : text;
  if (parts.service === "logs") return /^log-group:([^:]+)/.exec(parts.resource)?.[1] ?? parts.resource;
  if (parts.service === "s3") return parts.resource.split("/")[0]!;
  if (parts.service === "lambda") return parts.resource.split(":")[1] ?? parts.resource;
  return parts.resource.split(/[/:]/).at(-1)!;
}
