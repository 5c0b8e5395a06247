import { limitRule } from "../../framework/limit-rule";

export const catalogLimits = limitRule(
  "catalog-limits",
  "A table's columns, partition keys and projection are complete and agree.",
  "https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html",
  ["aws:glue/catalogDatabase:CatalogDatabase", "aws:glue/catalogTable:CatalogTable"],
);
