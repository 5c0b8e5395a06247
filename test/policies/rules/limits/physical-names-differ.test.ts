import { physicalNamesDiffer } from "../../../../policies/rules/limits/physical-names-differ";
import { spec } from "../../spec";

const STREAM = "aws:kinesis/stream:Stream";
const ROLE = "aws:iam/role:Role";

spec(physicalNamesDiffer, {
  more: [
    {
      rule: "physical-names-differ",
      what: "two streams of one name",
      add: [
        [STREAM, "first", { name: "both" }],
        [STREAM, "second", { name: "both" }],
      ],
      messages: [
        'second (aws:kinesis:Stream), name: saw "both"; first has this name too, two resources with one physical name; give one of them another',
      ],
    },
    {
      rule: "physical-names-differ",
      what: "two roles that differ in case only",
      add: [
        [ROLE, "first", { name: "Store", assumeRolePolicy: "{}" }],
        [ROLE, "second", { name: "store", assumeRolePolicy: "{}" }],
      ],
      messages: [
        'second (aws:iam:Role), name: saw "store"; first has this name too, two resources with one physical name; give one of them another',
      ],
    },
  ],
  good: {
    "streams that differ in case, and one of another region": {
      add: [
        [STREAM, "first", { name: "Both" }],
        [STREAM, "second", { name: "both" }],
        [STREAM, "third", { name: "both", region: "eu-west-1" }],
      ],
    },
  },
  unknown: {
    of: "stream",
    property: "name",
    says: "stream (aws:kinesis:Stream), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
