import type { Properties } from "../core/model";
import { compileCondition, type Context } from "./conditions";
import type { UnexercisedCall } from "./unexercised";
import { listOf } from "./document";
import { resourceMatcher } from "../../aws/arn";
import { wildcard } from "../../aws/wildcard";

/** One action and resource that an Allow statement grants, as the document writes them. */
export interface Grant {
  action: string;
  resource: string;
  used: boolean;
  /** the call for which a service requires it, though a run may not make it */
  requiredBy?: UnexercisedCall;
}

/** A call as statements see it, with every condition key. */
export interface Request {
  principal: string;
  action: string;
  resource: string;
  context: Context;
}

/** How far a request fits a statement; `grants` are those that it makes use of. */
export type Fit =
  { fits: true; grants: Grant[] } | { fits: false; because: "action" | "resource" | "principal" | "condition" };

const NO_GRANTS: Grant[] = [];

/** A statement of a policy, compiled once. */
export class Statement {
  readonly deny: boolean;
  /** its Sid, or its number if it has none */
  readonly name: string;
  /** `statement 'PutRecords' of policy NAME`, or its number if it has no Sid */
  readonly label: string;
  readonly grants: Grant[];
  private readonly action: (action: string) => boolean;
  private readonly resource: (resource: string) => boolean;
  private readonly principal: (principal: string) => boolean;
  private readonly condition: (context: Context) => boolean;
  private readonly pairs: {
    action: (action: string) => boolean;
    resource: (resource: string) => boolean;
    grant: Grant;
  }[];

  constructor(statement: Properties, index: number, owner: string, account: string) {
    this.deny = statement.Effect === "Deny";
    this.name = statement.Sid ? String(statement.Sid) : String(index + 1);
    this.label = `statement ${statement.Sid ? `'${statement.Sid}'` : index + 1} of ${owner}`;
    const actions = patterns(statement.Action, "", (text) => wildcard(text, true));
    const notActions = patterns(statement.NotAction, "not ", (text) => wildcard(text, true));
    const resources = patterns(statement.Resource, "", resourceMatcher);
    const notResources = patterns(statement.NotResource, "not ", resourceMatcher);
    this.action = either(actions, notActions);
    // A trust policy names no resource: it is about its own role.
    this.resource = resources.length + notResources.length === 0 ? () => true : either(resources, notResources);
    this.principal = principalOf(statement.Principal, this.deny, account);
    this.condition = compileCondition(statement.Condition);
    const left =
      actions.length > 0
        ? actions
        : notActions.slice(0, 1).map(() => ({ text: textOf(notActions), matches: this.action }));
    const right =
      resources.length > 0
        ? resources
        : notResources.slice(0, 1).map(() => ({ text: textOf(notResources), matches: this.resource }));
    this.pairs = this.deny
      ? []
      : left.flatMap((action) =>
          right.map((resource) => ({
            action: action.matches,
            resource: resource.matches,
            grant: { action: action.text, resource: resource.text, used: false },
          })),
        );
    this.grants = this.pairs.map(({ grant }) => grant);
  }

  fit({ principal, action, resource, context }: Request): Fit {
    if (!this.action(action)) return { fits: false, because: "action" };
    if (!this.resource(resource)) return { fits: false, because: "resource" };
    if (!this.principal(principal)) return { fits: false, because: "principal" };
    if (!this.condition(context)) return { fits: false, because: "condition" };
    if (this.pairs.length === 0) return { fits: true, grants: NO_GRANTS };
    const used = this.pairs.filter((pair) => pair.action(action) && pair.resource(resource));
    return { fits: true, grants: used.map(({ grant }) => grant) };
  }
}

/** The statements of a policy document; `owner` names it in decisions. */
export function compilePolicy(text: string, owner: string, account: string): Statement[] {
  const document = JSON.parse(text) as Properties;
  return ([document.Statement ?? []].flat() as Properties[]).map(
    (statement, index) => new Statement(statement, index, owner, account),
  );
}

interface Pattern {
  text: string;
  matches: (text: string) => boolean;
}

function patterns(value: unknown, prefix: string, compile: (text: string) => Pattern["matches"]): Pattern[] {
  return listOf(value).map((text) => ({ text: prefix + text, matches: compile(text) }));
}

function textOf(list: Pattern[]): string {
  return list.map(({ text }) => text).join(", ");
}

function either(wanted: Pattern[], excluded: Pattern[]): (text: string) => boolean {
  if (excluded.length > 0) return (text) => !excluded.some(({ matches }) => matches(text));
  const [only, ...others] = wanted;
  if (only !== undefined && others.length === 0) return only.matches;
  return (text) => wanted.some(({ matches }) => matches(text));
}

/**
 * Whom a resource's policy speaks of. The account's root as principal of an Allow leaves the decision to the account's
 * own policies, so it grants a role nothing; in a Deny it means everyone of the account.
 */
function principalOf(principal: unknown, deny: boolean, account: string): (principal: string) => boolean {
  if (principal === undefined || principal === "*") return () => true;
  const { AWS, Service } = principal as Properties;
  const wanted = new Set([...listOf(AWS), ...listOf(Service)]);
  if (listOf(AWS).includes("*")) return () => true;
  const everyone = deny && (wanted.has(account) || wanted.has(`arn:aws:iam::${account}:root`));
  const ofAccount = `:${account}:`;
  return (given) => wanted.has(given) || (everyone && given.includes(ofAccount));
}
