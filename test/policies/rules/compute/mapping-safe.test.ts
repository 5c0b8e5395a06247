import { mappingSafe } from "../../../../policies/rules/compute/mapping-safe";
import { spec } from "../../spec";

spec(mappingSafe, {
  messages: {
    "mapping: retries for ever": [
      "mapping (aws:lambda:EventSourceMapping), maximumRetryAttempts: saw -1; retries are finite; set a number, for example 5",
    ],
    "mapping: retries not said": [
      "mapping (aws:lambda:EventSourceMapping), maximumRetryAttempts: saw nothing; retries are finite; set a number, for example 5",
    ],
    "mapping: failures are lost": [
      "mapping (aws:lambda:EventSourceMapping), destinationConfig.onFailure: saw nothing; what the function gave up is kept; set the ARN of a queue, a topic or a bucket",
    ],
    "mapping: whole batches fail": [
      'mapping (aws:lambda:EventSourceMapping), functionResponseTypes: saw nothing; a function reports the records that failed, not the batch; set ["ReportBatchItemFailures"]',
    ],
    "mapping: a bad record stops its batch": [
      "mapping (aws:lambda:EventSourceMapping), bisectBatchOnFunctionError: saw false; a batch that fails is halved until the bad record is alone; set true",
    ],
    "mapping: a mapping that is off": [
      "mapping (aws:lambda:EventSourceMapping), enabled: saw false; a mapping that is off reads nothing, and records expire; set true, or remove it",
    ],
  },
  unknown: {
    of: "mapping",
    property: "maximumRetryAttempts",
    says: "mapping (aws:lambda:EventSourceMapping), maximumRetryAttempts: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
