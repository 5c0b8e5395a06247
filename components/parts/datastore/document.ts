import { show } from "../../../aws/text/show";
import {
  parseColumnType,
  parseTimestampFormat,
  type DatastoreDocument,
  type PipelineActivity,
  type PipelineDocument,
} from "../../../etl";
import { activityErrors, pipelineErrors } from "../../../etl/documents/check/pipeline-errors";
import { list, matching, object, record, required, text, whole, type Field, type Shape } from "../common/shape";

/** A column of a datastore. */
export interface ColumnArgs {
  /** Name, lower case in the table. Example: "temperature". */
  name: string;
  /** Hive type. Example: "decimal(10,2)". */
  type: string;
}

/** What becomes of a value that does not fit its column: it is null, and counted, or its message fails. */
export const OnMismatch = { NULL: "null", FAIL: "fail" } as const;
export type OnMismatch = (typeof OnMismatch)[keyof typeof OnMismatch];

/** One partition of a datastore: exactly one of the two. */
export interface PartitionArgs {
  /** Cuts by an attribute's value; the table has the partition `__partition_ATTRIBUTE`. Default: none. Example: { attributeName: "site" }. */
  attributePartition?: AttributePartitionArgs;
  /**
   * Cuts by the time of the message; the table has the partitions `__year`, `__month`, `__day` and `__hour`, in UTC. Default: none.
   * Example: { attributeName: "timestamp", timestampFormat: "yyyy-MM-dd HH:mm:ss" }.
   */
  timestampPartition?: TimestampPartitionArgs;
}

/** A partition by the values of an attribute. */
export interface AttributePartitionArgs {
  /** The attribute. Example: "site". */
  attributeName: string;
}

/** A partition by the time in an attribute. */
export interface TimestampPartitionArgs {
  /** The attribute that holds the time. Example: "timestamp". */
  attributeName: string;
  /** Its pattern, as Java's DateTimeFormatter. Default: seconds since 1970-01-01 UTC. Example: "yyyy-MM-dd HH:mm:ss". */
  timestampFormat?: string;
}

/** An activity of a pipeline, in the retired service's words: exactly one member. The order is that of the list. */
export interface ActivityArgs {
  /** Computes an attribute. Default: none. Example: { attribute: "fahrenheit", math: "temperature * 1.8 + 32" }. */
  math?: MathArgs;
  /** Keeps the messages that fulfil a condition. Default: none. Example: { filter: "temperature < 200" }. */
  filter?: FilterArgs;
  /** Copies attributes to new ones. Default: none. Example: { attributes: { "unit.id": "machine" } }. */
  addAttributes?: AddAttributesArgs;
  /** Deletes attributes. Default: none. Example: { attributes: ["debug"] }. */
  removeAttributes?: AttributesArgs;
  /** Keeps nothing but these attributes. Default: none. Example: { attributes: ["unit.id", "temperature"] }. */
  selectAttributes?: AttributesArgs;
  /** Hands the messages to a Lambda function, which returns others. Default: none. Example: { lambdaName: "fill_gaps", batchSize: 100 }. */
  lambda?: LambdaArgs;
  /** Adds what the thing registry knows of a thing. Default: none. Example: { attribute: "thing", thingName: "device_id" }. */
  deviceRegistryEnrich?: EnrichArgs;
  /** Adds the classic shadow of a thing. Default: none. Example: { attribute: "shadow", thingName: "device_id" }. */
  deviceShadowEnrich?: EnrichArgs;
}

/** An activity that hands messages to a Lambda function. */
export interface LambdaArgs {
  /** Name of the activity in logs. Default: its kind and aws. Example: "gaps". */
  name?: string;
  /** The function, a name of `functions` or of a function that is there already. Example: "fill_gaps". */
  lambdaName: string;
  /** Messages of one call, 1 to 1,000. Example: 100. */
  batchSize: number;
}

