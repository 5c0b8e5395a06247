import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Athena, type Reads } from "../local/athena";
import { Clock } from "../local/core/clock";
import { ACCOUNT, TYPES, type Resource } from "../local/core/model";
import { LOCAL_ADMIN_ARN } from "../local/core/principals";
import { Iam } from "../local/iam";
import { Glue } from "../local/services/glue/glue";
import { S3 } from "../local/services/s3/s3";

const KEYS = ["__year", "__month", "__day", "__hour"];
const HOURS = 8760;
const QUERY = "select * from etl_aggregate_store";

/** The table as the program had it before: a projection of all hours of 2010 to 2035. */
const PROJECTION: Record<string, string> = {
  "projection.enabled": "true",
  ...Object.fromEntries(
    [
      ["__year", "2010,2035", "4"],
      ["__month", "1,12", "2"],
      ["__day", "1,31", "2"],
      ["__hour", "0,23", "2"],
    ].flatMap(([key, range, digits]) => [
      [`projection.${key}.type`, "integer"],
      [`projection.${key}.range`, range],
      [`projection.${key}.digits`, digits],
    ]),
  ),
};

/** What the example's query reads of a year with an object in every hour, before (projection) and after (registered partitions). */
export function yearOfHours(): (Reads & { name: string })[] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-year-"));
  const athena = new Athena();
  try {
    const resource = (type: string, inputs: object): Resource => ({
      urn: `${type}-${JSON.stringify(inputs).length}`,
      type,
      name: type,
      custom: true,
      id: type,
      dependencies: [],
      inputs,
      outputs: inputs,
    });
    const table = (databaseName: string, parameters: Record<string, string>): Resource =>
      resource(TYPES.table, {
        databaseName,
        name: "etl_aggregate_store",
        parameters: {
          "storage.location.template": `s3://lake/${KEYS.map((key) => `${key}=\${${key}}/`).join("")}`,
          ...parameters,
        },
        partitionKeys: KEYS.map((name) => ({ name, type: "string" })),
        storageDescriptor: { location: "s3://lake/", columns: [{ name: "device_id", type: "string" }] },
      });
    const resources = [resource(TYPES.bucket, { bucket: "lake" }), table("before", PROJECTION), table("after", {})];
    const clock = new Clock(Date.UTC(2026, 0, 1));
    const s3 = new S3(resources, path.join(folder, "s3"), clock, new Iam(resources, ACCOUNT), "us-east-1");
    s3.clean();
    const glue = new Glue(resources, s3, clock, path.join(folder, "glue"));
    const partitions = Array.from({ length: HOURS }, (_, hour) => {
      const time = new Date(Date.UTC(2025, 0, 1, hour)).toISOString();
      const values = [time.slice(0, 4), time.slice(5, 7), time.slice(8, 10), time.slice(11, 13)];
      return { values, prefix: KEYS.map((key, i) => `${key}=${values[i]!}/`).join("") };
    });
    for (const { prefix } of partitions) s3.put(LOCAL_ADMIN_ARN, "lake", `${prefix}object`, Buffer.from("x"));
    glue.createPartitions(
      "after",
      "etl_aggregate_store",
      partitions.map(({ values, prefix }) => ({ values, location: `s3://lake/${prefix}` })),
    );
    return [
      { name: "projected", ...athena.explain(QUERY, { database: "before", tables: glue.tables }) },
      { name: "registered", ...athena.explain(QUERY, { database: "after", tables: glue.tables }) },
    ];
  } finally {
    athena.close();
    fs.rmSync(folder, { recursive: true });
  }
}
