import { replicationSafe } from "../../../../policies/rules/workflows/replication-safe";
import { spec } from "../../spec";

spec(replicationSafe, {
  messages: {
    "records over several lines": [
      'target (aws:dms:Endpoint), kinesisSettings.messageFormat: saw "json"; a record is one line; set "json-unformatted"',
    ],
    "one zone in production (prod)": [
      "dms (aws:dms:ReplicationInstance), multiAz: saw false; replication runs in two zones in prod; set true",
    ],
    "one subnet": [
      'subnets (aws:dms:ReplicationSubnetGroup), subnetIds: saw ["subnet-1"]; a subnet group has two subnets in two zones; add one',
    ],
    "a capacity that is not there": [
      "serverless (aws:dms:ReplicationConfig), computeConfig.maxCapacityUnits: saw 3; capacity is one of 1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384; choose one of them",
    ],
  },
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