/** An activity that adds what AWS IoT knows of a thing. */
export interface EnrichArgs {
  /** Name of the activity in logs. Default: its kind and aws. Example: "registry". */
  name?: string;
  /** The attribute that gets what is found. Example: "thing". */
  attribute: string;
  /** Path of the attribute that holds the thing's name. Example: "device_id". */
  thingName: string;
}

/** An activity that computes an attribute. */
export interface MathArgs {
  /** Name of the activity in logs. Default: its kind and aws. Example: "to_fahrenheit". */
  name?: string;
  /** The attribute that gets the number. Example: "fahrenheit". */
  attribute: string;
  /** The expression. Example: "temperature * 1.8 + 32". */
  math: string;
}

/** An activity that keeps the messages which fulfil a condition. */
export interface FilterArgs {
  /** Name of the activity in logs. Default: its kind and aws. Example: "plausible". */
  name?: string;
  /** The condition. Example: "temperature >= 10 AND temperature <= 40". */
  filter: string;
}

/** An activity that copies attributes to new ones. */
export interface AddAttributesArgs {
  /** Name of the activity in logs. Default: its kind and aws. Example: "flatten". */
  name?: string;
  /** Path of an attribute to the name of its copy. Example: { "unit.id": "machine" }. */
  attributes: Record<string, string>;
}

/** An activity that keeps or deletes attributes. */
export interface AttributesArgs {
  /** Name of the activity in logs. Default: its kind and aws. Example: "shrink". */
  name?: string;
  /** Names or paths of attributes. Example: ["debug"]. */
  attributes: string[];
}

const NAMED = { name: text("a text", lengthOf(128)) };
const ATTRIBUTE = text("the name of an attribute", lengthOf(256));
const EXPRESSION = text("an expression", lengthOf(256));
const ATTRIBUTES = object<AttributesArgs>({
  ...NAMED,
  attributes: required(list(ATTRIBUTE, "attributes", { min: 1, max: 50 })),
});
const ENRICH = object<EnrichArgs>({
  ...NAMED,
  attribute: required(ATTRIBUTE),
  thingName: required(text("the path of an attribute", lengthOf(256))),
});

const KINDS: Shape<ActivityArgs> = {
  math: object<MathArgs>({ ...NAMED, attribute: required(ATTRIBUTE), math: required(EXPRESSION) }),
  filter: object<FilterArgs>({ ...NAMED, filter: required(EXPRESSION) }),
  addAttributes: object<AddAttributesArgs>({
    ...NAMED,
    attributes: required(record(ATTRIBUTE, "new names by attribute", entriesOf(50))),
  }),
  removeAttributes: ATTRIBUTES,
  selectAttributes: ATTRIBUTES,
  lambda: object<LambdaArgs>({
    ...NAMED,
    lambdaName: required(
      matching(
        /^[a-zA-Z0-9_-]{1,64}$/,
        "a function's name has 1-64 letters, digits, hyphens and underscores; it is no ARN and has no alias",
      ),
    ),
    batchSize: required(whole(1, 1000, "messages")),
  }),
  deviceRegistryEnrich: ENRICH,
  deviceShadowEnrich: ENRICH,
};

/** An activity, which is checked as those of documents are. */
export const ACTIVITY: Field<ActivityArgs> = {
  ...object(KINDS),
  take: (value, path, checks) => {
    const taken = object(KINDS).take(value, path, checks) as ActivityArgs | undefined;
    if (!checks.shaped(path)) return taken;
    const kinds = Object.keys(taken!);
    if (kinds.length !== 1)
      checks.add(
        path,
        `saw ${kinds.length === 0 ? "none of them" : kinds.join(" and ")}; an activity has exactly one of ${Object.keys(KINDS).join(", ")}`,
      );
    else
      for (const { path: at, message } of activityErrors(taken as PipelineActivity))
        checks.add(`${path}.${at}`, message);
    return taken;
  },
};

