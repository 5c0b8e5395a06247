import { arnLikeMatcher } from "../../aws/arn";
import { TYPES, ofType, type Properties, type Resource } from "../core/model";
import type { Context } from "./conditions";
import { Ledger, type Refusal } from "./ledger";
import type { UnexercisedCall } from "./unexercised";
import { compilePolicy, type Grant, type Request, type Statement } from "./policy";

export type { Context } from "./conditions";
export { UNEXERCISED, type UnexercisedCall } from "./unexercised";
export type { Refusal } from "./ledger";

/** A request to be authorized. */
export interface Call {
  /** a role's ARN, or `arn:aws:iam::ACCOUNT:user/you` */
  principal: string;
  /** `kinesis:PutRecord` */
  action: string;
  /** ARN */
  resource: string;
  /** condition keys of the request, `aws:SecureTransport`, `kms:ViaService`, ... */
  context?: Context;
}

/** Whether a call is allowed, and by what. */
export interface Decision {
  allowed: boolean;
  /** the statement that decided, or why none allows */
  decidedBy: string;
}

/** A grant as a report names it. */
export interface ListedGrant {
  role: string;
  /** its Sid, or its number in the policy */
  statement: string;
  action: string;
  resource: string;
}

/** A grant that AWS requires and no call has used. */
export interface RequiredGrant extends ListedGrant {
  /** AWS's page that requires it */
  page: string;
  /** why the run did not make the call */
  why: string;
}

interface Entry {
  decision: Decision;
  refusal: Refusal | undefined;
}

/** Decisions by principal, action, resource and then each condition key and value: no text has to be put together. */
class Node {
  entry: Entry | undefined;
  private next: Map<string, Node> | undefined;

  child(name: string): Node {
    this.next ??= new Map();
    let node = this.next.get(name);
    if (node === undefined) this.next.set(name, (node = new Node()));
    return node;
  }
}

interface Role {
  name: string;
  trust: Statement[];
  identity: Statement[];
  /** of the policy that bounds it, if one does */
  boundary?: { name: string; statements: Statement[] };
}

/** Decisions that are remembered; calls on objects name ever new resources, so the memory is emptied now and then. */
const REMEMBERED = 50_000;

/**
 * Decides every call of the local cloud from the policies that the program declared, as AWS does within one account: an explicit Deny
 * wins; else an Allow of the caller's role or of the bucket's policy, within the role's permissions boundary; else it is refused. The person who
 * started the local cloud may do everything that no bucket policy denies. Keys are the user's own and leave the decision to roles.
 */
export class Iam {
  private readonly roles = new Map<string, Role>();
  private readonly buckets = new Map<string, Statement[]>();
  private readonly invocations: readonly Properties[];
  private readonly ledger = new Ledger();
  private readonly excuses: { role: string; required: UnexercisedCall; applies: () => boolean }[] = [];
  private memory = new Node();
  private remembered = 0;

  /** @throws Error for a policy that the resource handlers would have refused */
  constructor(
    resources: readonly Resource[],
    private readonly account: string,
  ) {
    const boundaries = new Map(
      ofType(resources, TYPES.managedPolicy).map(({ inputs, outputs }) => [
        outputs.arn as string,
        {
          name: inputs.name as string,
          statements: compilePolicy(inputs.policy, `the permissions boundary ${inputs.name}`, account),
        },
      ]),
    );
    for (const { inputs, outputs } of ofType(resources, TYPES.role)) {
      const name: string = inputs.name;
      const trust = compilePolicy(inputs.assumeRolePolicy, `the trust policy of role ${name}`, account);
      const boundary = boundaries.get(inputs.permissionsBoundary);
      this.roles.set(outputs.arn, { name, trust, identity: [], boundary });
    }
    const byName = new Map([...this.roles.values()].map((role) => [role.name, role]));
    for (const { inputs } of ofType(resources, TYPES.rolePolicy))
      byName.get(inputs.role)?.identity.push(...compilePolicy(inputs.policy, `policy ${inputs.name}`, account));
    for (const { inputs } of ofType(resources, TYPES.bucketPolicy))
      this.buckets.set(inputs.bucket, compilePolicy(inputs.policy, `the bucket policy of ${inputs.bucket}`, account));
    this.invocations = ofType(resources, TYPES.permission).map(({ inputs }) => inputs);
  }

  /** Whether the program declares this role. */
  known(roleArn: string): boolean {
    return this.roles.has(roleArn);
  }

  /** Arguments of the permissions that make a function's resource policy. */
  functionPermissions(name: string, arn: string): Properties[] {
    return this.invocations.filter(({ function: named }) => named === name || named === arn);
  }

