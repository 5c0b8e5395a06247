import type { Finding } from "../../aws/values";
import { configOf, environmentOf, type Context } from "./context";
import { Exceptions, type Exception } from "./exceptions";
import { Found, StackFound } from "./found";
import { isStackRule, type Environment, type Level, type ResourceRule, type Rule, type StackRule } from "./rule";
import { noted, StackView, View, type Registered } from "./view";

export interface Violation {
  policy: string;
  level: Level;
  urn: string;
  message: string;
  /** what to do */
  mend: string;
  /** what the rule would change by itself, if it were set to remediate */
  remedy?: string;
}

export interface Undecided {
  policy: string;
  urn: string;
  message: string;
}

export interface Judgement {
  environment: Environment;
  /** rules that were run */
  policies: number;
  violations: Violation[];
  undecided: Undecided[];
  /** violations that an exception covers, with its reason */
  excepted: (Violation & { reason: string; expires: string })[];
}

export interface Case {
  stack: string;
  resources: readonly Registered[];
  stackConfig?: Readonly<Record<string, string>>;
  region?: string;
  account?: string;
}

/** Settings of the pack as in Pulumi's `--policy-pack-config`: by rule, or `all`; a level alone, or an object. */
export type PackConfig = Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;

export interface JudgeOptions {
  rules: readonly Rule[];
  config?: PackConfig;
  exceptions?: readonly Exception[];
  /** ms; for the expiry of exceptions */
  now?: number;
}

/** Runs the rules over the resources of a stack. */
export function judge(given: Case, { rules, config = {}, exceptions = [], now = Date.now() }: JudgeOptions): Judgement {
  const views = given.resources.map((resource) => new View(resource));
  const stack = new StackView(views);
  const environment = environmentOf(settingOf(config, "all").environment, given.stack, tagsOf(views));
  const judgement: Judgement = { environment, policies: 0, violations: [], undecided: [], excepted: [] };
  const covered = new Exceptions(exceptions, given.stack, now);
  const place = placeOf(views);
  const base = {
    environment,
    stack: given.stack,
    region: given.region ?? place.region,
    account: given.account ?? place.account,
    stackConfig: given.stackConfig ?? {},
  };
  for (const rule of rules) {
    const own = { ...settingOf(config, "all"), ...settingOf(config, rule.id) };
    const level = (own.enforcementLevel as string | undefined) ?? rule.level;
    if (level === "disabled") continue;
    judgement.policies++;
    const context: Context = {
      ...base,
      config: configOf(rule.config, environmentOf(own.environment, given.stack, tagsOf(views)), own),
    };
    const reported = isStackRule(rule)
      ? runStackRule(rule, stack, context)
      : targets(rule, stack).map((view) => [view, runResourceRule(rule, view, context)] as const);
    for (const [view, found] of reported)
      settle(rule, level === "advisory" ? "advisory" : "mandatory", view, found, covered, judgement, context);
  }
  for (const problem of covered.problems())
    judgement.violations.push({
      policy: "exceptions",
      level: problem.level,
      urn: stack.root?.urn ?? "",
      message: problem.message,
      mend: "remove the exception, or renew it with its reason",
    });
  return judgement;
}

/**
 * Runs a rule over one resource. A value that is not known ends it there; what the rule would find behind that is found by two more runs, with
 * nothing in the value's place and with a text: a violation that both have does not depend on it.
 */
export function runResourceRule(rule: ResourceRule, view: View, context: Context): Found {
  const found = runOnce(rule, view, context);
  if (found.unknown.size === 0) return found;
  const [without, withText] = [undefined, "(not known)"].map((value) =>
    runOnce(rule, view.known(value), context).all.map(({ path, message }) => ({ path, message })),
  );
  const said = new Set(found.all.map(({ path, message }) => `${path} ${message}`));
  const unknown = [...found.unknown];
  const sure = without!.filter(
    ({ path, message }) =>
      !said.has(`${path} ${message}`) &&
      // What is said of the value itself, of a part of it or of what it is a part of, does depend on it.
      !unknown.some((own) => own.startsWith(path) || path.startsWith(own)) &&
      withText!.some((other) => other.path === path && other.message === message),
  );
  found.within("", sure);
  return found;
}

