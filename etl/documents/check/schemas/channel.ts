/** The schema of a channel. */
import { object, optional, required } from "./schema";
import { EMPTY, name, retentionPeriod, tags, customerManagedS3 } from "./values";

/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_CreateChannel.html */
export const channelSchema = object({
  channelName: required(name),
  channelStorage: optional(
    object({ serviceManagedS3: optional(EMPTY), customerManagedS3: optional(customerManagedS3) }, [
      "serviceManagedS3",
      "customerManagedS3",
    ]),
  ),
  retentionPeriod: optional(retentionPeriod),
  tags: optional(tags),
});
