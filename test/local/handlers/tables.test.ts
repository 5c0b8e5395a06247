import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { TYPES } from "../../../local/core/model";
import { handlers } from "../../../local/handlers";
import type { Accepted, Table } from "../../../local/resources/properties";

/** The folder of the SDK's type declarations, which name every argument that AWS has. */
const SDK = path.dirname(require.resolve("@pulumi/aws/package.json"));
const INPUTS = fs.readFileSync(path.join(SDK, "types", "input.d.ts"), "utf8").replace(/\/\*\*[\s\S]*?\*\//g, "");

/** Members of an interface with the name of the interface that a member's value has, if it has one. */
function members(body: string): Map<string, string | undefined> {
  return new Map(
    [...body.matchAll(/^\s*(?:readonly )?(\w+)\??: (.*);$/gm)].map(([, name, type]) => [
      name!,
      /inputs\.([\w.]+)/.exec(type!)?.[1],
    ]),
  );
}

function argumentsOf(token: string): Map<string, string | undefined> {
  const [, file, name] = token.split(":");
  const text = fs.readFileSync(path.join(SDK, `${file}.d.ts`), "utf8").replace(/\/\*\*[\s\S]*?\*\//g, "");
  const body = new RegExp(`export interface ${name}Args \\{([\\s\\S]*?)\\n\\}`).exec(text)![1]!;
  return members(body.replace(/\{\s*\n\s*\[key: string\]: (.*);\s*\n\s*\}/g, "$1"));
}

function blockOf(name: string): Map<string, string | undefined> {
  const [namespace, type] = name.split(".");
  const start = INPUTS.indexOf(`export declare namespace ${namespace} {`);
  const from = INPUTS.indexOf(`    interface ${type} {`, start);
  assert.ok(start >= 0 && from >= 0, `the SDK declares ${name}`);
  const body = INPUTS.slice(from, INPUTS.indexOf("\n    }", from));
  return members(body.slice(body.indexOf("{") + 1).replace(/\{\s*\n\s*\[key: string\]: (.*);\s*\n\s*\}/g, "$1"));
}

function compare(table: Table, declared: Map<string, string | undefined>, at: string, problems: string[]): void {
  for (const name of declared.keys())
    if (!Object.hasOwn(table, name)) problems.push(`${at}${name} is not in the table`);
  for (const [name, rule] of Object.entries(table)) {
    if (!declared.has(name)) problems.push(`${at}${name} is no argument of the SDK's`);
    if (rule.use === "refused") continue;
    const block: Accepted = rule.kind === "list" ? rule.items! : rule;
    const type = declared.get(name);
    if (block.kind === "block" && type !== undefined) compare(block.table!, blockOf(type), `${at}${name}.`, problems);
  }
}

describe("tables of properties", () => {
  it("there is a handler for each type that the local cloud executes", () => {
    assert.deepEqual([...handlers.keys()].sort(), Object.values(TYPES).sort());
  });

  for (const [type, { properties }] of handlers)
    it(`${type}: every argument of the SDK's, nested ones too, is executed, checked or refused`, () => {
      const problems: string[] = [];
      compare(properties, argumentsOf(type), "", problems);
      assert.deepEqual(problems, []);
    });
});
