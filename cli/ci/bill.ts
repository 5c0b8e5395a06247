import * as fs from "node:fs";
import { parse } from "yaml";
import { briefOf, differenceText } from "../../cost";
import { isRecord } from "../../aws/text/record";
import type { Outcome } from "./events";

/**
 * What a preview's change does to the estimated bill, for the traffic that the stack's file expects; undefined where the preview came to no
 * resource.
 * @param file `Pulumi.STACK.yaml`
 * @param now ms since 1970-01-01 UTC
 */
export function billOf(
  { before, after }: Outcome,
  file: string,
  now: number,
): { summary: string; lines: string[] } | undefined {
  if (!after.some(({ type }) => type.startsWith("aws:"))) return undefined;
  const config = configOf(file);
  const options = { region: config["aws:region"], now };
  return differenceText(briefOf(before, config, options), briefOf(after, config, options));
}

/** The file's plain values as text, as a program gets them; a file that cannot be read has none. */
function configOf(file: string): Record<string, string> {
  let content: unknown;
  try {
    content = parse(fs.readFileSync(file, "utf8"));
  } catch {
    return {};
  }
  const config = isRecord(content) && isRecord(content.config) ? content.config : {};
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
