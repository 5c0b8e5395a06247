/** Texts that a person is meant to fill in, as published documents have them: `<ACCOUNT-ID>`, `${BUCKET}`, `{{region}}`. */
import { memberPath } from "../../../aws/text/json-path";
import type { SourceDocument } from "./source-document";

/** No name, bucket or role has these characters: `<ACCOUNT-ID>`, `{{region}}`, `[your bucket]`. */
const FILL_IN = /<[^<>\n]{1,80}>|\{\{[^{}]*\}\}|\[(?:your|my|the|insert)\b[^[\]]*\]/i;
/** `${BUCKET}`, `$BUCKET` of a shell. */
const VARIABLE = /\$\{[^{}]*\}|\$[A-Z_][A-Z0-9_]*/;
/** In a template `${...}` belongs to Fn::Sub, but for the variables of the Serverless Framework. */
const SERVERLESS = /\$\{(?:self|opt|env|file|sls|param|ssm|cf|s3|aws)[:(][^{}]*\}/;
const EVERY_VARIABLE = new RegExp(VARIABLE.source, "g");
const EVERY = new RegExp(`${FILL_IN.source}|${VARIABLE.source}`, "gi");
/** In these such characters have a meaning of their own. */
const OWN_LANGUAGE = new Set(["math", "filter", "sqlQuery", "timeExpression", "sql", "description", "type"]);

/** Whether a text is one that a person is meant to fill in. */
export function isPlaceholder(text: string): boolean {
  return FILL_IN.test(text) || VARIABLE.test(text);
}

/**
 * The mistake of a text that has one whatever fills in its placeholders, as far as `candidates` tell: the mistake of the first of them. Undefined
 * when the text is right with one of them.
 * @param language whether the text is an expression, a statement or a type, in which only `${NAME}` is a placeholder
 */
export function mistakeAnyway(
  text: string,
  candidates: readonly string[],
  mistakeOf: (filled: string) => string | undefined,
  language = true,
): string | undefined {
  let first: string | undefined;
  for (const candidate of candidates) {
    const mistake = mistakeOf(text.replace(language ? EVERY_VARIABLE : EVERY, () => candidate));
    if (mistake === undefined) return undefined;
    first ??= mistake;
  }
  return first;
}

/** JSON paths in the document, and what is written there. */
export function placeholdersIn({ shape, value, kind, placeholders }: SourceDocument): Map<string, string> {
  const found = new Map<string, string>();
  const unfilled = (text: string): boolean => {
    if (shape === "CloudFormation") return FILL_IN.test(text) || SERVERLESS.test(text);
    // a topic rule has substitution templates, ${topic(2)}
    return kind === "topicRule" ? FILL_IN.test(text) : isPlaceholder(text);
  };
  const visit = (current: unknown, path: string, member: string): void => {
    if (typeof current === "string") {
      if (!OWN_LANGUAGE.has(member) && !placeholders.has(path) && unfilled(current))
        found.set(path, JSON.stringify(current));
    } else if (Array.isArray(current)) {
      current.forEach((entry: unknown, index) => visit(entry, `${path}[${index}]`, member));
    } else if (typeof current === "object" && current !== null) {
      for (const [name, entry] of Object.entries(current)) visit(entry, memberPath(path, name), name);
    }
  };
  visit(value, "$", "");
  return found;
}
