import assert from "node:assert/strict";
import { DATASET, DATASTORE, loadTexts } from "../support";

/** The errors of datasets that start each other; `pairs` are a dataset and what starts it. */
function errors(...pairs: [name: string, starter: string | undefined][]): string[] {
  const datasets = pairs.map(([datasetName, starter]) => ({
    ...DATASET,
    datasetName,
    triggers: starter === undefined ? [] : [{ dataset: { name: starter } }],
  }));
  const { problems } = loadTexts({ "all.json": JSON.stringify([DATASTORE, ...datasets]) }, { purpose: "check" });
  return problems
    .filter(({ severity }) => severity !== "note")
    .map(({ severity, path, message }) => `${severity} ${path}: ${message}`);
}

describe("datasets that start each other", () => {
  it("may be a chain or a tree", () => {
    assert.deepEqual(errors(["a", undefined], ["b", "a"], ["c", "b"], ["d", "a"]), []);
  });

  it("are refused in a circle, which is named once", () => {
    const found = errors(["a", "c"], ["b", "a"], ["c", "b"], ["after", "b"]);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0]!, /^error \$\[1\]\.triggers\[0\]\.dataset\.name: .*"a" starts "b" starts "c" starts "a"/);
  });

  it("are refused when one starts itself", () => {
    const found = errors(["a", "a"]);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0]!, /"a" starts "a"/);
  });

  it("are warned of when nothing has the name", () => {
    const found = errors(["a", "other"]);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0]!, /^warning \$\[1\]\.triggers\[0\]\.dataset\.name: "other" names no dataset/);
  });
});

describe("schedules of datasets", () => {
  // Weekdays and months are those of https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
  it("that never fire are refused when deploying, and warned of in a check", () => {
    const found = (expression: string, purpose: "check" | "deploy"): string[] => {
      const dataset = { ...DATASET, triggers: [{ schedule: { expression } }] };
      const { problems } = loadTexts({ "all.json": JSON.stringify([DATASTORE, dataset]) }, { purpose });
      return problems.filter(({ message }) => message.includes("never fires")).map(({ severity }) => severity);
    };
    for (const expression of ["cron(0 0 31 2 ? *)", "cron(0 12 1 1 ? 2020)"]) {
      assert.deepEqual(found(expression, "deploy"), ["error"]);
      assert.deepEqual(found(expression, "check"), ["warning"]);
    }
    assert.deepEqual(found("cron(0 0 29 2 ? *)", "deploy"), []);
  });
});

describe("tables over delivered contents", () => {
  const delivery = (key: string, table = false, bucket = "reports") => ({
    destination: {
      s3DestinationConfiguration: {
        bucket,
        key,
        roleArn: "arn:aws:iam::123456789012:role/r",
        ...(table ? { glueConfiguration: { tableName: "t", databaseName: "d" } } : {}),
      },
    },
  });
  const found = (...rules: object[]): string[] => {
    const dataset = { ...DATASET, contentDeliveryRules: rules };
    const other = { ...DATASET, datasetName: "other", contentDeliveryRules: [delivery("all/x.csv")] };
    const { problems } = loadTexts({ "all.json": JSON.stringify([DATASTORE, dataset, other]) }, { purpose: "deploy" });
    return problems.filter(({ severity }) => severity === "error").map(({ path, message }) => `${path}: ${message}`);
  };

  it("have a folder of their own", () => {
    assert.deepEqual(
      found(
        delivery("a/!{iotanalytics:versionId}.csv", true),
        delivery("b/x.csv"),
        delivery("a/x.csv", false, "copies"),
      ),
      [],
    );
  });

  it("are refused in a folder of another delivery, of this dataset or another", () => {
    const [own, ...more] = found(delivery("a/!{iotanalytics:versionId}.csv", true), delivery("a/b/x.csv"));
    assert.deepEqual(more, []);
    assert.match(
      own!,
      /contentDeliveryRules\[0\].*key: contents of contentDeliveryRules\[1\] are delivered to "reports\/a\/"/,
    );
    assert.match(found(delivery("all/!{iotanalytics:versionId}.csv", true))[0]!, /contents of "other" are delivered/);
  });

  it("are refused without a folder", () => {
    assert.match(found(delivery("!{iotanalytics:versionId}.csv", true))[0]!, /no folder before its first placeholder/);
  });
});
