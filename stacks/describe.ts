import type { Kind } from "./config-types";
import { ENVIRONMENTS, PROJECT, SETTINGS, type Setting } from "./schema";

const settings: Readonly<Record<string, Setting<unknown>>> = SETTINGS;

/** JSON schema of a stack's file, `Pulumi.STACK.yaml`, for editors. */
export function configJsonSchema(): object {
  const properties = Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => [
      `${PROJECT}:${key}`,
      { ...setting.kind.schema, description: description(setting) },
    ]),
  );
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: `Configuration of a stack of ${PROJECT}`,
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: {
          "aws:region": { type: "string", description: "region of the stack, such as eu-central-1" },
          ...properties,
        },
        // Settings of other packages are theirs.
        propertyNames: { anyOf: [{ enum: Object.keys(properties) }, { not: { pattern: `^${PROJECT}:` } }] },
      },
    },
  };
}

/** The page on configuration, Markdown. */
export function configMarkdown(): string {
  const rows = Object.entries(settings).map(([key, setting]) =>
    row([
      `\`${key}\``,
      setting.kind.words,
      ...ENVIRONMENTS.map((name) => value(setting.defaults[name])),
      setting.description,
    ]),
  );
  const nested = Object.entries(settings).flatMap(([key, { kind }]) => members(key, kind));
  return `<!-- generated from stacks/schema.ts: node --require ./register.cjs stacks/generate.ts -->

# Configuration

This page lists the settings of a stack: everything that the IoT Analytics documents do not cover, such as the size of the streams, alarms and encryption. A stack is a file,
\`Pulumi.STACK.yaml\`; its settings are under \`config:\` and begin with \`${PROJECT}:\`. Defaults come from a profile (\`dev\`, \`staging\` or
\`prod\`), chosen by the stack's name or by \`environment\`. Invalid values, unknown settings and errors in the documents are reported together, before
anything is created. Editors that support \`yaml-language-server\` comments complete and validate the file with \`stacks/config.schema.json\`.

\`\`\`yaml
# yaml-language-server: $schema=stacks/config.schema.json
config:
  aws:region: eu-central-1
  ${PROJECT}:definitions: definitions/etl
  ${PROJECT}:ruleNames:
    definitions/etl/topic_rule.json: etl_analytics
  ${PROJECT}:shardCount: 2
  ${PROJECT}:pipelines:
    calculate_fahrenheit:
      integerDivision: true
\`\`\`

To change a setting from the command line, run \`pulumi config set shardCount 2\` or
\`pulumi config set --path pipelines.calculate_fahrenheit.integerDivision true\`. For a single run in the local cloud, use
\`npm start -- -c shardCount=2 -c 'pipelines={"calculate_fahrenheit":{"integerDivision":true}}'\`.

## Settings

${row(["Setting", "Value", ...ENVIRONMENTS.map((name) => `Default in ${name}`), "Description"])}
${row(["---", "---", ...ENVIRONMENTS.map(() => "---"), "---"])}
${rows.join("\n")}

## Members of settings

${row(["Setting", "Value", "Description"])}
${row(["---", "---", "---"])}
${nested.join("\n")}

A name that does not occur in the folder's documents only causes a warning, because the folder may differ from run to run. In \`keepRuleNames\` it is an
error: devices publish to that name.

## Deleting data

Buckets that contain objects are deleted with the stack only if two keys allow it: \`allowDataDeletion: true\` for the document (in
\`channels\`, \`datastores\` or \`datasets\`) and \`allowDataDeletion: true\` for the stack. A bucket of your own is never deleted.
With \`protectData\`, the default in prod, Pulumi refuses to delete or replace these buckets and the channels' streams, including for \`pulumi destroy\`
and for a renamed document. Turn it off first, in a separate update.

Retention is a lifecycle rule: objects expire after the number of days in the document. Expired or overwritten objects can be restored from their noncurrent
versions for seven more days.

## Partitions

Partitions by event time and by attribute are registered in the Glue catalog by the transform function before their first row is stored. A query reads
the partitions that exist, whatever its \`WHERE\` says; there is nothing to configure. See [operations.md](operations.md#partitions) for what happens when a partition
cannot be registered.

A datastore without partitions is partitioned by the day of arrival, \`__dt\`. Athena calculates these days from \`firstDay\` to tomorrow.

## Encryption

Without \`kmsKeyArn\`, everything is encrypted with AWS's keys. With it, streams, objects, dataset contents and log groups use your key, and each role may
use the key only through the service that stores the data. The key's policy must allow this account's roles, and
\`logs.REGION.amazonaws.com\` for the log groups.
`;
}

function members(key: string, kind: Kind<unknown>): string[] {
  const at = kind.words.startsWith("an object, ") ? `${key}.NAME` : key;
  return Object.entries(kind.members ?? {}).map(([name, member]) =>
    row([`\`${at}.${name}\``, member.kind.words, member.description]),
  );
}

function description({ description: text, defaults, example }: Setting<unknown>): string {
  const values = [...new Set(ENVIRONMENTS.map((name) => value(defaults[name])))];
  const byDefault =
    values.length === 1 ? values[0] : ENVIRONMENTS.map((name) => `${name} ${value(defaults[name])}`).join(", ");
  return `${text}.${byDefault === "" ? "" : ` Default: ${byDefault!.replaceAll("`", "")}.`} Example: ${example}`;
}

function value(given: unknown): string {
  if (given === undefined) return "";
  if (typeof given !== "object" || given === null) return `\`${String(given)}\``;
  const entries = Object.entries(given);
  return entries.length === 0 ? "none" : `\`${entries.map(([key, item]) => `${key}: ${String(item)}`).join(", ")}\``;
}

/** A row of a Markdown table. */
export function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
