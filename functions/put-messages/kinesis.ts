import { PutRecordsCommand, type KinesisClient } from "@aws-sdk/client-kinesis";
import type { SendRecords } from "./put";

/** Requests to a stream, with the SDK of the Lambda runtime. @param client with the region, endpoint and credentials to use */
export function streamSender(client: KinesisClient, StreamName: string): SendRecords {
  return async (records) => {
    const Records = records.map(({ key, data }) => ({ PartitionKey: key, Data: data }));
    const answer = await client.send(new PutRecordsCommand({ StreamName, Records }));
    return records.map((_, i) => {
      const { ErrorCode, ErrorMessage = "" } = answer.Records?.[i] ?? {
        ErrorCode: "InternalFailure",
        ErrorMessage: "the stream did not answer for this record",
      };
      return ErrorCode === undefined ? undefined : { code: ErrorCode, message: ErrorMessage };
    });
  };
}
