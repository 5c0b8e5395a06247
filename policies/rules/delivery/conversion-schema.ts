import { overlap } from "../../../aws/arn";
import { block, blocks, type Inputs, isUnknown, number, show, text } from "../../../aws/values";
import { wildcard } from "../../../aws/wildcard";
import { isProjected } from "../../../aws/limits/glue-projection";
import type { StackRule } from "../../framework/rule";
import type { StackView, View } from "../../framework/view";
import { s3LocationOf } from "../../graph/buckets";
import { DELIVERY, FUNCTION, resolve, TABLE } from "../../graph/links";
import { rolesOf } from "../../graph/roles";

export const conversionSchema: StackRule = {
  id: "conversion-schema",
  group: "delivery",
  title:
    "The table of a conversion is in the stack, has the format and the location of the written objects; its function has 60 to 300 seconds.",
  rationale: "Otherwise rows are written where no table looks for them, or every record fails its conversion.",
  severity: "high",
  level: "mandatory",
  remediation: "Make database, table, location, template and prefix agree.",
  page: "https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html",
  checkStack(stack, found, context) {
    const crawled = stack.of("aws:glue/crawler:Crawler", "aws:glue/partition:Partition").length > 0;
    for (const stream of stack.of(DELIVERY)) {
      const on = found.on(stream);
      const s3 = block(stream.raw.extendedS3Configuration);
      for (const [, processor] of blocks(block(s3?.processingConfiguration)?.processors))
        for (const [, { parameterName, parameterValue }] of blocks(processor.parameters)) {
          const arn = parameterName === "LambdaArn" ? text(parameterValue) : undefined;
          const own = arn === undefined ? undefined : resolve(stack, [FUNCTION], arn);
          const timeout = own === undefined ? undefined : (number(own.raw.timeout) ?? 3);
          if (own !== undefined && timeout !== undefined && (timeout < 60 || timeout > 300))
            found
              .on(own)
              .add("timeout", String(timeout), `${stream.name} waits one to five minutes for a batch`, "set 60 to 300");
        }
      const conversion = block(s3?.dataFormatConversionConfiguration);
      if (s3 === undefined) continue;
      if (conversion === undefined || conversion.enabled === false) {
        for (const table of columnarTables(stack, s3))
          on.add(
            "extendedS3Configuration.dataFormatConversionConfiguration",
            conversion === undefined ? "nothing" : "enabled false",
            `the table ${table.name} reads this location and expects Parquet or ORC, but records are written unconverted`,
            "convert them, or write to another prefix",
          );
        continue;
      }
      const schema = block(conversion.schemaConfiguration);
      const region = text(schema?.region);
      if (region !== undefined && context.region !== undefined && region !== context.region)
        on.add(
          "extendedS3Configuration.dataFormatConversionConfiguration.schemaConfiguration.region",
          show(region),
          `the table is in the stack's region, ${context.region}`,
          "leave it out",
        );
      const database = text(schema?.databaseName);
      const name = text(schema?.tableName);
      if (database === undefined || name === undefined) continue;
      const table = stack.of(TABLE).find(({ raw }) => raw.name === name && raw.databaseName === database);
      if (table === undefined) {
        // One whose name is not known may be the one.
        if (stack.of(TABLE).some(({ plain }) => isUnknown(plain.name) || isUnknown(plain.databaseName))) continue;
        on.add(
          "extendedS3Configuration.dataFormatConversionConfiguration.schemaConfiguration.tableName",
          show(`${database}.${name}`),
          "the table of a conversion is in the stack",
          "name a table that the stack has, or add it",
        );
        continue;
      }
      const keys = blocks(table.raw.partitionKeys).flatMap(([, key]) => text(key.name) ?? []);
      const parameters: unknown = table.raw.parameters;
      const projection = isUnknown(parameters) || isUnknown(block(parameters)?.["projection.enabled"]);
      const known = projection || isProjected(block(parameters)) || crawled;
      if (keys.length > 0 && !known && !isRegistered(stack, name))
        found
          .on(table)
          .add(
            'parameters["projection.enabled"]',
            show(block(table.raw.parameters)?.["projection.enabled"]),
            `nobody adds partitions for ${keys.join(", ")}, so queries find none of what ${stream.name} writes`,
            'set "true" with the members of each key, let a function register them (BatchCreatePartition), or add a crawler',
          );
      const serde = text(block(block(table.raw.storageDescriptor)?.serDeInfo)?.serializationLibrary);
      const output: unknown = conversion.outputFormatConfiguration;
      const serializer: unknown = isUnknown(output) ? output : block(output)?.serializer;
      const parquet = block(serializer)?.parquetSerDe !== undefined;
      if (serde !== undefined && !isUnknown(serializer) && parquet !== /parquet/i.test(serde))
        found
          .on(table)
          .add(
            "storageDescriptor.serDeInfo.serializationLibrary",
            show(serde),
            `${stream.name} writes ${parquet ? "Parquet" : "ORC"}`,
            "use the SerDe of that format",
          );
      const bucket = s3LocationOf(s3.bucketArn)?.bucket;
      const prefix = text(s3.prefix);
      const template =
        text(block(table.raw.parameters)?.["storage.location.template"]) ??
        text(block(table.raw.storageDescriptor)?.location);
      const place = s3LocationOf(template);
      if (bucket === undefined || prefix === undefined || template === undefined || place === undefined) continue;
      const written = literals(`${bucket}/${prefix}`, /!\{[^}]*\}/);
      const read = literals(`${place.bucket}/${place.prefix}`, /\$\{[^}]*\}/);
      // One expression may stand for several keys, as yyyy/MM/dd for three; then only the beginnings are compared with each other.
      const same =
        written.length === read.length && template.includes("${")
          ? written.every((part, i) => part === read[i])
          : written[0]!.startsWith(read[0]!);
      if (!same)
        on.add(
          "extendedS3Configuration.prefix",
          show(`${bucket}/${prefix}`),
          `the table ${table.name} looks below ${show(template)}`,
          "make the prefix and the template agree",
        );
    }
  },
};

/** Whether a role of the stack may register partitions of the table; a function does so when a partition's first row is on its way. */
function isRegistered(stack: StackView, table: string): boolean {
  return rolesOf(stack).some(({ consumers, grants }) => {
    if (!consumers.some(({ type }) => type === FUNCTION)) return false;
    return grants.some(
      ({ statement: { allow, actions, resources } }) =>
        allow &&
        REGISTER.some((action) => actions.some((own) => wildcard(own, true)(action))) &&
        resources.some((own) => overlap(own, `arn:*:glue:*:*:table/*/${table}`)),
    );
  });
}

const REGISTER = ["glue:BatchCreatePartition", "glue:CreatePartition"];

/** Tables of a columnar format, whose location a stream writes to. */
function columnarTables(stack: StackView, s3: Inputs): View[] {
  const bucket = s3LocationOf(s3.bucketArn)?.bucket;
  const written = literals(text(s3.prefix) ?? "", /!\{[^}]*\}/)[0]!;
  return stack.of(TABLE).filter(({ raw }) => {
    const storage = block(raw.storageDescriptor);
    const place = s3LocationOf(storage?.location);
    return (
      place !== undefined &&
      place.bucket === bucket &&
      written.startsWith(place.prefix) &&
      /parquet|orc/i.test(text(block(storage?.serDeInfo)?.serializationLibrary) ?? "")
    );
  });
}

function literals(text: string, expression: RegExp): string[] {
  return text.split(new RegExp(expression, "g"));
}
