import { absent, block, blocks, Findings, list, number, show, text, type Inputs, type Limit } from "../values";

/** Storage classes from warm to cold; objects move only downwards. */
const CLASSES = [
  "STANDARD",
  "STANDARD_IA",
  "INTELLIGENT_TIERING",
  "ONEZONE_IA",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
];
const INFREQUENT = new Set(["STANDARD_IA", "ONEZONE_IA"]);
const ARCHIVE = new Set(["GLACIER", "DEEP_ARCHIVE"]);

interface Move {
  at: string;
  days: number;
  storageClass: string;
}

/** Lifecycle of a bucket. https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html */
export const lifecycle: Limit = (inputs) => {
  const findings = new Findings();
  const rules = list(inputs.rules);
  if (absent(inputs.rules) || rules?.length === 0)
    findings.add("rules", "no rule", "a lifecycle has at least one", "add one, or remove the resource");
  if (rules !== undefined && rules.length > 1000)
    findings.add("rules", `${rules.length} rules`, "a bucket has at most 1,000", "join some");
  const ids = new Map<string, number>();
  for (const [index, rule] of blocks(inputs.rules)) {
    const at = `rules[${index}]`;
    const id = text(rule.id);
    if (id !== undefined) {
      if (id.length > 255) findings.add(`${at}.id`, `${id.length} characters`, "an id has at most 255", "shorten it");
      const other = ids.get(id);
      if (other !== undefined) findings.add(`${at}.id`, show(id), `rules[${other}] has the same id`, "rename one");
      ids.set(id, index);
    }
    findings.required(`${at}.status`, rule.status, "a rule says whether it is in force");
    findings.among(`${at}.status`, rule.status, ["Enabled", "Disabled"], "the status of a rule");
    checkRule(findings, rule, at);
  }
  return findings.all;
};

const DOINGS = [
  "expiration",
  "transitions",
  "noncurrentVersionExpiration",
  "noncurrentVersionTransitions",
  "abortIncompleteMultipartUpload",
];

function checkRule(findings: Findings, rule: Inputs, at: string): void {
  const doings = DOINGS.filter((member) => !absent(rule[member]) && list(rule[member])?.length !== 0);
  if (doings.length === 0)
    findings.add(
      at,
      "no action",
      "a rule does something",
      "add expiration, a transition or abortIncompleteMultipartUpload",
    );
  const filter = block(rule.filter);
  const tagged = filter !== undefined && (!absent(filter.tag) || !absent(block(filter.and)?.tags));
  if (tagged && !absent(rule.abortIncompleteMultipartUpload))
    findings.add(
      `${at}.abortIncompleteMultipartUpload`,
      "a rule filtered by tag",
      "uploads have no tags yet, so such a rule cannot end them",
      "put it into a rule of its own",
    );
  const expiration = block(rule.expiration);
  if (expiration !== undefined) {
    findings.range(`${at}.expiration.days`, expiration.days, 1, 2_147_483_647, "the days until expiration");
    const given = ["days", "date", "expiredObjectDeleteMarker"].filter(
      (member) => !absent(expiration[member]) && expiration[member] !== false,
    );
    if (given.length !== 1)
      findings.add(
        `${at}.expiration`,
        given.length === 0 ? "nothing" : given.join(" and "),
        "an expiration has exactly one of days, date, expiredObjectDeleteMarker",
        "keep one",
      );
  }
  const uploads = block(rule.abortIncompleteMultipartUpload);
  if (uploads !== undefined) {
    findings.required(
      `${at}.abortIncompleteMultipartUpload.daysAfterInitiation`,
      uploads.daysAfterInitiation,
      "it says after how many days",
    );
    findings.range(
      `${at}.abortIncompleteMultipartUpload.daysAfterInitiation`,
      uploads.daysAfterInitiation,
      1,
      2_147_483_647,
      "the days until an upload is ended",
    );
  }
  checkDates(findings, rule, at);
  checkMoves(
    findings,
    movesOf(rule.transitions, `${at}.transitions`, "days"),
    number(expiration?.days),
    at,
    "expiration.days",
  );
  checkMoves(
    findings,
    movesOf(rule.noncurrentVersionTransitions, `${at}.noncurrentVersionTransitions`, "noncurrentDays"),
    number(block(rule.noncurrentVersionExpiration)?.noncurrentDays),
    at,
    "noncurrentVersionExpiration.noncurrentDays",
  );
}

function checkDates(findings: Findings, rule: Inputs, at: string): void {
  const members = [block(rule.expiration) ?? {}, ...blocks(rule.transitions).map(([, transition]) => transition)];
  if (members.some(({ date }) => !absent(date)) && members.some(({ days }) => !absent(days)))
    findings.add(at, "dates and days", "a rule has either dates or days", "split the rule");
}

function movesOf(value: unknown, at: string, member: string): Move[] {
  return blocks(value).flatMap(([index, move]): Move[] => {
    const days = number(move[member]);
    const storageClass = text(move.storageClass);
    return days === undefined || storageClass === undefined ? [] : [{ at: `${at}[${index}]`, days, storageClass }];
  });
}

function checkMoves(
  findings: Findings,
  moves: readonly Move[],
  expires: number | undefined,
  at: string,
  expiration: string,
): void {
  const seen = new Set<string>();
  for (const { at: place, days, storageClass } of moves) {
    findings.among(`${place}.storageClass`, storageClass, CLASSES.slice(1), "the storage class");
    if (seen.has(storageClass))
      findings.add(`${place}.storageClass`, show(storageClass), "a class occurs once in a rule", "drop one");
    seen.add(storageClass);
    if (INFREQUENT.has(storageClass) && days < 30)
      findings.add(
        place,
        `${days} days`,
        `objects move to ${storageClass} after 30 days at the earliest`,
        "set 30 or more",
      );
    if (expires !== undefined && expires <= days)
      findings.add(
        `${at}.${expiration}`,
        `${expires} days`,
        `expiration comes after the transition to ${storageClass} at ${days} days`,
        "raise it, or drop the transition",
      );
  }
  const sorted = [...moves].sort((one, other) => one.days - other.days);
  sorted.forEach((move, index) => {
    const before = sorted[index - 1];
    if (before === undefined) return;
    const [from, to] = [CLASSES.indexOf(before.storageClass), CLASSES.indexOf(move.storageClass)];
    if (from !== -1 && to !== -1 && to < from)
      findings.add(
        move.at,
        `${move.storageClass} after ${before.storageClass}`,
        "objects move to colder classes only",
        "change the order",
      );
    if (INFREQUENT.has(before.storageClass) && ARCHIVE.has(move.storageClass) && move.days - before.days < 30)
      findings.add(
        move.at,
        `${move.days - before.days} days after ${before.storageClass}`,
        "an archive comes at least 30 days after infrequent access",
        "raise the days",
      );
  });
}
