/** What a datastore's schema cannot say: columns, their types, partitions. */
import { parseColumnType } from "../../columns";
import { SYSTEM_PREFIX } from "../../json";
import { partitionScheme } from "../../partitions";
import { parseTimestampFormat } from "../../time/format";
import { javaMistake } from "./java-pattern";
import type { Findings } from "../model/findings";
import { show } from "../../../aws/text/show";
import { mistakeAnyway } from "../read/placeholders";
import type { DatastoreDocument } from "../model/types";

/** Attributes that the system adds to a message; a datastore may list them as columns. */
export const SYSTEM_ATTRIBUTES: readonly string[] = ["__received_at"];

/** As published; it refuses x_pos, which the guide's prose allows. https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_Partition.html */
const SERVICE_PATTERN = /^[A-Za-z_]([A-Za-z0-9]*|[A-Za-z0-9][A-Za-z0-9_]*)$/;

/** The characters that a partition's values need at least, and a delivery stream's limit for the prefix they stand in. */
const LEAST_VALUE = 16;
const PREFIX_ROOM = 340;

/** Checks the names and types of columns and the partitions. */
export function checkDatastore(datastore: DatastoreDocument, findings: Findings): void {
  checkColumns(datastore, findings);
  checkPartitions(datastore, findings);
}

function checkColumns(datastore: DatastoreDocument, findings: Findings): void {
  const parquet = datastore.fileFormatConfiguration?.parquetConfiguration;
  if (parquet === undefined) return;
  const root = "$.fileFormatConfiguration.parquetConfiguration";
  const columns = parquet.schemaDefinition?.columns ?? [];
  const seen = new Map<string, string>();
  columns.forEach(({ name, type }, index) => {
    const path = `${root}.schemaDefinition.columns[${index}]`;
    const lower = name.toLowerCase();
    const first = seen.get(lower);
    if (first !== undefined) {
      findings.error(
        `${path}.name`,
        `${show(name)} is there twice${first === name ? "" : ` (as ${show(first)} too)`}; names of columns are unique, and their case does not matter`,
      );
    }
    seen.set(lower, name);
    if (name.startsWith(SYSTEM_PREFIX) && !SYSTEM_ATTRIBUTES.includes(lower)) {
      findings.error(
        `${path}.name`,
        `${show(name)} begins with two underscores, which is reserved (${SYSTEM_ATTRIBUTES.join(", ")} may be listed); rename it`,
      );
    }
    if (!SERVICE_PATTERN.test(name) && !name.startsWith(SYSTEM_PREFIX)) {
      findings.note(
        `${path}.name`,
        `${show(name)} did not fit the service's own pattern for columns, which took no underscore as the second character; it is taken here`,
      );
    }
    const mistake = typeMistake(type);
    if (mistake === undefined) return;
    if (!findings.place.placeholder(`${path}.type`)) return findings.error(`${path}.type`, mistake);
    const anyway = mistakeAnyway(type, ["int", "a:int", "a", "1"], typeMistake);
    if (anyway !== undefined) findings.errorAnyway(`${path}.type`, anyway);
  });
}

function typeMistake(type: string): string | undefined {
  try {
    parseColumnType(type);
    return undefined;
  } catch (error) {
    return `${show(type)} is not a column type: ${(error as Error).message}`;
  }
}

function checkPartitions(datastore: DatastoreDocument, findings: Findings): void {
  const partitions = datastore.datastorePartitions?.partitions ?? [];
  const seen = new Map<string, string>();
  let timestamps = 0;
  partitions.forEach(({ attributePartition, timestampPartition }, index) => {
    const path = `$.datastorePartitions.partitions[${index}]`;
    if (timestampPartition !== undefined) {
      if (++timestamps === 2)
        findings.error(path, "a datastore has at most one timestamp partition; this is the second");
      checkFormat(timestampPartition.timestampFormat, `${path}.timestampPartition.timestampFormat`, findings);
    }
    if (attributePartition !== undefined) {
      const { attributeName } = attributePartition;
      const lower = attributeName.toLowerCase();
      if (seen.has(lower)) {
        findings.error(
          `${path}.attributePartition.attributeName`,
          `${show(attributeName)} is partitioned by twice; each attribute gives one partition, and its case does not matter`,
        );
      }
      seen.set(lower, attributeName);
    }
  });
  const { keys } = partitionScheme(datastore);
  const least = keys.reduce(
    (sum, { name }) => sum + name.length + 2 + (name.startsWith("__partition_") ? LEAST_VALUE : 4),
    0,
  );
  if (least > PREFIX_ROOM) {
    findings.refuse(
      "$.datastorePartitions.partitions",
      `the ${keys.length} partition keys make a path of at least ${least} characters; a delivery stream's prefix has room for ${PREFIX_ROOM}. Partition by fewer attributes, or by some with shorter names`,
    );
  }
}

function checkFormat(format: string | undefined, path: string, findings: Findings): void {
  if (format === undefined || findings.place.placeholder(path)) return;
  try {
    const hours = new Set(
      ["00", "01"].map((hour) => parseTimestampFormat(format).format(Date.parse(`2001-02-03T${hour}:00:00Z`))),
    );
    if (hours.size === 1) {
      findings.note(path, `${show(format)} has no hour, so every message is in the partition __hour=00`);
    }
  } catch (error) {
    const { message } = error as Error;
    const mistake = javaMistake(format);
    if (mistake === undefined) findings.refuse(path, `${show(format)} is not read by this program: ${message}`);
    else findings.error(path, `${show(format)} is not a timestamp format: ${mistake}`);
  }
}
