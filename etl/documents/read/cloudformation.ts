/**
 * CloudFormation's shape (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_IoTAnalytics.html): members in PascalCase with some other names, a template's `Resources`, one
 * resource alone or only its properties; functions are left as placeholders.
 */
import {
  branchOf,
  conditionHolds,
  isIntrinsic,
  nameOfIntrinsic,
  NO_SCOPE,
  NO_VALUE,
  resolveIntrinsic,
  type Scope,
} from "./intrinsics";
import { nearest } from "../../../aws/text/nearest";
import { isRecord } from "../../../aws/text/record";
import { NAME_MEMBERS } from "../model/document-kinds";
import type { LoadedKind } from "../model/document-kinds";
import { memberPath } from "../../../aws/text/json-path";
import { show } from "../../../aws/text/show";
import { namesOf, pascal, RESOURCE_KINDS } from "./resource-names";
import { isTypeName, type Template } from "./template";
import type { SourceMessage, SourceDocument } from "./source-document";

const PROPERTIES: readonly (readonly [LoadedKind, readonly string[]])[] = [
  ["pipeline", ["PipelineName", "PipelineActivities"]],
  ["datastore", ["DatastoreName", "DatastoreStorage", "DatastorePartitions", "FileFormatConfiguration"]],
  ["dataset", ["DatasetName", "ContentDeliveryRules", "LateDataRules"]],
  ["channel", ["ChannelName", "ChannelStorage"]],
  ["topicRule", ["TopicRulePayload"]],
];

/** Names that do not follow by the first letter, by the place they stand in: indexes left out. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "$.triggers[]": { TriggeringDataset: "dataset" },
  "$.triggers[].dataset": { DatasetName: "name" },
  "$.triggers[].schedule": { ScheduleExpression: "expression" },
  "$.actions[].containerAction.variables[]": { VariableName: "name" },
  "$.datastorePartitions.partitions[]": { Partition: "attributePartition" },
};
const SPELLED: ReadonlyMap<string, string> = new Map([["attributePartition", "Partition"]]);

const NUMBERS = new Set(
  "numberOfDays batchSize maxVersions volumeSizeInGB doubleValue offsetSeconds timeoutInMinutes".split(" "),
);
const MAX_TAG_KEY = 128;
/** YAML 1.1, which CloudFormation reads, has more words for them than JSON. */
const TRUE = /^(?:true|yes|on)$/i;
const FALSE = /^(?:false|no|off)$/i;
const BOOLEANS = new Set("unlimited batchMode ruleDisabled".split(" "));

/** The documents of a template, what should be one and is none, and the types of its other resources. */
export function documentsOfTemplate(template: Template): {
  documents: SourceDocument[];
  mistaken: { root: string; reason: string }[];
  others: string[];
} {
  const { resources, root } = template;
  const documents: SourceDocument[] = [];
  const mistaken: { root: string; reason: string }[] = [];
  const others: string[] = [];
  const scope = { ...template.scope, names: namesOf(resources, template.scope) };
  for (const [id, resource] of Object.entries(resources)) {
    const type = isRecord(resource) ? resource.Type : undefined;
    const kind = typeof type === "string" ? RESOURCE_KINDS[type] : undefined;
    if (kind !== undefined && isRecord(resource)) {
      documents.push(documentOfResource(kind, resource, memberPath(root, id), scope, id));
    } else if (typeof type === "string" && /^AWS::IoTAnalytics::/i.test(type)) {
      const near = nearest(type, Object.keys(RESOURCE_KINDS));
      mistaken.push({
        root: memberPath(root, id),
        reason: `there is no type of resource ${show(type)}; ${near === undefined ? `there are ${Object.keys(RESOURCE_KINDS).join(", ")}` : `did you mean ${near}?`}`,
      });
    } else others.push(typeof type === "string" ? type : id);
  }
  return { documents, mistaken, others };
}

/** One resource alone, or only its properties; undefined when a value is neither. `fileName`: its name, if it has none. */
export function resourceIn(value: Record<string, unknown>, root: string, fileName: string): SourceDocument | undefined {
  if (isTypeName(value.Type)) {
    const kind = RESOURCE_KINDS[value.Type as string];
    return kind === undefined ? undefined : documentOfResource(kind, value, root, NO_SCOPE, undefined, fileName);
  }
  const has = (names: readonly string[]): boolean => names.some((name) => Object.hasOwn(value, name));
  const [kind] = PROPERTIES.find(([, [name]]) => has([name as string])) ?? PROPERTIES.find(([, all]) => has(all)) ?? [];
  return kind === undefined ? undefined : documentOfProperties(kind, value, root, NO_SCOPE, undefined, [], fileName);
}

const PLAIN = new Set(["Type", "Properties", "DependsOn", "Metadata"]);

