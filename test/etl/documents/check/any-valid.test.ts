import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import { channel, dataset, datastore, pipeline, rule } from "../arbitrary";
import { loadTexts } from "../support";

const KINDS = { channel, datastore, pipeline, dataset, rule };
type Kind = keyof typeof KINDS;
/** How often each kind is tried in each shape: PROPERTY_RUNS for a long run. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 25);

const TYPES: Readonly<Record<Kind, string>> = {
  channel: "AWS::IoTAnalytics::Channel",
  datastore: "AWS::IoTAnalytics::Datastore",
  pipeline: "AWS::IoTAnalytics::Pipeline",
  dataset: "AWS::IoTAnalytics::Dataset",
  rule: "AWS::IoT::TopicRule",
};

/** CloudFormation's names where the first letter is not all. */
function pascal(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((entry: unknown) => pascal(entry, `${path}[]`));
  if (typeof value !== "object" || value === null) return value;
  const own = path.endsWith(".addAttributes.attributes");
  const foreign = /\.(?:sns|s3|republish)$/.test(path);
  const entries = Object.entries(value).map(([member, entry]) => {
    const place = `${path}.${member}`;
    const renamed =
      place === "$.triggers[].dataset"
        ? "TriggeringDataset"
        : place === "$.triggers[].dataset.name"
          ? "DatasetName"
          : place === "$.triggers[].schedule.expression"
            ? "ScheduleExpression"
            : place === "$.actions[].containerAction.variables[].name"
              ? "VariableName"
              : place === "$.datastorePartitions.partitions[].attributePartition"
                ? "Partition"
                : member.charAt(0).toUpperCase() + member.slice(1);
    return [own || foreign ? member : renamed, foreign ? entry : pascal(entry, place)];
  });
  return Object.fromEntries(entries) as unknown;
}

/** CloudFormation takes texts for numbers and Booleans. */
function texts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(texts);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([member, entry]) => [member, texts(entry)]));
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

function template(kind: Kind, document: object): object {
  const properties = pascal(document, "$");
  const resource = kind === "rule" ? { RuleName: "r", TopicRulePayload: properties } : properties;
  return { Resources: { X: { Type: TYPES[kind], Properties: resource } } };
}

/** As describing printed it. */
function described(kind: Kind, document: object): object {
  if (kind === "rule") return { ruleArn: "x", rule: { ruleName: "r", createdAt: "x", ...document } };
  const { tags, ...rest } = document as Record<string, unknown>;
  void tags;
  const names: Record<string, string> = {
    [`${kind}Name`]: "name",
    [`${kind}Storage`]: "storage",
    pipelineActivities: "activities",
  };
  const inner = Object.fromEntries(Object.entries(rest).map(([member, entry]) => [names[member] ?? member, entry]));
  return { [kind]: { status: "ACTIVE", ...inner, arn: "x", creationTime: 1.5, lastUpdateTime: "x" } };
}

const SHAPES: Readonly<Record<string, (kind: Kind, document: object) => [file: string, text: string]>> = {
  "the command line's": (_, document) => ["x.json", JSON.stringify(document)],
  "a list": (_, document) => ["x.json", JSON.stringify([document])],
  YAML: (_, document) => ["x.yaml", stringify(document)],
  "a description": (kind, document) => ["x.json", JSON.stringify(described(kind, document))],
  "a template": (kind, document) => ["x.template", JSON.stringify(template(kind, document))],
  "a template in YAML, all scalars as texts": (kind, document) => [
    "x.yaml",
    stringify(texts(template(kind, document))),
  ],
};

describe("any valid document", function () {
  if (process.env.PROPERTY_RUNS !== undefined) this.timeout(0);
  for (const [shape, write] of Object.entries(SHAPES)) {
    it(`is taken in the shape of ${shape}`, () => {
      for (const kind of Object.keys(KINDS) as Kind[]) {
        fc.assert(
          fc.property(KINDS[kind], (document) => {
            const [file, text] = write(kind, document);
            const set = loadTexts({ [file]: text }, { purpose: "check" });
            assert.deepEqual(
              set.problems
                .filter(({ severity }) => severity === "error")
                .map(({ path, message }) => `${path}: ${message}`),
              [],
            );
            assert.deepEqual(
              set.documents.map((found) => found.kind),
              [kind === "rule" ? "topicRule" : kind],
            );
            // the very document, whichever shape it had; a name may be a placeholder, so it is what came of it that is told
            const { tags, ...read } = (set.documents[0]?.document ?? {}) as Record<string, unknown>;
            const { tags: sent, ...wanted } = document as Record<string, unknown>;
            assert.deepEqual(read, JSON.parse(JSON.stringify(wanted)));
            if (shape !== "a description") assert.deepEqual(tags, sent);
          }),
          { numRuns: RUNS },
        );
      }
    });
  }
});
