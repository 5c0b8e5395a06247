/** The schema of a datastore. */
import { array, object, optional, required, text } from "./schema";
import { EMPTY, name, bucket, keyPrefix, retentionPeriod, tags, customerManagedS3 } from "./values";

const partitionAttribute = text({
  min: 1,
  max: 128,
  pattern: /^[a-zA-Z0-9_]+$/,
  words: "an attribute to partition by has letters, digits and underscores",
});

/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_CreateDatastore.html */
export const datastoreSchema = object({
  datastoreName: required(name),
  datastoreStorage: optional(
    object(
      {
        serviceManagedS3: optional(EMPTY),
        customerManagedS3: optional(customerManagedS3),
        iotSiteWiseMultiLayerStorage: optional(
          object({
            customerManagedS3Storage: required(object({ bucket: required(bucket), keyPrefix: optional(keyPrefix) })),
          }),
        ),
      },
      ["serviceManagedS3", "customerManagedS3", "iotSiteWiseMultiLayerStorage"],
    ),
  ),
  retentionPeriod: optional(retentionPeriod),
  tags: optional(tags),
  fileFormatConfiguration: optional(
    object(
      {
        jsonConfiguration: optional(EMPTY),
        parquetConfiguration: optional(
          object({
            schemaDefinition: optional(
              object({
                columns: optional(
                  array(
                    object({
                      name: required(
                        text({
                          min: 1,
                          max: 255,
                          pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
                          words: "a column has letters, digits and underscores, and does not begin with a digit",
                        }),
                      ),
                      type: required(
                        text({
                          min: 1,
                          max: 131_072,
                          pattern: /^[\t\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u,
                          words: "a type has printable characters, blanks and tabs, and stands on one line",
                        }),
                      ),
                    }),
                    0,
                    100,
                  ),
                ),
              }),
            ),
          }),
        ),
      },
      ["jsonConfiguration", "parquetConfiguration"],
    ),
  ),
  datastorePartitions: optional(
    object({
      partitions: optional(
        array(
          object(
            {
              attributePartition: optional(object({ attributeName: required(partitionAttribute) })),
              timestampPartition: optional(
                object({
                  attributeName: required(partitionAttribute),
                  timestampFormat: optional(
                    text({
                      min: 1,
                      max: 50,
                      pattern: /^[a-zA-Z0-9\s[\]_,.'/:-]*$/,
                      words: "a format has letters, digits, blanks and [ ] _ , . ' / : -",
                    }),
                  ),
                }),
              ),
            },
            ["attributePartition", "timestampPartition"],
          ),
          0,
          25,
        ),
      ),
    }),
  ),
});
