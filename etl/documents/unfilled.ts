/** Texts that a person is meant to fill in, as published documents have them: `<ACCOUNT-ID>`, `${BUCKET}`, `{{region}}`. */
import { memberPath } from "./schema";
import type { Written } from "./written";

const UNFILLED = /<[A-Z][A-Z0-9_ -]*>|<(?:your|my|the)[ _-][^<>]*>|\$\{[^{}]*\}|\{\{[^{}]*\}\}/;
/** In these such characters have a meaning of their own. */
const OWN_LANGUAGE = new Set(["math", "filter", "sqlQuery", "timeExpression", "sql", "description", "type"]);

/** JSON paths in the document, and what is written there. */
export function unfilledTexts({ shape, value, kind }: Written): Map<string, string> {
  const found = new Map<string, string>();
  // a topic rule has substitution templates, ${topic(2)}; CloudFormation's own are known
  if (shape === "CloudFormation" || kind === "topicRule") return found;
  const visit = (current: unknown, path: string, member: string): void => {
    if (typeof current === "string") {
      if (!OWN_LANGUAGE.has(member) && UNFILLED.test(current)) found.set(path, JSON.stringify(current));
    } else if (Array.isArray(current)) {
      current.forEach((entry: unknown, index) => visit(entry, `${path}[${index}]`, member));
    } else if (typeof current === "object" && current !== null) {
      for (const [name, entry] of Object.entries(current)) visit(entry, memberPath(path, name), name);
    }
  };
  visit(value, "$", "");
  return found;
}
