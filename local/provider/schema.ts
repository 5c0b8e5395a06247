import { handlers } from "../handlers";
import type { Accepted, Rule, Table } from "../resources/properties";

type Schema = Record<string, unknown>;

/**
 * Pulumi's schema of what the local cloud executes, from the tables of its handlers: property names, kinds and what is required. It lets
 * `pulumi import` write code and `pulumi package get-schema` answer; the SDK's types come from @pulumi/aws itself.
 */
export function schemaText(version: string): string {
  const resources = [...handlers.values()].map(({ type, properties }): [string, Schema] => [
    type,
    {
      description: "As the local cloud executes it.",
      inputProperties: members(properties),
      requiredInputs: required(properties),
      properties: members(properties),
      required: required(properties),
    },
  ]);
  return JSON.stringify({ name: "aws", version, resources: Object.fromEntries(resources) });
}

function members(table: Table): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([name, rule]) => (rule.use === "refused" ? [] : [[name, typeOf(rule)]])),
  );
}

function required(table: Table): string[] {
  return Object.entries(table).flatMap(([name, rule]) => (isRequired(rule) ? [name] : []));
}

function isRequired(rule: Rule): boolean {
  return rule.use !== "refused" && rule.required;
}

function typeOf(rule: Accepted): Schema {
  switch (rule.kind) {
    case "string":
    case "number":
    case "boolean":
      return { type: rule.kind, ...(rule.replaces ? { willReplaceOnChanges: true } : {}) };
    case "list":
      return { type: "array", items: rule.items === undefined ? anything : typeOf(rule.items) };
    case "archive":
      return { $ref: "pulumi.json#/Archive" };
    case "map":
      return { type: "object", additionalProperties: rule.items === undefined ? anything : typeOf(rule.items) };
    case "block":
      return { type: "object", additionalProperties: anything };
  }
}

const anything: Schema = { $ref: "pulumi.json#/Any" };
