import { show } from "../../limits/values";
import type { ResourceRule } from "../../framework/rule";
import { actionOf, keyExists, sendsKey } from "../../iam/catalog";
import { principalsOf, statementsIn, typesOf, type Statement } from "../../iam/documents";

const OPERATOR =
  /^(ForAllValues:|ForAnyValue:)?(String(Equals|NotEquals|EqualsIgnoreCase|NotEqualsIgnoreCase|Like|NotLike)|Numeric(Equals|NotEquals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)|Date(Equals|NotEquals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)|Bool|BinaryEquals|IpAddress|NotIpAddress|Arn(Equals|Like|NotEquals|NotLike))(IfExists)?$|^Null$/;

export const conditionKeyExists: ResourceRule = {
  id: "condition-key-exists",
  group: "iam",
  title: "Every condition uses an operator and a key that exist, and that the statement's actions send.",
  protects: "A condition on a key that is never sent makes an Allow useless, and a Deny without effect.",
  severity: "high",
  level: "mandatory",
  mend: "Use a key that the service authorization reference lists for the action, or a global key.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
  types: typesOf("identity", "trust", "resource", "device"),
  check(view, found) {
    for (const statement of statementsIn(view, found, "identity", "trust", "resource", "device"))
      for (const { operator, key, at } of statement.conditions) {
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
