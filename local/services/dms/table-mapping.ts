import { isRecord } from "../../../aws/text/record";
import { show } from "../../../aws/text/show";

/** How a table's records are keyed. https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html#CHAP_Target.Kinesis.ObjectMapping */
export type KeyRule =
  | { type: "primary-key" | "schema-table" }
  /** the column's value */
  | { type: "attribute-name"; column: string };

/** A table that is replicated. */
export interface MappedTable {
  schema: string;
  table: string;
  key: KeyRule;
}

interface Rule {
  "rule-type"?: unknown;
  "rule-id"?: unknown;
  "rule-name"?: unknown;
  "rule-action"?: unknown;
  "object-locator"?: unknown;
  filters?: unknown;
  "mapping-parameters"?: unknown;
}

/**
 * The tables of table mappings. What the local replication does not execute is refused by name.
 * @throws Error with the place, the value seen and the way out
 */
export function mappedTables(text: string): MappedTable[] {
  const { rules } = JSON.parse(text) as { rules?: unknown };
  if (!Array.isArray(rules) || rules.length === 0) throw new Error("has no rules; select at least one table");
  const selected = new Map<string, MappedTable>();
  const ids = new Set<unknown>();
  rules.forEach((given: unknown, index) => {
    const at = `rules[${index}]`;
    if (!isRecord(given)) throw new Error(`${at}: saw ${show(given)}; a rule is an object`);
    const rule: Rule = given;
    for (const member of ["rule-id", "rule-name"] as const) {
      const key = `${member} ${String(rule[member])}`;
      if (rule[member] === undefined || ids.has(key))
        throw new Error(`${at}.${member}: saw ${show(rule[member])}; each rule has one of its own`);
      ids.add(key);
    }
    const { schema, table } = locatorOf(rule["object-locator"], `${at}.object-locator`);
    const name = `${schema}.${table}`;
    if (rule["rule-type"] === "selection") {
      if (rule["rule-action"] !== "include") throw notExecuted(`${at}.rule-action`, rule["rule-action"], '"include"');
      if (Array.isArray(rule.filters) ? rule.filters.length > 0 : rule.filters !== undefined)
        throw notExecuted(`${at}.filters`, rule.filters, "no filter");
      selected.set(name, { schema, table, key: { type: "schema-table" } });
      return;
    }
    if (rule["rule-type"] !== "object-mapping")
      throw notExecuted(`${at}.rule-type`, rule["rule-type"], '"selection" and "object-mapping"');
    if (rule["rule-action"] !== "map-record-to-record")
      throw notExecuted(`${at}.rule-action`, rule["rule-action"], '"map-record-to-record"');
    const mapped = selected.get(name);
    if (mapped === undefined) throw new Error(`${at}: no rule before it selects the table ${name}`);
    mapped.key = keyOf(rule["mapping-parameters"], `${at}.mapping-parameters`);
  });
  return [...selected.values()];
}

function locatorOf(value: unknown, at: string): { schema: string; table: string } {
  const schema: unknown = isRecord(value) ? value["schema-name"] : undefined;
  const table: unknown = isRecord(value) ? value["table-name"] : undefined;
  for (const [member, name] of [
    ["schema-name", schema],
    ["table-name", table],
  ] as const)
    if (typeof name !== "string" || name === "" || name.includes("%"))
      throw notExecuted(`${at}.${member}`, name, "a name without %");
  return { schema: schema as string, table: table as string };
}

function keyOf(value: unknown, at: string): KeyRule {
  const given = isRecord(value) ? value : {};
  for (const member of Object.keys(given))
    if (member !== "partition-key-type" && member !== "partition-key-name")
      throw notExecuted(`${at}.${member}`, given[member], "partition-key-type and partition-key-name");
  const type = given["partition-key-type"];
  if (type === "primary-key" || type === "schema-table") return { type };
  if (type !== "attribute-name")
    throw notExecuted(`${at}.partition-key-type`, type, '"primary-key", "schema-table" and "attribute-name"');
  const column = given["partition-key-name"];
  if (typeof column !== "string" || column === "")
    throw new Error(`${at}.partition-key-name: saw ${show(column)}; "attribute-name" names a column`);
  return { type, column };
}

function notExecuted(at: string, value: unknown, executed: string): Error {
  return new Error(`${at}: saw ${show(value)}; the local cloud executes ${executed}`);
}
