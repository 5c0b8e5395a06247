import { oneRegion } from "../../../../policies/rules/operability/one-region";
import { spec } from "../../spec";

spec(oneRegion, {
  messages: {
    "stream: another region": [
      'stream (aws:kinesis:Stream), region: saw "us-east-1"; the stack\'s region is eu-central-1; leave it out',
    ],
  },
  unknown: {
    of: "stream",
    property: "region",
    says: "stream (aws:kinesis:Stream), region: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
