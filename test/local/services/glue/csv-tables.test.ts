import assert from "node:assert/strict";
import { ACCOUNT, TYPES, type Properties } from "../../../../local/core/model";
import { planResource } from "../../../../local/handlers";

/** Tables of CSV: https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html */
describe("local/services/glue: tables of CSV", () => {
  const problems = (parameters: Properties, columns: object[] = [{ name: "v", type: "string" }]): string[] => {
    const inputs = {
      databaseName: "db",
      name: "t",
      tableType: "EXTERNAL_TABLE",
      parameters: { "skip.header.line.count": "1" },
      storageDescriptor: {
        location: "s3://b/t/",
        columns,
        inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
        outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde", parameters },
      },
    };
    const context = { account: ACCOUNT, region: "eu-central-1", project: "p", stack: "dev", name: "t", urn: "t" };
    return planResource(TYPES.table, inputs, context).problems.map(({ path, message }) => `${path}: ${message}`);
  };

  it("are read where their values are texts in quotes, and a backslash is one", () => {
    assert.deepEqual(problems({ separatorChar: ",", quoteChar: '"', escapeChar: "\uE000" }), []);
  });

  it("are refused by name where the SerDe would read them otherwise", () => {
    const place = 'storageDescriptor.serDeInfo.parameters["';
    assert.ok(
      problems({ escapeChar: "\uE000", separatorChar: ";" })[0]!.startsWith(`${place}separatorChar"]: saw ";"`),
    );
    // Without one it is the backslash, which the SerDe takes out of values.
    assert.ok(problems({})[0]!.startsWith(`${place}escapeChar"]: saw "\\\\"`));
    assert.match(
      problems({ escapeChar: "\uE000" }, [{ name: "v", type: "int" }])[0]!,
      /columns\[0\]\.type: saw "int".*cast v/,
    );
  });
});