function documentOfResource(
  kind: LoadedKind,
  resource: Record<string, unknown>,
  root: string,
  scope: Scope,
  id: string | undefined,
  fileName?: string,
): SourceDocument {
  const messages: SourceMessage[] = [];
  for (const member of Object.keys(resource)) {
    if (PLAIN.has(member)) continue;
    if (member === "Condition" && typeof resource.Condition === "string") {
      const { holds, defaults } = conditionHolds({ Condition: resource.Condition }, scope);
      const since = defaults.length === 0 ? "" : ` with the defaults of ${listed(defaults)}`;
      if (holds === true) continue;
      if (holds === false) {
        messages.push({
          severity: "warning",
          path: "$",
          message: `Condition ${show(resource.Condition)} does not hold${since}, so CloudFormation made no such resource; here it is one all the same`,
        });
        continue;
      }
    }
    const known = ["Condition", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "CreationPolicy"].includes(
      member,
    );
    messages.push({
      severity: known ? "note" : "warning",
      path: "$",
      message: `${member} (${show(resource[member])}) is CloudFormation's own and is not carried over`,
    });
  }
  if (resource.Properties !== undefined && !isRecord(resource.Properties)) {
    messages.push({
      severity: "error",
      path: "$",
      message: `Properties is ${show(resource.Properties)} and no object`,
    });
  }
  const properties = isRecord(resource.Properties) ? resource.Properties : {};
  return documentOfProperties(kind, properties, `${root}.Properties`, scope, id, messages, fileName);
}

function documentOfProperties(
  kind: LoadedKind,
  properties: Record<string, unknown>,
  root: string,
  scope: Scope,
  id: string | undefined,
  messages: SourceMessage[],
  fileName?: string,
): SourceDocument {
  const converter = new Converter(kind, scope, messages);
  let name: string | undefined;
  let value: unknown;
  let at = root;
  if (kind === "topicRule") {
    at = `${root}.TopicRulePayload`;
    const { RuleName: ruleName, TopicRulePayload: payload, Tags: tags, ...others } = properties;
    const resolved = isIntrinsic(ruleName) ? resolveIntrinsic(ruleName, scope).value : ruleName;
    name = resolved === undefined || resolved === NO_VALUE ? id : String(resolved);
    for (const other of Object.keys(others)) {
      messages.push({
        severity: "error",
        path: "$",
        message: `there is no property "${other}" here; there are RuleName, TopicRulePayload, Tags`,
      });
    }
    if (tags !== undefined)
      messages.push({
        severity: "note",
        path: "$",
        message: "Tags of a topic rule are not carried over; it gets the stack's",
      });
    value = payload === undefined ? {} : converter.convert(payload, "$", at);
  } else {
    value = converter.convert(properties, "$", at);
    const member = NAME_MEMBERS[kind] as string;
    const instead = id ?? fileName;
    if (isRecord(value) && !Object.hasOwn(value, member) && instead !== undefined) {
      value = { [member]: instead, ...value };
      messages.push({
        severity: "note",
        path: "$",
        message: `there is no ${pascal(member)}, so CloudFormation made up a name; here it is ${show(instead)}, ${id === undefined ? "after the file" : "the resource's logical id"}`,
      });
    }
    if (kind === "dataset") requireActionNames(value, messages);
    limitTagKeys(value, messages);
  }
  converter.moved.set("$", at);
  return {
    shape: "CloudFormation",
    kind,
    value,
    root: at,
    name,
    namePath: `${root}.RuleName`,
    moved: converter.moved,
    placeholders: converter.placeholders,
    messages,
    spell: (member) => SPELLED.get(member) ?? pascal(member),
  };
}

/** The command line did without. */
function requireActionNames(dataset: unknown, messages: SourceMessage[]): void {
  const actions = isRecord(dataset) && Array.isArray(dataset.actions) ? (dataset.actions as unknown[]) : [];
  actions.forEach((action, index) => {
    if (isRecord(action) && action.actionName === undefined) {
      const path = `$.actions[${index}].actionName`;
      messages.push({ severity: "error", path, message: "it is missing, and must be there in CloudFormation" });
    }
  });
}

/** CloudFormation's keys are shorter than the service's. */
function limitTagKeys(document: unknown, messages: SourceMessage[]): void {
  const tags = isRecord(document) && Array.isArray(document.tags) ? (document.tags as unknown[]) : [];
  tags.forEach((tag, index) => {
    const key = isRecord(tag) ? tag.key : undefined;
    if (typeof key !== "string" || key.length <= MAX_TAG_KEY || key.length > 256) return;
    messages.push({
      severity: "error",
      path: `$.tags[${index}].key`,
      message: `${show(key)} has ${key.length} characters; in CloudFormation there must be 1 to ${MAX_TAG_KEY}`,
    });
  });
}

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)];
  return unique.length === 1 ? `the parameter ${unique[0]}` : `the parameters ${unique.join(", ")}`;
}

/** On one line, and not longer than it can bear. */
function short(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

function camel(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1);
}

const OTHER_ACTION = /^\$\.(?:actions\[\d+\]|errorAction)\.(?!(?:iotAnalytics|cloudwatchLogs)$)[A-Za-z0-9]+$/;

class Converter {
  readonly moved = new Map<string, string>();
  readonly placeholders = new Map<string, string>();

  constructor(
    private readonly kind: LoadedKind,
    private readonly scope: Scope,
    private readonly messages: SourceMessage[],
  ) {}

