import { optimizerSafe } from "../../../../policies/rules/queries/optimizer-safe";
import { spec } from "../../spec";

spec(optimizerSafe, {
  unknown: {
    of: "optimizer",
    property: "type",
    says: "optimizer (aws:glue:CatalogTableOptimizer), type: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
    add: [
      [
        "aws:glue/catalogTableOptimizer:CatalogTableOptimizer",
        "optimizer",
        {
          type: "orphan_file_deletion",
          databaseName: "plant",
          tableName: "readings",
          configuration: {
            enabled: true,
            orphanFileDeletionConfiguration: {
              icebergConfiguration: {
                location: "s3://plant-data/readings/",
              },
            },
          },
        },
      ],
    ],
  },
});
