import { isRecord } from "../../../aws/text/record";
import type { Properties } from "../../core/model";
import type { Finding } from "../../resources/properties";
import { expressionIn } from "./expressions";
import { PAYLOAD_BYTES } from "./items";

/** Fields that only a Distributed Map has. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html */
const DISTRIBUTED = [
  "Label",
  "ItemReader",
  "ItemBatcher",
  "ResultWriter",
  "ToleratedFailureCount",
  "ToleratedFailurePercentage",
];
const READER = "arn:aws:states:::s3:listObjectsV2";
const WRITER = "arn:aws:states:::s3:putObject";
/** No white space, wildcards, brackets or special characters. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html */
const LABEL = /^[^\s?*<>{}[\]:;,\\|^~$#%&`"/\p{Cc}]{1,40}$/u;

/** What AWS refuses of a Map that runs within its execution; paths begin behind the state. */
export function inlineProblems(state: Properties, { Mode, ExecutionType }: Properties): Finding[] {
  const findings: Finding[] = DISTRIBUTED.filter((field) => state[field] !== undefined).map((path) => ({
    path,
    message: "only a Map of the mode DISTRIBUTED has it",
  }));
  if (Mode !== undefined && Mode !== "INLINE")
    findings.push({
      path: "ItemProcessor.ProcessorConfig.Mode",
      message: `saw ${JSON.stringify(Mode)}; there are INLINE, DISTRIBUTED`,
    });
  if (ExecutionType !== undefined)
    findings.push({
      path: "ItemProcessor.ProcessorConfig.ExecutionType",
      message: "a Map of the mode INLINE starts no executions; leave it out",
    });
  return findings;
}

/** What AWS or the local cloud refuses of a Distributed Map; paths begin behind the state. */
export function distributedProblems(state: Properties, { ExecutionType }: Properties): Finding[] {
  const findings: Finding[] = [];
  const report = (path: string, message: string): void => void findings.push({ path, message });
  if (ExecutionType !== "STANDARD")
    report(
      "ItemProcessor.ProcessorConfig.ExecutionType",
      ExecutionType === undefined
        ? "is required beside DISTRIBUTED"
        : `saw ${JSON.stringify(ExecutionType)}; the local cloud executes STANDARD`,
    );
  const { Label, Items, ItemReader, ItemBatcher, ResultWriter } = state;
  if (Label !== undefined && !(typeof Label === "string" && LABEL.test(Label)))
    report("Label", `saw ${JSON.stringify(Label)}; 1 to 40 characters without blanks and special characters`);
  if (Items !== undefined && ItemReader !== undefined)
    report("Items", "is given beside ItemReader; leave one of them out");
  const whole = (field: string, value: unknown, least: number, most: number): void => {
    if (value === undefined || (typeof value === "string" && expressionIn(value) !== undefined)) return;
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
      report(field, `saw ${JSON.stringify(value)}; a whole number from ${least} to ${most}`);
  };
  whole("MaxConcurrency", state.MaxConcurrency, 0, 10_000);
  whole("ToleratedFailureCount", state.ToleratedFailureCount, 0, Number.MAX_SAFE_INTEGER);
  const percentage: unknown = state.ToleratedFailurePercentage;
  if (typeof percentage === "number" && !(percentage >= 0 && percentage <= 100))
    report("ToleratedFailurePercentage", `saw ${percentage}; 0 to 100`);
  const fields = (value: unknown, path: string, allowed: readonly string[]): value is Properties => {
    if (!isRecord(value)) {
      report(path, "wants an object");
      return false;
    }
    for (const name of Object.keys(value))
      if (!allowed.includes(name))
        report(`${path}.${name}`, `the local cloud does not execute this field; it executes ${allowed.join(", ")}`);
    return true;
  };
  if (ItemReader !== undefined && fields(ItemReader, "ItemReader", ["Resource", "Arguments", "ReaderConfig"])) {
    if (ItemReader.Resource !== READER)
      report("ItemReader.Resource", `saw ${JSON.stringify(ItemReader.Resource)}; the local cloud executes ${READER}`);
    const given: unknown = ItemReader.Arguments;
    if (fields(given, "ItemReader.Arguments", ["Bucket", "Prefix"]) && given.Bucket === undefined)
      report("ItemReader.Arguments.Bucket", "is required");
    if (
      ItemReader.ReaderConfig !== undefined &&
      fields(ItemReader.ReaderConfig, "ItemReader.ReaderConfig", ["MaxItems"])
    )
      whole("ItemReader.ReaderConfig.MaxItems", ItemReader.ReaderConfig.MaxItems, 1, 100_000_000);
  }
  const BATCHER = ["MaxItemsPerBatch", "MaxInputBytesPerBatch", "BatchInput"];
  if (ItemBatcher !== undefined && fields(ItemBatcher, "ItemBatcher", BATCHER)) {
    const { MaxItemsPerBatch, MaxInputBytesPerBatch } = ItemBatcher;
    if (MaxItemsPerBatch === undefined && MaxInputBytesPerBatch === undefined)
      report("ItemBatcher", "wants MaxItemsPerBatch, MaxInputBytesPerBatch, or both");
    whole("ItemBatcher.MaxItemsPerBatch", MaxItemsPerBatch, 1, 100_000_000);
    whole("ItemBatcher.MaxInputBytesPerBatch", MaxInputBytesPerBatch, 1, PAYLOAD_BYTES);
  }
  if (ResultWriter !== undefined && fields(ResultWriter, "ResultWriter", ["Resource", "Arguments"])) {
    if (ResultWriter.Resource !== WRITER)
      report(
        "ResultWriter.Resource",
        `saw ${JSON.stringify(ResultWriter.Resource)}; the local cloud executes ${WRITER}`,
      );
    const given: unknown = ResultWriter.Arguments;
    if (fields(given, "ResultWriter.Arguments", ["Bucket", "Prefix"]) && given.Bucket === undefined)
      report("ResultWriter.Arguments.Bucket", "is required");
  }
  return findings;
}
