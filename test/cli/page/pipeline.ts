/** Fails what is no JSON and what has no number as value, as the documents below do. */
export const FAILING_FUNCTION = `exports.handler = async (event) => ({
  records: event.records.map(({ recordId, data }) => {
    try {
      const { device_id, value } = JSON.parse(Buffer.from(data, "base64").toString());
      if (typeof value === "number") return { recordId, result: "Ok", data, metadata: { partitionKeys: { device: device_id } } };
    } catch {}
    return { recordId, result: "ProcessingFailed", data };
  }),
});`;

/** A pipeline that doubles a value, and its datastore. */
export const DEFINITION = {
  pipeline: {
    pipelineName: "convert",
    pipelineActivities: [
      { channel: { name: "start", channelName: "in", next: "double" } },
      { math: { name: "double", attribute: "twice", math: "value * 2", next: "end" } },
      { datastore: { name: "end", datastoreName: "readings" } },
    ],
  },
  datastore: {
    datastoreName: "readings",
    fileFormatConfiguration: {
      parquetConfiguration: {
        schemaDefinition: {
          columns: [
            { name: "device_id", type: "string" },
            { name: "value", type: "bigint" },
            { name: "twice", type: "bigint" },
          ],
        },
      },
    },
  },
  options: {},
};
