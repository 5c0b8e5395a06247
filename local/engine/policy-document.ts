import type { Properties } from "../core/model";

/**
 * The JSON that `aws.iam.getPolicyDocument` makes of its arguments. It asks nobody on AWS either: the provider's own code writes the text
 * (hashicorp/terraform-provider-aws, internal/service/iam/policy_document_data_source.go; its order of values within a list is not kept here).
 */
export function policyDocument(args: Properties): { json: string; minifiedJson: string } {
  const given = (args.statements ?? []) as Properties[];
  const statements = [...documents(args.sourcePolicyDocuments), ...given.map((statement) => statementOf(statement))];
  for (const statement of documents(args.overridePolicyDocuments)) {
    const at = statements.findIndex(({ Sid }) => Sid !== undefined && Sid === statement.Sid);
    if (at === -1) statements.push(statement);
    else statements[at] = statement;
  }
  const document = {
    Version: (args.version as string | undefined) ?? "2012-10-17",
    ...(args.policyId === undefined ? {} : { Id: args.policyId as string }),
    Statement: statements,
  };
  return { json: JSON.stringify(document, undefined, 2), minifiedJson: JSON.stringify(document) };
}

function documents(texts: unknown): Properties[] {
  return ((texts ?? []) as string[]).flatMap((text) =>
    [(JSON.parse(text) as { Statement?: Properties | Properties[] }).Statement ?? []].flat(),
  );
}

function statementOf(statement: Properties): Properties {
  return {
    ...(statement.sid ? { Sid: statement.sid as string } : {}),
    Effect: (statement.effect as string | undefined) ?? "Allow",
    ...lists(statement, {
      Action: "actions",
      NotAction: "notActions",
      Resource: "resources",
      NotResource: "notResources",
    }),
    ...principals("Principal", statement.principals),
    ...principals("NotPrincipal", statement.notPrincipals),
    ...conditions(statement.conditions),
  };
}

/** A list of one value is the value. */
function one(values: readonly string[]): string | string[] {
  const different = [...new Set(values)];
  return different.length === 1 ? different[0]! : different;
}

function lists(statement: Properties, members: Readonly<Record<string, string>>): Properties {
  return Object.fromEntries(
    Object.entries(members).flatMap(([member, property]) => {
      const values = (statement[property] ?? []) as string[];
      // `&{...}` stands for a policy variable, which Terraform would otherwise take for its own.
      return values.length === 0 ? [] : [[member, one(values.map((value) => value.replaceAll("&{", "${")))]];
    }),
  );
}

function principals(member: string, value: unknown): Properties {
  const given = (value ?? []) as { type: string; identifiers: string[] }[];
  if (given.length === 0) return {};
  if (given.some(({ type }) => type === "*")) return { [member]: "*" };
  const byType = new Map<string, string[]>();
  for (const { type, identifiers } of given) byType.set(type, [...(byType.get(type) ?? []), ...identifiers]);
  return { [member]: Object.fromEntries([...byType].map(([type, identifiers]) => [type, one(identifiers)])) };
}

function conditions(value: unknown): Properties {
  const given = (value ?? []) as { test: string; variable: string; values: string[] }[];
  if (given.length === 0) return {};
  const byTest: Record<string, Record<string, string | string[]>> = {};
  for (const { test, variable, values } of given)
    (byTest[test] ??= {})[variable] = one(values.map((each) => each.replaceAll("&{", "${")));
  return { Condition: byTest };
}