  /** Decides a call, and counts it if it is refused. */
  check(call: Call): Decision {
    const { context } = call;
    let node = this.memory.child(call.principal).child(call.action).child(call.resource);
    for (const key in context) node = node.child(key).child(context[key]!);
    let entry = node.entry;
    if (entry === undefined) {
      entry = this.record(call, this.decide(call));
      node.entry = entry;
      if (++this.remembered > REMEMBERED) {
        this.memory = new Node();
        this.remembered = 0;
      }
    }
    if (entry.refusal !== undefined) entry.refusal.count++;
    return entry.decision;
  }

  /** Counts a call that was refused by what is decided elsewhere: a device's, by its own policies. */
  refuse({ principal, action, resource }: Omit<Call, "context">, decidedBy: string): void {
    this.ledger.entry(principal, action, resource, decidedBy).count++;
  }

  /** Whether a service may take on a role: its trust policy, with the condition keys that the service sends. */
  assume(service: string, roleArn: string, context: Context): Decision {
    const call = { principal: service, action: "sts:AssumeRole", resource: roleArn, context };
    const entry = this.record(call, this.decideTrust(call));
    if (entry.refusal !== undefined) entry.refusal.count++;
    return entry.decision;
  }

  /**
   * Whether a caller of the account may take on a role, by its trust policy. Where that names the account and not the caller, the
   * caller's own policies decide, too.
   */
  assumeBy(principal: string, roleArn: string, context?: Context): Decision & { byAccount: boolean } {
    const root = `arn:aws:iam::${this.account}:root`;
    const call = { principal, action: "sts:AssumeRole", resource: roleArn, context };
    const direct = this.decideTrust(call);
    const byRoot = direct.allowed ? direct : this.decideTrust({ ...call, principal: root });
    const entry = this.record(call, byRoot.allowed ? byRoot : direct);
    if (entry.refusal !== undefined) entry.refusal.count++;
    return { ...entry.decision, byAccount: !direct.allowed && byRoot.allowed };
  }

  /** Whether a service may invoke a function on behalf of a resource: the function's resource policy, which permissions make. */
  checkInvocation(service: string, functionName: string, functionArn: string, sourceArn: string): Decision {
    const call = { principal: service, action: "lambda:InvokeFunction", resource: functionArn };
    const entry = this.record(call, this.decideInvocation(call.principal, functionName, functionArn, sourceArn));
    if (entry.refusal !== undefined) entry.refusal.count++;
    return entry.decision;
  }

  private decideInvocation(service: string, functionName: string, functionArn: string, sourceArn: string): Decision {
    const own = this.functionPermissions(functionName, functionArn);
    const services = own.filter(({ action, principal }) => {
      const any = action === "lambda:*" || action === "lambda:InvokeFunction";
      return any && principal === service;
    });
    const fitting = services.find(
      (permission) =>
        (permission.sourceArn === undefined || arnLikeMatcher(permission.sourceArn as string)(sourceArn)) &&
        (permission.sourceAccount === undefined || permission.sourceAccount === this.account),
    );
    if (fitting !== undefined)
      return { allowed: true, decidedBy: `permission ${String(fitting.statementId ?? "of the function")}` };
    const near = services.length > 0 ? `; it has one for other sources than ${sourceArn}` : "";
    return {
      allowed: false,
      decidedBy: `no aws.lambda.Permission of ${functionName} allows ${service} to call it${near}`,
    };
  }

  /** Checks permissions that a service requires but a run may not exercise, once at the start. A missing one is reported as a refused call. */
  requirePermissions(request: Omit<Call, "action">, required: UnexercisedCall): void {
    for (const action of required.call.actions) {
      const { decision, grants } = this.evaluate({ ...request, action });
      if (decision.allowed) for (const grant of grants) grant.requiredBy = required;
      else if (required.optional !== true) {
        const decidedBy = `${decision.decidedBy}; AWS requires it: ${required.call.source}`;
        this.ledger.entry(request.principal, action, request.resource, decidedBy).count++;
      }
    }
  }

  /** Says of the grants of a role that no call uses them as long as `applies` does. */
  excuse(role: string, required: UnexercisedCall, applies: () => boolean): void {
    this.excuses.push({ role, required, applies });
  }

  private excuseOf(name: string): UnexercisedCall | undefined {
    return this.excuses.find(({ role, applies }) => this.roles.get(role)?.name === name && applies())?.required;
  }

  /** Refused calls so far, each kind once with its count. */
  refused(): Refusal[] {
    return this.ledger.list();
  }

  /** Grants that no call has used and that no service requires. */
  unused(): ListedGrant[] {
    return this.grants(({ used, requiredBy }) => !used && requiredBy === undefined)
      .map(({ listed }) => listed)
      .filter(({ role }) => this.excuseOf(role) === undefined);
  }