function runOnce(rule: ResourceRule, view: View, context: Context): Found {
  const found = new Found();
  noted(
    (_, path) => found.unknown.add(path),
    () => found.attempt(() => rule.check(view, found, context)),
  );
  return found;
}

export function runStackRule(rule: StackRule, stack: StackView, context: Context): (readonly [View, Found])[] {
  const found = new StackFound();
  const root = stack.root;
  if (root === undefined) return [];
  noted(
    (view, path) => found.on(view).unknown.add(path),
    () => found.attempt(root, () => rule.checkStack(stack, found, context)),
  );
  return [...found.by];
}

function targets(rule: ResourceRule, stack: StackView): View[] {
  return rule.types.includes("*") ? stack.all.filter(({ type }) => type.startsWith("aws:")) : stack.of(...rule.types);
}

function settle(
  rule: Rule,
  level: Level,
  view: View,
  found: Found,
  covered: Exceptions,
  judgement: Judgement,
  context: Context,
): void {
  const remedy = isStackRule(rule) ? undefined : rule.remedy;
  for (const finding of found.all) {
    const violation: Violation = {
      policy: rule.id,
      level,
      urn: view.urn,
      message: messageOf(view, finding),
      mend: rule.mend,
      ...(remedy !== undefined && found.attempt(() => remedy.apply(view, context)) !== undefined
        ? { remedy: remedy.says }
        : {}),
    };
    const exception = covered.covers(rule.id, view.urn, view.name);
    if (exception === undefined) judgement.violations.push(violation);
    else judgement.excepted.push({ ...violation, reason: exception.reason, expires: exception.expires });
  }
  for (const path of found.unknown)
    judgement.undecided.push({ policy: rule.id, urn: view.urn, message: undecidedMessage(view, path) });
}

/** The resource, the property path, and then the value seen, the rule and the way out. */
export function messageOf(view: View, { path, message }: Finding): string {
  return `${view.label}${path === "" ? "" : `, ${path}`}: ${message}`;
}

export function undecidedMessage(view: View, path: string): string {
  return `${view.label}${path === "" ? "" : `, ${path}`}: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update`;
}

export function settingOf(config: PackConfig, id: string): Readonly<Record<string, unknown>> {
  const given = config[id];
  return typeof given === "string" ? { enforcementLevel: given } : (given ?? {});
}

export function tagsOf(views: readonly View[]): unknown[] {
  return views.map(({ plain }) => (plain.tags as Record<string, unknown> | null | undefined)?.environment);
}

/** Account and region that most ARNs of the stack name. */
export function placeOf(views: readonly View[]): { account?: string; region?: string } {
  const accounts = new Map<string, number>();
  const regions = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
  const visit = (value: unknown): void => {
    if (typeof value === "string") {
      if (value.length < 65_536 && value.includes("arn:"))
        for (const [, region = "", account = ""] of value.matchAll(/arn:aws[\w-]*:[\w-]+:([a-z0-9-]*):(\d{12}):/g)) {
          count(accounts, account);
          if (region !== "") count(regions, region);
        }
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  // A resource's own ARN tells best; policies speak of strangers, and the text of a function's archive is no place of its own.
  const own = ["arn", "id", "url", "roleArn", "role", "kmsKeyArn"];
  for (const { plain } of views) for (const key of own) visit(plain[key]);
  if (accounts.size === 0 || regions.size === 0)
    for (const { plain } of views)
      for (const [key, value] of Object.entries(plain)) if (key !== "code" && !/policy/i.test(key)) visit(value);
  if (accounts.size === 0 || regions.size === 0)
    for (const { plain } of views) for (const [key, value] of Object.entries(plain)) if (key !== "code") visit(value);
  const most = (counts: Map<string, number>): string | undefined =>
    [...counts].sort((one, other) => other[1] - one[1])[0]?.[0];
  return { account: most(accounts), region: most(regions) };
}
