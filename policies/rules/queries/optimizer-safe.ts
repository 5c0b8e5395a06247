import { absent, block, show, text } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

const BLOCKS: Readonly<Record<string, string>> = {
  compaction: "compactionConfiguration",
  retention: "retentionConfiguration",
  orphan_file_deletion: "orphanFileDeletionConfiguration",
};

export const optimizerSafe: ResourceRule = {
  id: "optimizer-safe",
  group: "queries",
  title: "A table optimizer has the block of its type, and deletes orphans below its own table only.",
  rationale: "An orphan deletion at a wider place deletes the data of other tables.",
  severity: "critical",
  level: "mandatory",
  remediation: "Keep the block that belongs to the type, and leave the orphans' location out or set the table's.",
  page: "https://docs.aws.amazon.com/glue/latest/dg/table-optimizers.html",
  types: ["aws:glue/catalogTableOptimizer:CatalogTableOptimizer"],
  check({ inputs }, found) {
    const type = text(inputs.type) ?? "";
    if (BLOCKS[type] === undefined)
      found.add("type", show(inputs.type), `the type is ${Object.keys(BLOCKS).join(", ")}`, "write one of them");
    const configuration = block(inputs.configuration) ?? {};
    for (const [other, member] of Object.entries(BLOCKS))
      if (other !== type && !absent(configuration[member]))
        found.add(`configuration.${member}`, "a block", `the type is ${type}`, "remove it");
    const orphans = block(block(configuration.orphanFileDeletionConfiguration)?.icebergConfiguration);
    const location = text(orphans?.location);
    const table = text(inputs.tableName);
    if (location !== undefined && table !== undefined && !location.split("/").slice(3).includes(table))
      found.add(
        "configuration.orphanFileDeletionConfiguration.icebergConfiguration.location",
        show(location),
        `it must be inside the location of the table ${table}`,
        "set the table's location",
      );
  },
};