/** The document of a pipeline, which is checked as those in files are. */
export const DEFINITION: Field<PipelineDocument> = {
  words: "the document of a pipeline",
  take: (value, path, checks) => {
    for (const { path: at, message } of pipelineErrors(value)) checks.add(at === "" ? path : `${path}.${at}`, message);
    return value;
  },
};

const PARTITION_ATTRIBUTE = required(matching(/^[a-zA-Z0-9_]{1,128}$/, "it has 1-128 letters, digits and underscores"));

/** A partition. */
export const PARTITION = object<PartitionArgs>({
  attributePartition: object<AttributePartitionArgs>({ attributeName: PARTITION_ATTRIBUTE }),
  timestampPartition: object<TimestampPartitionArgs>({
    attributeName: PARTITION_ATTRIBUTE,
    timestampFormat: text("a pattern of Java's DateTimeFormatter", (format) => {
      try {
        parseTimestampFormat(format);
        return undefined;
      } catch (error) {
        return `saw ${show(format)}; ${(error as Error).message}`;
      }
    }),
  }),
});

/** A column. */
export const COLUMN = object<ColumnArgs>({
  name: required(
    matching(
      /^(?!__)[A-Za-z_][A-Za-z0-9_]{0,254}$/,
      "it begins with a letter or one underscore and has at most 255 letters, digits and underscores",
    ),
  ),
  type: required(
    text("a Hive type such as double", (type) => {
      try {
        parseColumnType(type);
        return undefined;
      } catch (error) {
        return `saw ${show(type)}; ${(error as Error).message}`;
      }
    }),
  ),
});

function lengthOf(most: number): (value: string) => string | undefined {
  return (value) =>
    value === "" || value.length > most ? `saw ${show(value)}; it has 1-${most} characters` : undefined;
}

function entriesOf(most: number): (value: object) => string | undefined {
  return (value) => {
    const count = Object.keys(value).length;
    return count < 1 || count > most ? `saw ${count} entries; there must be 1 to ${most}` : undefined;
  };
}

/** The document of a datastore with these columns, or without any in JSON format, and these partitions. */
export function datastoreDocument(
  name: string,
  columns: readonly ColumnArgs[] | undefined,
  partitions: readonly PartitionArgs[],
): DatastoreDocument {
  return {
    datastoreName: name,
    fileFormatConfiguration:
      columns === undefined
        ? { jsonConfiguration: {} }
        : {
            parquetConfiguration: {
              schemaDefinition: { columns: columns.map((column) => ({ name: column.name, type: column.type })) },
            },
          },
    ...(partitions.length === 0 ? {} : { datastorePartitions: { partitions: [...partitions] } }),
  };
}

/** The document of a pipeline whose activities follow each other in the order of the list. */
export function pipelineDocument(
  name: string,
  channelName: string,
  datastoreName: string,
  activities: readonly ActivityArgs[],
): PipelineDocument {
  const named = activities.map((activity, index): { kind: string; settings: object; name: string } => {
    const [kind = "", settings = {}] = Object.entries(activity).find(([, value]) => value !== undefined) ?? [];
    return { kind, settings, name: (settings as { name?: string }).name ?? `${kind}_${index + 1}` };
  });
  // The two ends have names that no activity of the user's has.
  const free = (wanted: string): string =>
    named.some((activity) => activity.name === wanted) ? free(`${wanted}_`) : wanted;
  const [first, last] = [free("channel"), free("datastore")];
  return {
    pipelineName: name,
    pipelineActivities: [
      { channel: { name: first, channelName, next: named[0]?.name ?? last } },
      ...named.map(
        (activity, index) =>
          ({
            [activity.kind]: { ...activity.settings, name: activity.name, next: named[index + 1]?.name ?? last },
          }) as PipelineActivity,
      ),
      { datastore: { name: last, datastoreName } },
    ],
  };
}
