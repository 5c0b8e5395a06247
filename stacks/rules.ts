import * as path from "node:path";
import { ROOT } from "./root";
import type { DocumentSet, Loaded, TopicRuleDocument } from "../etl";

/** A topic rule that feeds one channel. */
export interface WiredRule {
  /** of the rule in the stack's outputs; on AWS it follows project and stack, or stands alone if the stack keeps it */
  name: string;
  channel: string;
  loaded: Loaded<TopicRuleDocument>;
}

/**
 * The rules of the documents by channel. A document with actions for several channels becomes a rule for each, NAME_CHANNEL, since
 * every channel has its own rules.
 */
export function rulesOf(documents: DocumentSet): { rules: WiredRule[]; problems: string[] } {
  const rules: WiredRule[] = [];
  const problems: string[] = [];
  for (const loaded of documents.rules) {
    const channels = loaded.document.actions.flatMap(({ iotAnalytics }) => iotAnalytics?.channelName ?? []);
    const distinct = [...new Set(channels)];
    for (const channel of distinct)
      if (channels.filter((name) => name === channel).length > 1)
        problems.push(
          `${loaded.file}: the rule ${loaded.name} sends to the channel ${channel} twice, which would store each message twice; remove one of the actions`,
        );
    for (const channel of distinct)
      rules.push({ name: distinct.length === 1 ? loaded.name : `${loaded.name}_${channel}`, channel, loaded });
  }
  const seen = new Map<string, WiredRule>();
  for (const rule of rules) {
    const other = seen.get(rule.name.toLowerCase());
    if (!/^[A-Za-z0-9_]{1,128}$/.test(rule.name))
      problems.push(
        `${rule.loaded.file}: saw the rule name ${JSON.stringify(rule.name)}; it has 1-128 letters, digits and underscores: set one in ruleNames`,
      );
    if (other !== undefined && other.loaded !== rule.loaded && other.name !== other.loaded.name)
      problems.push(
        `${rule.loaded.file}: the rule ${rule.name} has the name that ${formatRuleFile(other)} gets for the channel ${other.channel}; set another in ruleNames`,
      );
    seen.set(rule.name.toLowerCase(), rule);
  }
  return { rules, problems };
}

/** The file of a rule, with its place in a file of several documents. */
export function formatRuleFile({ loaded }: WiredRule): string {
  return loaded.root === "$" ? loaded.file : `${loaded.file} (${loaded.root})`;
}

/**
 * The names of `ruleNames` that are for files of a folder, by the file's name. A name under a path is for the file there alone: it stays with the
 * documents that it was written for when a run takes others (`npm start -- --definitions`).
 */
export function ruleNamesIn(folder: string, ruleNames: Readonly<Record<string, string>>): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [file, name] of Object.entries(ruleNames))
    if (!file.includes("/")) own[file] ??= name;
    else if (path.dirname(path.resolve(ROOT, file)) === path.resolve(folder)) own[path.basename(file)] = name;
  return own;
}
