import { show } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import { principalsOf, statementsIn } from "../../iam/documents";
import { SERVICE_PRINCIPALS } from "../../../aws/calls";
import { rolesOf } from "../../graph/roles";

export const roleFitsUser: StackRule = {
  id: "role-fits-user",
  group: "iam",
  title: "A role trusts the service that uses it, and no other.",
  rationale:
    "A service that the role does not trust cannot use it, which may show only at run time; trust that is not needed is an attack path.",
  severity: "high",
  level: "mandatory",
  remediation: "One role for each actor; its trust policy names the actor's service.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html",
  checkStack(stack, found, { account }) {
    for (const view of stack.of(...Object.keys(SERVICE_PRINCIPALS)))
      for (const { path, account: own } of roleAccounts(view.plain))
        if (account !== undefined && own !== account)
          found
            .on(view)
            .add(
              path,
              `a role of the account ${own}`,
              `a service can only use roles of the stack's account ${account} only`,
              "use a role of this account",
            );
    for (const { role, consumers } of rolesOf(stack)) {
      const statements = statementsIn(role, found.on(role), "trust").filter(({ allow }) => allow);
      if (statements.length === 0) continue;
      const trusted = statements.flatMap((statement) =>
        principalsOf(statement)
          .filter(({ kind }) => kind === "Service")
          .map(({ value }) => ({ service: value, at: `${statement.at}.Principal` })),
      );
      const users = consumers.flatMap((consumer) => {
        const service = SERVICE_PRINCIPALS[consumer.type];
        return service === undefined ? [] : [{ consumer, service }];
      });
      for (const { consumer, service } of users)
        if (!trusted.some((own) => sameService(own.service, service)))
          found
            .on(role)
            .add(
              "assumeRolePolicy",
              trusted.length === 0 ? "no service" : trusted.map((own) => show(own.service)).join(", "),
              `${consumer.label} uses the role as ${service}`,
              `trust ${service}`,
            );
      for (const statement of users.length === 0 ? [] : statements)
        for (const { kind, value } of principalsOf(statement))
          if (kind === "AWS" && value !== "*")
            found
              .on(role)
              .add(
                `${statement.at}.Principal`,
                show(value),
                `${users[0]!.consumer.label} uses the role; anyone else who may assume it acts as the service`,
                "give people and other roles a separate role",
              );
      // The user's service is known only for some types.
      if (users.length === 0 || users.length < consumers.length) continue;
      for (const { service, at } of trusted)
        if (!users.some((user) => sameService(service, user.service)))
          found
            .on(role)
            .add(at, show(service), "nothing in the stack uses the role as this service", "remove the principal");
    }
  },
};

function sameService(one: string, other: string): boolean {
  const plain = (service: string): string =>
    service
      .replace(/\.cn$/, "")
      .replace(/^dms\.[a-z0-9-]+\.amazonaws/, "dms.amazonaws")
      .replace(/^states\.[a-z0-9-]+\.amazonaws/, "states.amazonaws");
  return plain(one) === plain(other);
}

/** Accounts of the roles that stand in a resource's arguments. */
function roleAccounts(value: unknown, path = ""): { path: string; account: string }[] {
  if (typeof value === "string") {
    const account = /role/i.test(path) ? /^arn:[^:]+:iam::(\d{12}):role\//.exec(value)?.[1] : undefined;
    return account === undefined ? [] : [{ path, account }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === "code"
      ? []
      : roleAccounts(item, Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`),
  );
}