  /** Grants that a service requires and that no call has used. */
  serviceRequired(): RequiredGrant[] {
    return this.grants(({ used }) => !used).flatMap(({ listed, grant }) => {
      const required = grant.requiredBy ?? this.excuseOf(listed.role);
      return required === undefined ? [] : [{ ...listed, page: required.call.source, why: required.why }];
    });
  }

  private grants(wanted: (grant: Grant) => boolean): { listed: ListedGrant; grant: Grant }[] {
    return [...this.roles.values()].flatMap(({ name, identity }) =>
      identity.flatMap(({ name: statement, grants }) =>
        grants.filter(wanted).map((grant) => ({
          listed: { role: name, statement, action: grant.action, resource: grant.resource },
          grant,
        })),
      ),
    );
  }

  private record(call: Call, decision: Decision): Entry {
    if (decision.allowed) return { decision, refusal: undefined };
    return { decision, refusal: this.ledger.entry(call.principal, call.action, call.resource, decision.decidedBy) };
  }

  private decide(call: Call): Decision {
    const { decision, grants } = this.evaluate(call);
    for (const grant of grants) grant.used = true;
    return decision;
  }

  /** Decides a call without counting it; the grants are those that it would use. */
  private evaluate(call: Call): { decision: Decision; grants: Grant[] } {
    const refuse = (decidedBy: string) => ({ decision: { allowed: false, decidedBy }, grants: [] });
    const request = this.requestOf(call);
    const role = this.roles.get(call.principal);
    const person = call.principal.startsWith(`arn:aws:iam::${this.account}:user/`);
    if (role === undefined && !person) return refuse(`the program declares no role ${call.principal}`);
    const identity = role?.identity ?? [];
    const bucket = this.bucketOf(call.resource);
    const all = [...identity, ...bucket];
    const boundary = role?.boundary;
    const denial = [...all, ...(boundary?.statements ?? [])].find(
      (statement) => statement.deny && statement.fit(request).fits,
    );
    if (denial !== undefined) return refuse(`Deny in ${denial.label}`);
    if (role === undefined)
      return { decision: { allowed: true, decidedBy: "you are the administrator of the local cloud" }, grants: [] };
    const grants: Grant[] = [];
    let allowedBy: Statement | undefined;
    let near: string | undefined;
    for (const statement of all) {
      if (statement.deny) continue;
      const fit = statement.fit(request);
      if (fit.fits) {
        allowedBy ??= statement;
        grants.push(...fit.grants);
      } else if (fit.because === "resource") near ??= `${statement.label} allows the action on other resources`;
      else if (fit.because === "condition") near = `the condition of ${statement.label} does not hold`;
    }
    if (
      allowedBy !== undefined &&
      boundary !== undefined &&
      !boundary.statements.some((each) => !each.deny && each.fit(request).fits)
    )
      return refuse(`the permissions boundary ${boundary.name} of role ${role.name} does not allow it`);
    if (allowedBy !== undefined) return { decision: { allowed: true, decidedBy: allowedBy.label }, grants };
    return refuse(`no statement of role ${role.name} allows it${near === undefined ? "" : `; ${near}`}`);
  }

  private decideTrust(call: Call): Decision {
    const role = this.roles.get(call.resource);
    if (role === undefined) return { allowed: false, decidedBy: `the program declares no role ${call.resource}` };
    const request = this.requestOf(call);
    const denial = role.trust.find((statement) => statement.deny && statement.fit(request).fits);
    if (denial !== undefined) return { allowed: false, decidedBy: `Deny in ${denial.label}` };
    let near: string | undefined;
    for (const statement of role.trust) {
      if (statement.deny) continue;
      const fit = statement.fit(request);
      if (fit.fits) return { allowed: true, decidedBy: statement.label };
      if (fit.because === "condition") near = `the condition of ${statement.label} does not hold`;
    }
    return {
      allowed: false,
      decidedBy: near ?? `the trust policy of role ${role.name} does not name ${call.principal}`,
    };
  }

  private requestOf({ principal, action, resource, context }: Call): Request {
    return {
      principal,
      action,
      resource,
      context: {
        "aws:PrincipalArn": principal,
        "aws:PrincipalAccount": this.account,
        "aws:ResourceAccount": this.account,
        "aws:SecureTransport": "true",
        ...context,
      },
    };
  }

  private bucketOf(resource: string): Statement[] {
    if (!resource.startsWith("arn:aws:s3:::")) return [];
    const rest = resource.slice("arn:aws:s3:::".length);
    const slash = rest.indexOf("/");
    return this.buckets.get(slash === -1 ? rest : rest.slice(0, slash)) ?? [];
  }
}
