import { replicationSafe } from "../../../../policies/rules/workflows/replication-safe";
import { spec } from "../../spec";

spec(replicationSafe, {
  unknown: {
    of: "target",
    property: "engineName",
    says: "target (aws:dms:Endpoint), engineName: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
    add: [
      [
        "aws:dms/endpoint:Endpoint",
        "target",
        {
          endpointId: "target",
          endpointType: "target",
          engineName: "kinesis",
          kinesisSettings: {
            streamArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/historian",
            messageFormat: "json",
          },
        },
      ],
    ],
  },
});
