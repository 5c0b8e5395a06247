import { functionLimits } from "../../../../policies/rules/limits/function-limits";
import { spec } from "../../spec";

spec(functionLimits, {
  messages: {
    "bridge: sixteen minutes": [
      "bridge (aws:lambda:Function), timeout: saw 960; the timeout of a function in seconds is 1 to 900; set at most 900",
    ],
    "bridge: 64 MB": [
      "bridge (aws:lambda:Function), memorySize: saw 64; the memory of a function in MB is 128 to 10,240; set at least 128",
    ],
    "bridge: a variable of Lambda's own": [
      'bridge (aws:lambda:Function), environment.variables.AWS_REGION: saw "AWS_REGION"; the service sets this variable itself; choose another name',
    ],
    "bridge: six layers": [
      "bridge (aws:lambda:Function), layers: saw 6 layers; a function has at most 5; bundle what they hold",
    ],
    "mapping: no starting position": [
      "mapping (aws:lambda:EventSourceMapping), startingPosition: saw nothing; a stream as source wants a starting position; set TRIM_HORIZON or LATEST",
    ],
    "mapping: records of half a minute": [
      "mapping (aws:lambda:EventSourceMapping), maximumRecordAgeInSeconds: saw 30; the age of a record is -1 (for ever) or 60 to 604,800 s; set it so",
    ],
    "mapping: failures to a FIFO queue": [
      'mapping (aws:lambda:EventSourceMapping), destinationConfig.onFailure.destinationArn: saw "arn:aws:sqs:eu-central-1:123456789012:x.fifo"; failures do not go to a FIFO queue or topic; use a standard one',
    ],
  },
  unknown: {
    of: "bridge",
    property: "timeout",
    says: "bridge (aws:lambda:Function), timeout: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
