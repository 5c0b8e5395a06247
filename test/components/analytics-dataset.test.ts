import assert from "node:assert/strict";
import { AnalyticsDataset } from "../../components";
import { ACCOUNT, KEY, run, wrongArguments } from "../harness";

const BUCKET = `iot-telemetry-etl-dev-daily-results-${ACCOUNT}`;
const QUERY = "SELECT * FROM readings";

describe("AnalyticsDataset", () => {
  it("is a query in a workgroup of its own, with a scan limit and encrypted contents", async () => {
    const { one, resources, outputs } = await run(() => {
      const dataset = new AnalyticsDataset("daily", { database: "telemetry", query: QUERY });
      return [dataset.workgroupName, dataset.namedQueryId, dataset.databaseName, dataset.resultsLocation];
    });
    assert.equal(resources.length, 10);
    const location = `s3://${BUCKET}/results/daily/`;
    assert.deepEqual(outputs, ["iot-telemetry-etl-dev-daily", "daily-query-id", "telemetry", location]);
    assert.deepEqual(one("aws:athena/workgroup:Workgroup").inputs, {
      name: "iot-telemetry-etl-dev-daily",
      description: "Dataset daily",
      forceDestroy: true,
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: 10_737_418_240,
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        resultConfiguration: {
          outputLocation: location,
          encryptionConfiguration: { encryptionOption: "SSE_S3" },
          expectedBucketOwner: ACCOUNT,
        },
      },
    });
    assert.deepEqual(one("aws:athena/namedQuery:NamedQuery").inputs, {
      name: "iot-telemetry-etl-dev-daily",
      description: "Dataset daily",
      database: "telemetry",
      workgroup: "iot-telemetry-etl-dev-daily",
      query: QUERY,
    });
  });

  it("keeps contents for 90 days unless told", async () => {
    const days = async (retention: { days?: number; unlimited?: boolean } | undefined): Promise<unknown> => {
      const { one } = await run(() => new AnalyticsDataset("daily", { database: "d", query: QUERY, retention }));
      const { rules } = one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs;
      return rules[1]?.expiration.days;
    };
    assert.equal(await days(undefined), 90);
    assert.equal(await days({ days: 7 }), 7);
    assert.equal(await days({ unlimited: true }), undefined);
  });

  it("takes a bucket of the user's, a key and a limit", async () => {
    const { one, all } = await run(
      () =>
        new AnalyticsDataset("daily", {
          database: "d",
          query: QUERY,
          storage: { bucket: "mine", prefix: "iot/" },
          kmsKeyArn: KEY,
          scanLimitMegabytes: 10,
        }),
    );
    assert.deepEqual(all("aws:s3/bucket:Bucket"), []);
    const { configuration } = one("aws:athena/workgroup:Workgroup").inputs;
    assert.equal(configuration.bytesScannedCutoffPerQuery, 10_485_760);
    assert.deepEqual(configuration.resultConfiguration, {
      outputLocation: "s3://mine/iot/results/daily/",
      encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: KEY },
    });
  });

  it("says everything that is wrong with its arguments at once", async () => {
    const problems = await wrongArguments(
      () =>
        new AnalyticsDataset("daily", {
          database: "d",
          query: " ",
          scanLimitMegabytes: 1,
          retention: { days: 1.5 },
        }),
    );
    assert.deepEqual(problems, [
      'query: saw " " with 1 bytes; a query has 1-262,144 bytes',
      "scanLimitMegabytes: saw 1; a whole number of MB from 10 to 10,000,000",
      "retention.days: saw 1.5; a whole number of days from 1 to 100,000",
    ]);
  });
});