  /** `path` in the command line's shape, `source` in the file. */
  convert(value: unknown, path: string, source: string): unknown {
    this.moved.set(path, source);
    if (isIntrinsic(value)) return this.intrinsic(value, path, source);
    if (Array.isArray(value))
      return path === "$.pipelineActivities" ? this.activities(value, path, source) : this.list(value, path, source);
    if (isRecord(value)) return this.object(value, path, source);
    return this.scalar(value, path);
  }

  private intrinsic(value: Record<string, unknown>, path: string, source: string): unknown {
    const name = nameOfIntrinsic(value);
    const branch = name === "Fn::If" ? branchOf(value[name], this.scope) : undefined;
    if (branch !== undefined) {
      this.tellDefaults(branch.defaults, path, `Fn::If takes its ${branch.index === 1 ? "first" : "second"} value`);
      return this.convert(branch.value, path, `${memberPath(source, name)}[${branch.index}]`);
    }
    const { value: resolved, open, defaults } = resolveIntrinsic(value, this.scope);
    if (open) this.placeholders.set(path, `${short(String(resolved))} (${name})`);
    else this.tellDefaults(defaults, path, typeof resolved === "symbol" ? "nothing" : `it is ${show(resolved)}`);
    if (open || resolved === NO_VALUE) return resolved;
    // a list of a parameter or a mapping
    if (Array.isArray(resolved))
      return resolved.map((entry: unknown, index) => this.scalar(entry, `${path}[${index}]`));
    return this.scalar(resolved, path);
  }

  private tellDefaults(defaults: readonly string[], path: string, what: string): void {
    if (defaults.length === 0) return;
    this.messages.push({
      severity: "note",
      path,
      message: `${what} by the default of ${listed(defaults)}; a stack may have been given another`,
    });
  }

  private list(values: readonly unknown[], path: string, source: string): unknown[] {
    const result: unknown[] = [];
    values.forEach((entry, index) => {
      const converted = this.convert(entry, `${path}[${result.length}]`, `${source}[${index}]`);
      if (converted !== NO_VALUE) result.push(converted);
    });
    return result;
  }

  /** One `Activity` may hold several activities at once; the command line has one in each entry. */
  private activities(values: readonly unknown[], path: string, source: string): unknown[] {
    const result: unknown[] = [];
    values.forEach((entry, index) => {
      const place = `${source}[${index}]`;
      const single = !isRecord(entry) || isIntrinsic(entry) || Object.keys(entry).length < 2;
      const parts = single ? [entry] : Object.entries(entry).map(([kind, activity]) => ({ [kind]: activity }));
      for (const part of parts) {
        const converted = this.convert(part, `${path}[${result.length}]`, place);
        if (converted === NO_VALUE) continue;
        // AWS::NoValue in place of an activity leaves nothing of its part
        if (!single && isRecord(converted) && Object.keys(converted).length === 0) continue;
        result.push(converted);
      }
    });
    return result;
  }

  private object(value: Record<string, unknown>, path: string, source: string): Record<string, unknown> {
    // what an action of another kind holds is its own affair
    if (this.kind === "topicRule" && OTHER_ACTION.test(path)) return value;
    // the names of attributes are the user's
    const own = /\.addAttributes\.attributes$/.test(path);
    const renamed = RENAMED[path.replace(/\[\d+\]/g, "[]")] ?? {};
    const result: Record<string, unknown> = {};
    for (const [member, entry] of Object.entries(value)) {
      const name = own ? member : (renamed[member] ?? camel(member));
      const converted = this.convert(entry, memberPath(path, name), memberPath(source, member));
      if (converted === NO_VALUE) continue;
      if (!own && name === member && /^[a-z]/.test(member)) {
        this.messages.push({
          severity: "error",
          path: memberPath(path, name),
          message: `"${member}" begins with a small letter; CloudFormation's members begin with a capital: write "${pascal(member)}"`,
        });
      } else if (Object.hasOwn(renamed, "TriggeringDataset") || Object.hasOwn(renamed, "Partition")) {
        // the command line's own names have no meaning here
        const mistaken =
          member === "Dataset" ? "TriggeringDataset" : member === "AttributePartition" ? "Partition" : undefined;
        if (mistaken !== undefined) {
          this.messages.push({
            severity: "error",
            path: memberPath(path, name),
            message: `there is no member "${member}" here; did you mean "${mistaken}"?`,
          });
        }
      }
      Object.defineProperty(result, name, { value: converted, enumerable: true, configurable: true, writable: true });
    }
    return result;
  }

  /** CloudFormation takes "30" for 30 and 30 for "30". */
  private scalar(value: unknown, path: string): unknown {
    const member = /\.([A-Za-z0-9]+)$/.exec(path)?.[1] ?? "";
    if (NUMBERS.has(member))
      return typeof value === "string" && /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(value) ? Number(value) : value;
    if (BOOLEANS.has(member) && typeof value === "string") {
      return TRUE.test(value) ? true : FALSE.test(value) ? false : value;
    }
    if (BOOLEANS.has(member)) return value;
    return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  }
}
