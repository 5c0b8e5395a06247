import { block, list, number, show } from "../../../aws/values";
import { member } from "../../framework/context";
import type { ResourceRule } from "../../framework/rule";

const UNITS = [1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384];

export const replicationSafe: ResourceRule = {
  id: "replication-safe",
  group: "workflows",
  title: "DMS writes one line per record, runs in two zones in production, and has valid capacities and subnets.",
  rationale: "Pretty-printed records break every line reader; with one zone, its failure stops the historian.",
  severity: "medium",
  level: "mandatory",
  remediation: 'Set messageFormat "json-unformatted", multiAz in production, two subnets.',
  page: "https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html",
  config: { multiAz: member("boolean", "whether two zones are required", { dev: false, staging: false, prod: true }) },
  types: [
    "aws:dms/endpoint:Endpoint",
    "aws:dms/replicationInstance:ReplicationInstance",
    "aws:dms/replicationConfig:ReplicationConfig",
    "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup",
  ],
  check({ inputs, type }, found, context) {
    if (type.endsWith(":Endpoint")) {
      const format: unknown = block(inputs.kinesisSettings)?.messageFormat;
      if (inputs.engineName === "kinesis" && format !== "json-unformatted")
        found.add("kinesisSettings.messageFormat", show(format), "a record is one line", 'set "json-unformatted"');
      return;
    }
    if (type.endsWith(":ReplicationSubnetGroup")) {
      const subnets = list(inputs.subnetIds);
      if (subnets !== undefined && subnets.length < 2)
        found.add("subnetIds", show(subnets), "a subnet group has two subnets in two zones", "add one");
      return;
    }
    const serverless = type.endsWith(":ReplicationConfig");
    const compute = serverless ? (block(inputs.computeConfig) ?? {}) : inputs;
    const at = serverless ? "computeConfig." : "";
    if (context.config.multiAz === true && compute.multiAz !== true)
      found.add(
        `${at}multiAz`,
        show(compute.multiAz),
        `replication runs in two zones in ${context.environment}`,
        "set true",
      );
    for (const unit of ["minCapacityUnits", "maxCapacityUnits"]) {
      const given = number(compute[unit]);
      if (given !== undefined && !UNITS.includes(given))
        found.add(`${at}${unit}`, String(given), `capacity is one of ${UNITS.join(", ")}`, "choose one of them");
    }
  },
};
