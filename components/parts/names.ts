import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** What AWS takes as the physical name of one kind of resource (building blocks 0.1). */
export interface NameRule {
  /** characters at most */
  readonly max: number;
  /** characters that may not stand in such a name */
  readonly forbidden: RegExp;
  /** stands between the parts and in the place of forbidden characters */
  readonly separator: "-" | "_";
  /** whether letters are lower-case only */
  readonly lower: boolean;
}

/** The limits table. */
export const NAME_RULES = {
  topicRule: { max: 128, forbidden: /[^A-Za-z0-9_]/g, separator: "_", lower: false },
  stream: { max: 128, forbidden: /[^A-Za-z0-9_.-]/g, separator: "-", lower: false },
  deliveryStream: { max: 64, forbidden: /[^A-Za-z0-9_.-]/g, separator: "-", lower: false },
  function: { max: 64, forbidden: /[^A-Za-z0-9_-]/g, separator: "-", lower: false },
  role: { max: 64, forbidden: /[^A-Za-z0-9_-]/g, separator: "-", lower: false },
  rolePolicy: { max: 128, forbidden: /[^A-Za-z0-9_-]/g, separator: "-", lower: false },
  // S3 allows 63; "-" and the account's 12 digits follow.
  bucket: { max: 50, forbidden: /[^a-z0-9-]/g, separator: "-", lower: true },
  database: { max: 255, forbidden: /[^a-z0-9_]/g, separator: "_", lower: true },
  workgroup: { max: 128, forbidden: /[^A-Za-z0-9_-]/g, separator: "-", lower: false },
  stateMachine: { max: 80, forbidden: /[^A-Za-z0-9_-]/g, separator: "-", lower: false },
  schedule: { max: 64, forbidden: /[^A-Za-z0-9_.-]/g, separator: "-", lower: false },
  queue: { max: 80, forbidden: /[^A-Za-z0-9_-]/g, separator: "-", lower: false },
  parameter: { max: 1000, forbidden: /[^A-Za-z0-9_.-]/g, separator: "-", lower: false },
  alarm: { max: 255, forbidden: /[^A-Za-z0-9_-]/g, separator: "-", lower: false },
  dashboard: { max: 255, forbidden: /[^A-Za-z0-9_-]/g, separator: "-", lower: false },
  namedQuery: { max: 128, forbidden: /[^A-Za-z0-9_-]/g, separator: "-", lower: false },
} as const satisfies Record<string, NameRule>;

export type NameKind = keyof typeof NAME_RULES;

/** Digits of the hash that a cut or changed name ends with. */
const HASH = 8;

/** Where a name belongs to; the running program's project and stack unless told. */
export interface NameScope {
  project: string;
  stack: string;
}

/**
 * The physical name of a resource: `PROJECT-STACK-NAME-SUFFIX`, known before anything is created. It is the same in every run, and it
 * ends with a hash of the whole when it had to be cut, or when NAME has characters that the kind does not take; "-" and "_"
 * stand for each other without one.
 *
 * @param suffix tells apart the resources of one kind that one component has, such as the roles of its actors
 */
export function physicalName(
  kind: NameKind,
  name: string,
  suffix = "",
  scope: NameScope = { project: pulumi.getProject(), stack: pulumi.getStack() },
): string {
  const { max, forbidden, separator, lower }: NameRule = NAME_RULES[kind];
  const clean = (text: string): string => (lower ? text.toLowerCase() : text).replace(forbidden, separator);
  const changed = clean(name) !== name.replace(/[-_]/g, (dash) => clean(dash));
  const whole = [scope.project, scope.stack, name, suffix].filter((part) => part !== "").map(clean);
  const text = trim(whole.join(separator), kind);
  if (!changed && text.length <= max) return text;
  const hash = createHash("sha256")
    .update(JSON.stringify([scope.project, scope.stack, name, suffix]))
    .digest("hex")
    .slice(0, HASH);
  return `${trim(text.slice(0, max - HASH - 1), kind)}${separator}${hash}`;
}

/** Buckets begin and end with a letter or digit, and so may every other name. */
function trim(text: string, kind: NameKind): string {
  return kind === "bucket" ? text.replace(/^-+|-+$/g, "") : text;
}

/** The name of a Glue table or of a column: Glue has lower case only, and SQL names it without quotes. */
export function catalogName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9_]/g, "_");
}
