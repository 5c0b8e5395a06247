import { conversionSchema } from "../../../../policies/rules/delivery/conversion-schema";
import { spec } from "../../spec";

spec(conversionSchema, {
  messages: {
    "parquet: a table that is not there": [
      'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.dataFormatConversionConfiguration.schemaConfiguration.tableName: saw "plant.reading"; the table of a conversion is in the stack; name a table that the stack has, or add it',
    ],
    "parquet: another database": [
      'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.dataFormatConversionConfiguration.schemaConfiguration.tableName: saw "plants.readings"; the table of a conversion is in the stack; name a table that the stack has, or add it',
    ],
    "parquet: rows go where the table does not look": [
      'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.prefix: saw "plant-data/data/dt=!{timestamp:yyyy-MM-dd}/"; the table table looks below "s3://plant-data/rows/dt=${dt}/"; make the prefix and the template agree',
    ],
    "parquet: another name for the partition": [
      'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.prefix: saw "plant-data/rows/day=!{timestamp:yyyy-MM-dd}/"; the table table looks below "s3://plant-data/rows/dt=${dt}/"; make the prefix and the template agree',
    ],
    "parquet: records as they come below a table of Parquet": [
      "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.dataFormatConversionConfiguration: saw enabled false; the table table lies where it writes and holds Parquet or ORC, and records are written as they come; convert them, or write to another prefix",
    ],
    "parquet: a table of another region": [
      'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.dataFormatConversionConfiguration.schemaConfiguration.region: saw "us-east-1"; the table is in the stack\'s region, eu-central-1; leave it out',
    ],
    "table: a SerDe of another format": [
      'table (aws:glue:CatalogTable), storageDescriptor.serDeInfo.serializationLibrary: saw "org.openx.data.jsonserde.JsonSerDe"; parquet writes Parquet; use the SerDe of that format',
    ],
    "table: nobody adds partitions": [
      'table (aws:glue:CatalogTable), parameters["projection.enabled"]: saw nothing; nobody adds partitions for dt, so queries find none of what parquet writes; set "true" with the members of each key, or add a crawler',
    ],
    "transform: a function that is cut off while Firehose waits": [
      "transform (aws:lambda:Function), timeout: saw 10; parquet waits one to five minutes for a batch; set 60 to 300",
    ],
    "transform: a function's default of three seconds": [
      "transform (aws:lambda:Function), timeout: saw 3; parquet waits one to five minutes for a batch; set 60 to 300",
    ],
    "transform: a function that runs longer than Firehose waits": [
      "transform (aws:lambda:Function), timeout: saw 600; parquet waits one to five minutes for a batch; set 60 to 300",
    ],
  },
  unknown: {
    of: "parquet",
    property: "extendedS3Configuration",
    says: "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
