/**
 * CloudFormation's shape (reference 1.3): members in PascalCase with some other names, a template's `Resources`, one
 * resource alone or only its properties; functions are left as placeholders.
 */
import { isIntrinsic, nameOfIntrinsic, NO_VALUE, resolveIntrinsic } from "./intrinsics";
import { isRecord, NAME_MEMBERS } from "./kinds";
import type { LoadedKind } from "./load";
import { memberPath, show } from "./schema";
import type { Said, Written } from "./written";

const TYPES: Readonly<Record<string, LoadedKind>> = {
  "AWS::IoTAnalytics::Channel": "channel",
  "AWS::IoTAnalytics::Datastore": "datastore",
  "AWS::IoTAnalytics::Pipeline": "pipeline",
  "AWS::IoTAnalytics::Dataset": "dataset",
  "AWS::IoT::TopicRule": "topicRule",
};

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
const BOOLEANS = new Set("unlimited batchMode ruleDisabled".split(" "));

/** Whether a value is a template, or a list of resources by logical id. */
export function resourcesOf(
  value: Record<string, unknown>,
  root: string,
): { resources: Record<string, unknown>; root: string } | undefined {
  if (isRecord(value.Resources)) return { resources: value.Resources, root: `${root}.Resources` };
  const entries = Object.values(value);
  const bare = entries.length > 0 && entries.every((entry) => isRecord(entry) && isTypeName(entry.Type));
  return bare ? { resources: value, root } : undefined;
}

function isTypeName(type: unknown): boolean {
  return typeof type === "string" && /^(?:AWS|Alexa|Custom|[A-Za-z0-9]+)::/.test(type);
}

/** The documents of a template, and the types of its other resources. */
export function documentsOfTemplate(
  resources: Record<string, unknown>,
  root: string,
): { documents: Written[]; others: string[] } {
  const documents: Written[] = [];
  const others: string[] = [];
  const names = namesOf(resources);
  for (const [id, resource] of Object.entries(resources)) {
    const type = isRecord(resource) ? resource.Type : undefined;
    const kind = typeof type === "string" ? TYPES[type] : undefined;
    if (kind === undefined || !isRecord(resource)) others.push(typeof type === "string" ? type : id);
    else documents.push(documentOfResource(kind, resource, memberPath(root, id), names, id));
  }
  return { documents, others };
}

/** One resource alone, or only its properties; undefined when a value is neither. */
export function resourceIn(value: Record<string, unknown>, root: string): Written | undefined {
  if (isTypeName(value.Type)) {
    const kind = TYPES[value.Type as string];
    return kind === undefined ? undefined : documentOfResource(kind, value, root, new Map(), undefined);
  }
  const has = (names: readonly string[]): boolean => names.some((name) => Object.hasOwn(value, name));
  const [kind] = PROPERTIES.find(([, [name]]) => has([name as string])) ?? PROPERTIES.find(([, all]) => has(all)) ?? [];
  return kind === undefined ? undefined : documentOfProperties(kind, value, root, new Map(), undefined, []);
}

/** What a Ref to each document gives: its name. One without a name is called by its logical id. */
function namesOf(resources: Record<string, unknown>): Map<string, string> {
  const names = new Map<string, string>();
  for (const [id, resource] of Object.entries(resources)) {
    const kind = isRecord(resource) && typeof resource.Type === "string" ? TYPES[resource.Type] : undefined;
    if (kind === undefined || !isRecord(resource)) continue;
    const member = kind === "topicRule" ? "RuleName" : pascal(NAME_MEMBERS[kind] as string);
    const written = isRecord(resource.Properties) ? resource.Properties[member] : undefined;
    const resolved = isIntrinsic(written) ? resolveIntrinsic(written, new Map()).value : written;
    names.set(id, resolved === undefined || resolved === NO_VALUE ? id : String(resolved));
  }
  return names;
}

const PLAIN = new Set(["Type", "Properties", "DependsOn", "Metadata"]);

function documentOfResource(
  kind: LoadedKind,
  resource: Record<string, unknown>,
  root: string,
  names: ReadonlyMap<string, string>,
  id: string | undefined,
): Written {
  const said: Said[] = [];
  for (const member of Object.keys(resource)) {
    if (PLAIN.has(member)) continue;
    const known = ["Condition", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "CreationPolicy"].includes(
      member,
    );
    said.push({
      severity: known ? "note" : "warning",
      path: "$",
      message: `${member} (${show(resource[member])}) is CloudFormation's own and is not carried over`,
    });
  }
  if (resource.Properties !== undefined && !isRecord(resource.Properties)) {
    said.push({ severity: "error", path: "$", message: `Properties is ${show(resource.Properties)} and no object` });
  }
  const properties = isRecord(resource.Properties) ? resource.Properties : {};
  return documentOfProperties(kind, properties, `${root}.Properties`, names, id, said);
}

