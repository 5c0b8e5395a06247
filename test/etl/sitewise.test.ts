import assert from "node:assert/strict";
import fc from "fast-check";
import { compilePipeline, type TransformDefinition } from "../../etl";
import { NO_SERVICES } from "../../etl/activities";
import { notifiedValues } from "../../etl/sitewise";

const read = (text: string): unknown[] | undefined =>
  notifiedValues(Buffer.from(text))?.map((message) => JSON.parse(message.toString()) as unknown);

/** As https://docs.aws.amazon.com/iot-sitewise/latest/userguide/interact-with-other-services.html shows one, with what the rule adds. */
const NOTIFICATION = `{
  "type": "PropertyValueUpdate",
  "payload": {
    "assetId": "a1b2c3d4-5678-90ab-cdef-22222EXAMPLE",
    "propertyId": "a1b2c3d4-5678-90ab-cdef-33333EXAMPLE",
    "values": [
      {
        "timestamp": { "timeInSeconds": 1575691200, "offsetInNanos": 7 },
        "quality": "GOOD",
        "value": { "doubleValue": 100.10 }
      },
      { "timestamp": { "timeInSeconds": 1575691201 }, "quality": "BAD", "value": { "stringValue": "x\\"y" } }
    ]
  },
  "assetModelId": "m",
  "__received_at": 5
}`;

describe("etl/sitewise", () => {
  it("makes a message of each value, with the names of SiteWise's storage", () => {
    const ids = {
      assetModelId: "m",
      __received_at: 5,
      assetId: "a1b2c3d4-5678-90ab-cdef-22222EXAMPLE",
      propertyId: "a1b2c3d4-5678-90ab-cdef-33333EXAMPLE",
    };
    assert.deepEqual(read(NOTIFICATION), [
      { ...ids, timeInSeconds: 1575691200, offsetInNanos: 7, quality: "GOOD", doubleValue: 100.1 },
      { ...ids, timeInSeconds: 1575691201, quality: "BAD", stringValue: 'x"y' },
    ]);
  });

  it("keeps the digits", () => {
    const text =
      '{"type":"PropertyValueUpdate","payload":{"values":[{"value":{"doubleValue":0.10000000000000000001}}]}}';
    assert.equal(notifiedValues(Buffer.from(text))?.[0]?.toString(), '{"doubleValue":0.10000000000000000001}');
  });

  for (const other of [
    "no JSON PropertyValueUpdate",
    '["PropertyValueUpdate"]',
    '{"a":"PropertyValueUpdate"}',
    '{"type":"PropertyValueUpdate"}',
    '{"type":"PropertyValueUpdate","payload":{"values":5}}',
    '{"type":"Other","payload":{"values":[]},"x":"PropertyValueUpdate"}',
    '{"type":"PropertyValueUpdate","payload":{"values":[]}',
  ])
    it(`leaves ${other} as it is`, () => assert.equal(read(other), undefined));

  const definition = (siteWise: boolean): TransformDefinition => ({
    pipeline: {
      pipelineName: "p",
      pipelineActivities: [
        { channel: { name: "c", channelName: "c", next: "f" } },
        { filter: { name: "f", filter: "doubleValue >= 0", next: "d" } },
        { datastore: { name: "d", datastoreName: "d" } },
      ],
    },
    datastore: {
      datastoreName: "d",
      fileFormatConfiguration: {
        parquetConfiguration: { schemaDefinition: { columns: [{ name: "doublevalue", type: "double" }] } },
      },
    },
    options: { siteWise },
  });
  const outcomes = (texts: readonly string[], siteWise = true) =>
    compilePipeline(definition(siteWise)).processBatch(
      texts.map((text) => ({ bytes: Buffer.from(text), arrivalTime: 0 })),
      NO_SERVICES,
    );
  const notification = (values: readonly unknown[]): string =>
    JSON.stringify({ type: "PropertyValueUpdate", payload: { values } });

  it("stores a row of each value that passes, none lost and none doubled", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 1, maxLength: 5 })),
        async (all) => {
          const texts = all.map((values) => notification(values.map((doubleValue) => ({ value: { doubleValue } }))));
          const found = await outcomes(texts);
          found.forEach((outcome, i) => {
            const passing = all[i]!.filter((value) => value >= 0);
            const rows =
              outcome.result === "stored" ? outcome.rows.map(({ row }) => JSON.parse(row.toString()) as unknown) : [];
            assert.deepEqual(
              rows,
              passing.map((doublevalue) => ({ doublevalue })),
            );
            if (passing.length === 0) assert.equal(outcome.result, "filtered");
          });
        },
      ),
    ));

  it("fails a notification without values, and takes other messages of the channel as they are", async () => {
    const [empty, plain] = await outcomes([notification([]), '{"doubleValue":1}']);
    assert.equal(empty?.result, "failed");
    assert.equal(plain?.result, "stored");
  });

  it("is done for channels that take notifications alone", async () => {
    const pipeline = compilePipeline(definition(false));
    const outcome = pipeline.process(Buffer.from(notification([{ value: { doubleValue: 1 } }])), { arrivalTime: 0 });
    // Without the attribute the filter is not met.
    assert.equal(outcome.result, "filtered");
  });
});
