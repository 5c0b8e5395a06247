/**
 * Numbers of partitions that Glue takes, in one call and altogether.
 * https://docs.aws.amazon.com/general/latest/gr/glue.html
 */
export const PARTITION_LIMITS = {
  /** partitions of one table */
  perTable: 10_000_000,
  /** partitions of all tables of an account and region */
  perAccount: 20_000_000,
  /** https://docs.aws.amazon.com/glue/latest/webapi/API_BatchCreatePartition.html */
  batchCreate: 100,
  /** https://docs.aws.amazon.com/glue/latest/webapi/API_BatchUpdatePartition.html */
  batchUpdate: 100,
  /** https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeletePartition.html */
  batchDelete: 25,
  /** https://docs.aws.amazon.com/glue/latest/webapi/API_BatchGetPartition.html */
  batchGet: 1000,
  /** partitions of one answer; https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html */
  page: 1000,
  /** characters of an expression of GetPartitions */
  expression: 2048,
  /** characters of a partition's value */
  value: 1024,
  /** characters of a location */
  location: 2056,
  /** segments that a scan may be divided into */
  segments: 10,
} as const;

/** Hive's value of a partition key that has none. https://docs.aws.amazon.com/athena/latest/ug/partitions.html */
export const NO_PARTITION_VALUE = "__HIVE_DEFAULT_PARTITION__";

/** The place of a partition: its values in the places of `${key}`. @param values in the order of `keys` */
export function fillTemplate(template: string, keys: readonly string[], values: readonly string[]): string {
  return template.replace(/\$\{([^}]+)\}/g, (whole, key: string) => values[keys.indexOf(key)] ?? whole);
}

/**
 * Reads the values of a table's partition keys from a place below its location.
 * @param template of the keys of objects, with `${key}` in the places of values, and a slash at its end
 * @returns the values in the order of `keys`; undefined for a place that the template does not describe
 */
export function templateReader(template: string, keys: readonly string[]): (path: string) => string[] | undefined {
  const order: number[] = [];
  const source = template
    .split(/(\$\{[^}]+\})/)
    .map((part) => {
      if (!part.startsWith("${")) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      order.push(keys.indexOf(part.slice(2, -1)));
      return "(.+?)";
    })
    .join("");
  const pattern = new RegExp(`^${source}[^/]+$`);
  return (path) => {
    const match = pattern.exec(path);
    if (match === null) return undefined;
    const values = new Array<string>(keys.length);
    order.forEach((index, place) => (values[index] = match[place + 1] as string));
    return values;
  };
}
