import { show } from "../../../aws/values";
import { FIXED_ROLES, TRUST_CONDITIONS, type TrustCondition } from "../../../aws/iam/trust-conditions";
import type { Context } from "../../framework/context";
import type { Found } from "../../framework/found";
import type { ResourceRule } from "../../framework/rule";
import { requiredValues, principalsOf, statementsIn, type Statement } from "../../iam/documents";

export const trustCondition: ResourceRule = {
  id: "trust-condition",
  group: "iam",
  title:
    "A role that a service assumes has the confused-deputy condition that is documented for that service, and no other.",
  rationale:
    "Without it, the service can be made to use the role for another customer; with a key that the service does not send, the role can never be used.",
  severity: "high",
  level: "mandatory",
  remediation:
    "Demand StringEquals aws:SourceAccount and ArnLike aws:SourceArn; for Firehose StringEquals sts:ExternalId with the account; for Lambda nothing.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
  types: ["aws:iam/role:Role"],
  check(view, found, context) {
    const name = found.attempt(() => view.inputs.name as unknown);
    if (typeof name === "string" && FIXED_ROLES.includes(name)) return;
    for (const statement of statementsIn(view, found, "trust")) {
      if (!statement.allow) continue;
      const services = principalsOf(statement).filter(({ kind }) => kind === "Service");
      for (const { value } of services) judgeService(statement, value, found, context);
      judgeFederated(statement, found);
      if (services.length === 0) judgeAccounts(statement, found, context);
    }
  },
};

function judgeService(statement: Statement, principal: string, found: Found, context: Context): void {
  if (!/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(principal) && principal !== "*")
    found.add(
      `${statement.at}.Principal`,
      show(principal),
      "a service is named SERVICE.amazonaws.com, and with another name nobody can assume the role",
      "write the service's name",
    );
  const service = principal
    .replace(/\.amazonaws\.com\.cn$/, ".amazonaws.com")
    .replace(/^dms\.[a-z0-9-]+\.amazonaws\.com$/, "dms.amazonaws.com");
  const trust = TRUST_CONDITIONS[service];
  if (trust === undefined) return;
  for (const key of trust.required) {
    const values = requiredValues(statement, key);
    if (values === undefined)
      found.add(
        `${statement.at}.Condition`,
        `no ${key} for ${principal}`,
        `${principal} sends it, and the trust policy must require it`,
        `add ${exampleOf(key, trust)}`,
      );
    else for (const value of values) judgeValue(statement, key, value, trust, found, context);
  }
  for (const { key, at, operator } of statement.conditions) {
    const known = [...trust.required, ...(trust.allowed ?? [])].some((own) => own.toLowerCase() === key.toLowerCase());
    if (!known && !/^aws:(Principal|Request|Resource)/i.test(key))
      found.add(
        at,
        show(key),
        `${principal} is not documented to send this key, and without it the role can never be assumed`,
        trust.required.length === 0 ? "remove the condition" : `use ${trust.required.join(" and ")}`,
      );
    else if (/IfExists$|^ForAllValues:|^Null$|Not/.test(operator))
      found.add(at, show(operator), "it accepts a caller that does not send the key", "use StringEquals or ArnLike");
  }
}

function judgeValue(
  statement: Statement,
  key: string,
  value: string,
  trust: TrustCondition,
  found: Found,
  context: Context,
): void {
  const at =
    statement.conditions.find((condition) => condition.key.toLowerCase() === key.toLowerCase())?.at ?? statement.at;
  if (key === "aws:SourceArn") {
    if (trust.sourceArn !== undefined && !trust.sourceArn.pattern.test(value))
      found.add(at, show(value), `aws:SourceArn has the form ${trust.sourceArn.form}`, "write it so");
    else if (
      context.account !== undefined &&
      /^\d{12}$/.test(value.split(":")[4] ?? "") &&
      value.split(":")[4] !== context.account
    )
      found.add(at, show(value), `the account of the stack is ${context.account}`, "name that account");
    return;
  }
  if (!/^\d{12}$/.test(value))
    found.add(at, show(value), `${key} is the number of an account, twelve digits`, "write the stack's account");
  else if (context.account !== undefined && value !== context.account)
    found.add(at, show(value), `the account of the stack is ${context.account}`, "name that account");
}

/** People and roles of another account: whoever they serve could be made to use the role for a third party. */
function judgeAccounts(statement: Statement, found: Found, context: Context): void {
  for (const { kind, value } of principalsOf(statement)) {
    if (kind !== "AWS" || value.includes("*")) continue;
    const account = /^(?:arn:[^:]+:iam::)?(\d{12})/.exec(value)?.[1];
    if (account === undefined || context.account === undefined || account === context.account) continue;
    if (
      requiredValues(statement, "sts:ExternalId") === undefined &&
      requiredValues(statement, "aws:PrincipalOrgID") === undefined
    )
      found.add(
        `${statement.at}.Principal`,
        show(value),
        `another account (the stack's is ${context.account}) becomes the role only with an sts:ExternalId`,
        "add StringEquals sts:ExternalId, or remove the principal",
      );
  }
}

/** Somebody else's log-in: every customer of the provider is let in, unless a condition names whose tokens count. */
function judgeFederated(statement: Statement, found: Found): void {
  for (const { kind, value } of principalsOf(statement)) {
    if (kind !== "Federated" || value.includes("*")) continue;
    const host = /^arn:[^:]+:iam::\d{12}:oidc-provider\/(.+)$/.exec(value)?.[1] ?? value;
    const saml = /:saml-provider\//.test(value);
    const keys = saml
      ? ["SAML:aud"]
      : host === "token.actions.githubusercontent.com"
        ? [`${host}:sub`]
        : [`${host}:aud`, `${host}:sub`, `${host}:app_id`];
    const given = keys.flatMap((key) => requiredValues(statement, key) ?? []);
    if (given.length === 0)
      found.add(
        `${statement.at}.Condition`,
        `no ${keys[0]} for ${value}`,
        "the provider issues tokens to strangers too, so the trust policy must name which it accepts",
        `add "StringEquals": {"${keys[0]}": "..."}`,
      );
    for (const own of given)
      if (/^[*?]|^repo:\*/.test(own))
        found.add(
          `${statement.at}.Condition`,
          show(own),
          "it accepts the tokens of everybody",
          "name the tokens that are accepted",
        );
  }
}

function exampleOf(key: string, trust: TrustCondition): string {
  if (key === "aws:SourceArn") return `"ArnLike": {"aws:SourceArn": "${trust.sourceArn?.form ?? "ARN"}"}`;
  return `"StringEquals": {"${key}": "ACCOUNT"}`;
}
