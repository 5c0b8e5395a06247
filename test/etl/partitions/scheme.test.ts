import assert from "node:assert/strict";
import fc from "fast-check";
import { partitionScheme, rowsPrefix, type DatastoreDocument } from "../../../etl";

type Partition = NonNullable<NonNullable<DatastoreDocument["datastorePartitions"]>["partitions"]>[number];

describe("etl/partitions: prefix, table and projection", () => {
  const attribute = fc.constantFrom("site", "Device_ID", "_a", "x1", "line");
  const partitions = fc
    .tuple(
      fc.uniqueArray(attribute, { maxLength: 5 }),
      fc.option(fc.nat(5), { nil: undefined }),
      fc.constantFrom(undefined, "yyyy-MM-dd HH:mm:ss"),
    )
    .map(([attributes, time, timestampFormat]): Partition[] => {
      const list: Partition[] = attributes.map((attributeName) => ({ attributePartition: { attributeName } }));
      if (time !== undefined) list.splice(time, 0, { timestampPartition: { attributeName: "ts", timestampFormat } });
      return list;
    });

  it("are of one kind: the same keys, in the same order, at the same place", () => {
    fc.assert(
      fc.property(partitions, (list) => {
        const scheme = partitionScheme({ datastoreName: "d", datastorePartitions: { partitions: list } });
        const names = scheme.keys.map(({ name }) => name);
        const prefix = scheme.firehosePrefix(rowsPrefix("iot/", "d"));
        const template = scheme.locationTemplate(`s3://b/${rowsPrefix("iot/", "d")}`);
        // what the delivery stream writes is where a reader looks
        const asTemplate = prefix
          .replace("!{timestamp:yyyy-MM-dd}", "${__dt}")
          .replace(/!\{partitionKeyFromLambda:([^}]+)\}/g, "${$1}");
        assert.equal(`s3://b/${asTemplate}`, template);
        assert.deepEqual(
          [...template.matchAll(/\$\{([^}]+)\}/g)].map((match) => match[1]!),
          names,
        );
        assert.ok(template.endsWith("/"));
        // Glue has no upper case, and no name twice
        assert.equal(new Set(names).size, names.length);
        for (const name of names) assert.match(name, /^__[a-z0-9_]+$/);
        const projected = Object.keys(scheme.projection("2025-01-01")).map((key) => key.split(".")[1]!);
        assert.deepEqual(
          [...new Set(projected)].filter((key) => key !== "enabled"),
          list.length === 0 ? ["__dt"] : [],
          "the day of arrival is projected, and nothing else",
        );
        assert.equal(scheme.dynamic, list.length > 0);
      }),
      { numRuns: 300 },
    );
  });

  it("project the day of arrival from the first day until tomorrow", () => {
    const { projection } = partitionScheme({ datastoreName: "d" });
    assert.deepEqual(projection("2026-03-01"), {
      "projection.enabled": "true",
      "projection.__dt.type": "date",
      "projection.__dt.format": "yyyy-MM-dd",
      "projection.__dt.range": "2026-03-01,NOW+1DAYS",
      "projection.__dt.interval": "1",
      "projection.__dt.interval.unit": "DAYS",
    });
  });

  it("have the order of the document", () => {
    const scheme = partitionScheme({
      datastoreName: "d",
      datastorePartitions: {
        partitions: [
          { attributePartition: { attributeName: "Site" } },
          { timestampPartition: { attributeName: "ts" } },
          { attributePartition: { attributeName: "line" } },
        ],
      },
    });
    assert.equal(
      scheme.firehosePrefix("data/d/"),
      "data/d/__partition_site=!{partitionKeyFromLambda:__partition_site}/__year=!{partitionKeyFromLambda:__year}/" +
        "__month=!{partitionKeyFromLambda:__month}/__day=!{partitionKeyFromLambda:__day}/__hour=!{partitionKeyFromLambda:__hour}/" +
        "__partition_line=!{partitionKeyFromLambda:__partition_line}/rows/",
    );
  });
});
