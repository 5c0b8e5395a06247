import { show, text, type Findings } from "./values";

interface NameRule {
  pattern: RegExp;
  max: number;
  min?: number;
  /** what `pattern` says, for people */
  rule: string;
}

/** Names that AWS takes (building blocks 0.1). Pulumi adapts only a few automatic names; explicit ones are sent as they are. */
export const NAMES = {
  topicRule: { pattern: /^[a-zA-Z0-9_]+$/, max: 128, rule: "letters, digits and underscores" },
  thing: { pattern: /^[a-zA-Z0-9:_-]+$/, max: 128, rule: "letters, digits and :_-" },
  provisioningTemplate: { pattern: /^[0-9A-Za-z_-]+$/, max: 36, rule: "letters, digits, underscores and hyphens" },
  stream: { pattern: /^[a-zA-Z0-9_.-]+$/, max: 128, rule: "letters, digits, underscores, dots and hyphens" },
  deliveryStream: { pattern: /^[a-zA-Z0-9_.-]+$/, max: 64, rule: "letters, digits, underscores, dots and hyphens" },
  function: { pattern: /^[a-zA-Z0-9_-]+$/, max: 64, rule: "letters, digits, underscores and hyphens" },
  role: { pattern: /^[\w+=,.@-]+$/, max: 64, rule: "letters, digits and +=,.@_-" },
  policy: { pattern: /^[\w+=,.@-]+$/, max: 128, rule: "letters, digits and +=,.@_-" },
  catalog: { pattern: /^[a-z0-9_]+$/, max: 255, rule: "lower-case letters, digits and underscores" },
  workgroup: { pattern: /^[a-zA-Z0-9._-]+$/, max: 128, rule: "letters, digits, dots, underscores and hyphens" },
  preparedStatement: {
    pattern: /^[a-zA-Z_][a-zA-Z0-9_@:]*$/,
    max: 256,
    rule: "letters, digits and _@:, with a letter or underscore first",
  },
  schedule: { pattern: /^[0-9a-zA-Z_.-]+$/, max: 64, rule: "letters, digits, hyphens, underscores and dots" },
  stateMachine: { pattern: /^[0-9a-zA-Z_-]+$/, max: 80, rule: "letters, digits, hyphens and underscores" },
  queue: { pattern: /^[a-zA-Z0-9_-]+(\.fifo)?$/, max: 80, rule: "letters, digits, hyphens and underscores" },
  logGroup: { pattern: /^[.\-_/#A-Za-z0-9]+$/, max: 512, rule: "letters, digits and ._-/#" },
  logStream: { pattern: /^[^:*]+$/, max: 512, rule: 'any characters but ":" and "*"' },
} satisfies Record<string, NameRule>;

/** Reports a known name that AWS would not take. */
export function checkName(findings: Findings, path: string, value: unknown, kind: keyof typeof NAMES): void {
  const given = text(value);
  if (given === undefined) return;
  const { pattern, max, rule }: NameRule = NAMES[kind];
  if (given.length < 1 || given.length > max)
    findings.add(
      path,
      `${show(given)} with ${given.length} characters`,
      `the name has 1 to ${max}`,
      "choose another name",
    );
  else if (!pattern.test(given)) findings.add(path, show(given), `the name has ${rule}`, "choose another name");
}
