import { checkName } from "../names";
import { absent, block, Findings, list, number, show, text, type Limit } from "../values";

/** Data stream. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html */
export const stream: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "stream");
  const modeDetails = block(inputs.streamModeDetails);
  const mode = absent(inputs.streamModeDetails) ? "PROVISIONED" : text(modeDetails?.streamMode);
  findings.among("streamModeDetails.streamMode", mode, ["ON_DEMAND", "PROVISIONED"], "the mode of a stream");
  const shards = number(inputs.shardCount);
  if (mode === "ON_DEMAND" && shards !== undefined && shards > 0)
    findings.add("shardCount", String(shards), "a stream in mode ON_DEMAND has no shard count", "leave it out");
  if (mode === "PROVISIONED" && (absent(inputs.shardCount) || (shards !== undefined && shards < 1)))
    findings.add(
      "shardCount",
      shards === undefined ? "nothing" : String(shards),
      "a stream in mode PROVISIONED has at least one shard",
      "set shardCount, or streamModeDetails.streamMode to ON_DEMAND",
    );
  findings.range("retentionPeriod", inputs.retentionPeriod, 24, 8760, "the retention of a stream in hours");
  findings.range("maxRecordSizeInKib", inputs.maxRecordSizeInKib, 1024, 10_240, "the largest record in KiB");
  findings.among("encryptionType", inputs.encryptionType, ["NONE", "KMS"], "the encryption of a stream");
  if (text(inputs.encryptionType) === "KMS" && (absent(inputs.kmsKeyId) || inputs.kmsKeyId === ""))
    findings.add(
      "kmsKeyId",
      "nothing",
      "a stream with encryptionType KMS names its key",
      "set kmsKeyId, for AWS's own key to alias/aws/kinesis",
    );
  if (!absent(inputs.warmThroughputMibPs) && (mode === "PROVISIONED" || (shards ?? 0) > 0))
    findings.add(
      "warmThroughputMibPs",
      show(inputs.warmThroughputMibPs),
      "warm throughput belongs to a stream in mode ON_DEMAND without a shard count",
      "leave it out, or change the mode",
    );
  const metrics = list(inputs.shardLevelMetrics);
  if (metrics !== undefined && metrics.length > 1 && metrics.some((name) => name === "ALL"))
    findings.add(
      "shardLevelMetrics",
      show(metrics),
      "ALL stands alone",
      'write ["ALL"], or only the names that you want',
    );
  return findings.all;
};