function documentOfProperties(
  kind: LoadedKind,
  properties: Record<string, unknown>,
  root: string,
  names: ReadonlyMap<string, string>,
  id: string | undefined,
  said: Said[],
): Written {
  const converter = new Converter(kind, names, said);
  let name: string | undefined;
  let value: unknown;
  let at = root;
  if (kind === "topicRule") {
    at = `${root}.TopicRulePayload`;
    const { RuleName: ruleName, TopicRulePayload: payload, Tags: tags, ...others } = properties;
    const resolved = isIntrinsic(ruleName) ? resolveIntrinsic(ruleName, names).value : ruleName;
    name = resolved === undefined || resolved === NO_VALUE ? id : String(resolved);
    for (const other of Object.keys(others)) {
      said.push({
        severity: "error",
        path: "$",
        message: `there is no property "${other}" here; there are RuleName, TopicRulePayload, Tags`,
      });
    }
    if (tags !== undefined)
      said.push({
        severity: "note",
        path: "$",
        message: "Tags of a topic rule are not carried over; it gets the stack's",
      });
    value = payload === undefined ? {} : converter.convert(payload, "$", at);
  } else {
    value = converter.convert(properties, "$", at);
    const member = NAME_MEMBERS[kind] as string;
    if (isRecord(value) && !Object.hasOwn(value, member) && id !== undefined) {
      value = { [member]: id, ...value };
      said.push({
        severity: "note",
        path: "$",
        message: `there is no ${pascal(member)}, so CloudFormation made up a name; here it is ${show(id)}, the resource's logical id`,
      });
    }
    if (kind === "dataset") requireActionNames(value, said);
  }
  converter.moved.set("$", at);
  return {
    shape: "CloudFormation",
    kind,
    value,
    root: at,
    name,
    moved: converter.moved,
    placeholders: converter.placeholders,
    said,
    spell: (member) => SPELLED.get(member) ?? pascal(member),
  };
}

/** The command line did without. */
function requireActionNames(dataset: unknown, said: Said[]): void {
  const actions = isRecord(dataset) && Array.isArray(dataset.actions) ? (dataset.actions as unknown[]) : [];
  actions.forEach((action, index) => {
    if (isRecord(action) && action.actionName === undefined) {
      const path = `$.actions[${index}].actionName`;
      said.push({ severity: "error", path, message: "it is missing, and must be there in CloudFormation" });
    }
  });
}

/** On one line, and not longer than it can bear. */
function short(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

function pascal(member: string): string {
  return member.charAt(0).toUpperCase() + member.slice(1);
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
    private readonly names: ReadonlyMap<string, string>,
    private readonly said: Said[],
  ) {}

  /** `path` in the command line's shape, `source` in the file. */
  convert(value: unknown, path: string, source: string): unknown {
    this.moved.set(path, source);
    if (isIntrinsic(value)) {
      const { value: resolved, open } = resolveIntrinsic(value, this.names);
      if (open) this.placeholders.set(path, `${short(String(resolved))} (${nameOfIntrinsic(value)})`);
      return open || resolved === NO_VALUE ? resolved : this.scalar(resolved, path);
    }
    if (Array.isArray(value))
      return path === "$.pipelineActivities" ? this.activities(value, path, source) : this.list(value, path, source);
    if (isRecord(value)) return this.object(value, path, source);
    return this.scalar(value, path);
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
        this.said.push({
          severity: "error",
          path: memberPath(path, name),
          message: `"${member}" begins with a small letter; CloudFormation's members begin with a capital: write "${pascal(member)}"`,
        });
      } else if (Object.hasOwn(renamed, "TriggeringDataset") || Object.hasOwn(renamed, "Partition")) {
        // the command line's own names have no meaning here
        const mistaken =
          member === "Dataset" ? "TriggeringDataset" : member === "AttributePartition" ? "Partition" : undefined;
        if (mistaken !== undefined) {
          this.said.push({
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
      return typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
    if (BOOLEANS.has(member)) return value === "true" ? true : value === "false" ? false : value;
    return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  }
}
