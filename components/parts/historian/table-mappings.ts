import type { BridgeDefinition } from "../../../etl/historian";
import type { HistorianTableArgs } from "./historian-args";

/**
 * The table mappings of DMS: each table, and how its records are keyed.
 * https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.Selections.html
 * https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html#CHAP_Target.Kinesis.ObjectMapping
 */
export function tableMappings(tables: readonly HistorianTableArgs[]): string {
  const rules = tables.flatMap(({ table, key }, index) => {
    const [schema, name] = table.split(".") as [string, string];
    const locator = { "schema-name": schema, "table-name": name };
    const id = 2 * index + 1;
    return [
      {
        "rule-type": "selection",
        "rule-id": String(id),
        "rule-name": `select-${id}`,
        "object-locator": locator,
        "rule-action": "include",
        filters: [],
      },
      {
        "rule-type": "object-mapping",
        "rule-id": String(id + 1),
        "rule-name": `map-${id + 1}`,
        "rule-action": "map-record-to-record",
        "object-locator": locator,
        // Without one the key is the table's name, and all rows go to one shard.
        "mapping-parameters":
          key === undefined
            ? { "partition-key-type": "primary-key" }
            : { "partition-key-type": "attribute-name", "partition-key-name": key },
      },
    ];
  });
  return JSON.stringify({ rules });
}

/** What the bridge does with the tables' records. */
export function bridgeDefinition(historian: string, tables: readonly HistorianTableArgs[]): BridgeDefinition {
  return {
    historian,
    tables: Object.fromEntries(
      tables.map(({ table, columns, key, time, timeFormat = "iso", deletes = "ignore" }) => [
        table,
        {
          ...(columns === undefined ? {} : { columns }),
          ...(key === undefined ? {} : { key }),
          ...(time === undefined ? {} : { time: { column: time, format: timeFormat } }),
          deletes,
        },
      ]),
    ),
  };
}
