import { show } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import { areasOf } from "../../graph/buckets";

export const resultsApart: StackRule = {
  id: "results-apart",
  group: "queries",
  title: "Query results are stored apart from the rows of tables.",
  rationale:
    "A result below a table's location is a file of the table: the next query reads it as rows, or fails because it is no Parquet.",
  severity: "high",
  level: "mandatory",
  remediation: "Give the workgroup's results a separate bucket or prefix.",
  page: "https://docs.aws.amazon.com/athena/latest/ug/querying.html",
  checkStack(stack, found) {
    const areas = areasOf(stack);
    const tables = areas.filter(({ kind, by }) => kind === "rows" && by.type.startsWith("aws:glue/"));
    for (const { bucket, prefix, by } of areas.filter(({ kind }) => kind === "results"))
      for (const table of tables)
        if (table.bucket === bucket && prefix.startsWith(table.prefix))
          found
            .on(by)
            .add(
              "configuration.resultConfiguration.outputLocation",
              show(`s3://${bucket}/${prefix}`),
              `the table ${table.by.name} takes every object below s3://${bucket}/${table.prefix} for rows`,
              "choose another prefix or bucket",
            );
  },
};
