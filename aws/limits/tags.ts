import { block, Findings, show, text, type Finding } from "../values";

/** Tags of any resource. https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#tag-conventions */
export function tagLimits(tags: unknown): Finding[] {
  const findings = new Findings();
  const given = block(tags);
  if (given === undefined) return [];
  const keys = Object.keys(given);
  if (keys.length > 50) findings.add("tags", `${keys.length} tags`, "a resource has at most 50", "drop some");
  for (const key of keys) {
    if (/^aws:/i.test(key))
      findings.add("tags", `the key ${show(key)}`, "keys that begin with aws: are AWS's own", "choose another key");
    if (key.length < 1 || key.length > 128)
      findings.add("tags", `a key of ${key.length} characters`, "a key has 1 to 128", "shorten it");
    const value = text(given[key]);
    if (value !== undefined && value.length > 256)
      findings.add(`tags.${key}`, `${value.length} characters`, "a tag's value has at most 256", "shorten it");
  }
  return findings.all;
}
