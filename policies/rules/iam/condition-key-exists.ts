import { show } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";
import { actionOf, keyExists, keyType, sendsKey } from "../../../aws/iam/action-catalog";
import { principalsOf, statementsIn, typesOf, type Statement } from "../../iam/documents";

const OPERATOR =
  /^(ForAllValues:|ForAnyValue:)?(String(Equals|NotEquals|EqualsIgnoreCase|NotEqualsIgnoreCase|Like|NotLike)|Numeric(Equals|NotEquals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)|Date(Equals|NotEquals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)|Bool|BinaryEquals|IpAddress|NotIpAddress|Arn(Equals|Like|NotEquals|NotLike))(IfExists)?$|^Null$/;

export const conditionKeyExists: ResourceRule = {
  id: "condition-key-exists",
  group: "iam",
  title: "Every condition uses an operator and a key that exist, and that the statement's actions send.",
  rationale: "A condition on a key that is never sent makes an Allow useless, and a Deny without effect.",
  severity: "high",
  level: "mandatory",
  remediation: "Use a key that the service authorization reference lists for the action, or a global key.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
  types: typesOf("identity", "trust", "resource", "device"),
  check(view, found) {
    for (const statement of statementsIn(view, found, "identity", "trust", "resource", "device"))
      for (const { operator, key, values, at } of statement.conditions) {
        if (!OPERATOR.test(operator)) {
          found.add(
            at,
            show(operator),
            "there is no such condition operator",
            "write one of IAM's, for example StringEquals",
          );
          continue;
        }
        if (!key.includes(":")) {
          found.add(
            at,
            show(key),
            "a condition key is SERVICE:NAME",
            "write the prefix, for example aws:SourceAccount",
          );
          continue;
        }
        if (isClaim(key, statement)) continue;
        if (!keyExists(key)) {
          found.add(
            at,
            show(key),
            "AWS has no such condition key",
            "write a key of the service authorization reference",
          );
          continue;
        }
        const unfit = unfitting(operator, key, values);
        if (unfit !== undefined) {
          found.add(at, show(unfit.seen), unfit.rule, unfit.wayOut);
          continue;
        }
        const actions = statement.actions.map(actionOf);
        if (actions.length === 0 || actions.some((action) => action === undefined)) continue;
        if (
          !sendsKey(
            actions.filter((action) => action !== undefined),
            key,
          )
        )
          found.add(
            at,
            show(key),
            `none of ${statement.actions.slice(0, 4).join(", ")} sends this key, so the condition never holds`,
            "remove it, or use a key of these actions",
          );
      }
  },
};

/** Claims of an identity provider's tokens, `HOST:sub`, where the statement trusts that provider. */
function isClaim(key: string, statement: Statement): boolean {
  return principalsOf(statement).some(({ kind, value }) => {
    const issuer = /:oidc-provider\/(.+)$/.exec(value)?.[1];
    return kind === "Federated" && issuer !== undefined && key.startsWith(`${issuer}:`);
  });
}

/** Operators that compare values of each kind. */
const OF_KIND: Readonly<Record<string, RegExp>> = {
  Bool: /^(Bool|Null)/,
  Numeric: /^(Numeric|Null)/,
  Date: /^(Date|Null)/,
  IPAddress: /^(IpAddress|NotIpAddress|Null)/,
  ARN: /^(Arn|String|Null)/,
  String: /^(String|Arn|Binary|Null)/,
};
/** What a value of an operator looks like; a policy variable may stand for any. */
const VALUES: readonly [operator: RegExp, value: RegExp, what: string][] = [
  [/^(Bool|Null)/, /^(true|false)$/i, "true or false"],
  [/^Numeric/, /^-?\d+(\.\d+)?$/, "a number"],
  [/^Date/, /^(\d{4}-\d\d-\d\d(T.*)?|\d+)$/, "a time, 2026-01-01T00:00:00Z"],
  [/^(IpAddress|NotIpAddress)/, /^[0-9a-f.:]+(\/\d{1,3})?$/i, "a range of addresses, 10.0.0.0/8"],
  [/^Arn/, /^(arn:|\*)/, "an ARN"],
];

/** A comparison that never holds: an operator of another kind than the key, or a value that the operator cannot compare with. */
function unfitting(
  operator: string,
  key: string,
  values: readonly string[],
): { seen: string; rule: string; wayOut: string } | undefined {
  const plain = operator.replace(/^For(AllValues|AnyValue):/, "");
  const kind = keyType(key)?.replace(/^ArrayOf/, "");
  if (kind !== undefined && OF_KIND[kind] !== undefined && !OF_KIND[kind].test(plain))
    return {
      seen: operator,
      rule: `${key} holds a value of kind ${kind}, which this operator does not compare`,
      wayOut: `use ${kind === "IPAddress" ? "IpAddress" : kind === "ARN" ? "ArnLike" : kind === "Bool" ? "Bool" : `${kind}Equals`}`,
    };
  for (const value of values) {
    if (value.includes("${")) continue;
    const [, form, what] = VALUES.find(([own]) => own.test(plain)) ?? [];
    if (form !== undefined && !form.test(value))
      return { seen: value, rule: `${plain} compares with ${what}`, wayOut: "write such a value, or another operator" };
    if (/^String(Not)?Equals/.test(plain) && /[*?]/.test(value) && !key.toLowerCase().startsWith("aws:useragent"))
      return {
        seen: value,
        rule: `under ${plain} a * is a mere character, so it never stands for others`,
        wayOut: plain.startsWith("StringNot") ? "use StringNotLike" : "use StringLike, or ArnLike for an ARN",
      };
  }
  return undefined;
}
