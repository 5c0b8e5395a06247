import { absent, block, blocks, Findings, list, show, text, type Finding, type Inputs } from "../values";

const TYPES = [
  "Lambda",
  "MetadataExtraction",
  "RecordDeAggregation",
  "AppendDelimiterToRecord",
  "Decompression",
  "CloudWatchLogProcessing",
];
const PARAMETERS = [
  "LambdaArn",
  "NumberOfRetries",
  "BufferSizeInMBs",
  "BufferIntervalInSeconds",
  "RoleArn",
  "MetadataExtractionQuery",
  "JsonParsingEngine",
  "SubRecordType",
  "Delimiter",
  "CompressionFormat",
  "DataMessageExtraction",
];
/** The API drops a parameter that has its default, and every later preview then shows a difference (seen with the Terraform provider for AWS, on which Pulumi's is built). */
const DEFAULTS: Record<string, number> = { NumberOfRetries: 3, BufferSizeInMBs: 1, BufferIntervalInSeconds: 60 };
const BOUNDS: Record<string, [min: number, max: number]> = {
  NumberOfRetries: [0, 300],
  BufferSizeInMBs: [0.2, 3],
  BufferIntervalInSeconds: [0, 900],
};

/** What other limits need to know of a destination's processors. */
export interface Processing {
  /** processing is on, and all processors are known */
  known: boolean;
  types: Set<string>;
  /** parameters of the processors that have them; texts that are known */
  parameters: Map<string, Map<string, string>>;
}

/** What a processing configuration says; processors of one that is off do nothing. */
export function readProcessing(value: unknown): Processing {
  const result: Processing = { known: true, types: new Set(), parameters: new Map() };
  if (absent(value)) return result;
  const configuration = block(value);
  if (configuration === undefined || (!absent(configuration.enabled) && typeof configuration.enabled !== "boolean"))
    return { ...result, known: false };
  // The provider's default of `enabled` is false only if it is left out.
  if (configuration.enabled !== true) return result;
  if (!absent(configuration.processors) && list(configuration.processors) === undefined)
    return { ...result, known: false };
  for (const [, processor] of blocks(configuration.processors)) {
    const type = text(processor.type);
    if (type === undefined) result.known = false;
    else {
      result.types.add(type);
      const own = result.parameters.get(type) ?? new Map<string, string>();
      for (const [, parameter] of blocks(processor.parameters)) {
        const name = text(parameter.parameterName);
        if (name !== undefined) own.set(name, text(parameter.parameterValue) ?? "");
      }
      result.parameters.set(type, own);
    }
  }
  return result;
}

/** Processors and their parameters; paths begin with `processors`. https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessorParameter.html */
export function processingLimits(configuration: Inputs): Finding[] {
  const findings = new Findings();
  const processors = list(configuration.processors);
  if (configuration.enabled !== true) return [];
  if (
    absent(configuration.processors) ||
    (processors !== undefined && (processors.length < 1 || processors.length > 5))
  )
    findings.add(
      "processors",
      `${processors?.length ?? 0} processors`,
      "processing that is enabled has 1 to 5",
      "give them, or set enabled to false",
    );
  const lambdas = blocks(configuration.processors).filter(([, { type }]) => type === "Lambda");
  if (lambdas.length > 1)
    findings.add(
      "processors",
      `${lambdas.length} Lambda processors`,
      "a delivery stream has at most one",
      "do all in one function",
    );
  for (const [index, processor] of blocks(configuration.processors))
    checkProcessor(findings, processor, `processors[${index}]`);
  return findings.all;
}

function checkProcessor(findings: Findings, processor: Inputs, at: string): void {
  findings.among(`${at}.type`, processor.type, TYPES, "the type of a processor");
  const parameters = new Map<string, { at: string; value: unknown }>();
  for (const [index, parameter] of blocks(processor.parameters)) {
    const place = `${at}.parameters[${index}]`;
    findings.among(`${place}.parameterName`, parameter.parameterName, PARAMETERS, "the name of a parameter");
    const name = text(parameter.parameterName);
    if (name === undefined) continue;
    if (parameters.has(name)) findings.add(place, `${name} twice`, "a parameter occurs once", "drop one");
    parameters.set(name, { at: `${place}.parameterValue`, value: parameter.parameterValue });
    checkParameter(findings, name, parameter.parameterValue, `${place}.parameterValue`);
  }
  if (!absent(processor.parameters) && list(processor.parameters) === undefined) return;
  const want = (name: string, why: string, wayOut: string): void => {
    if (!parameters.has(name)) findings.add(at, `no parameter ${name}`, why, wayOut);
  };
  switch (text(processor.type)) {
    case "Lambda":
      want("LambdaArn", "a Lambda processor names its function", "add it, with :$LATEST or a version");
      if (parameters.has("BufferSizeInMBs") !== parameters.has("BufferIntervalInSeconds"))
        findings.add(
          at,
          `${parameters.has("BufferSizeInMBs") ? "BufferSizeInMBs" : "BufferIntervalInSeconds"} alone`,
          "BufferSizeInMBs and BufferIntervalInSeconds come together or not at all",
          "give both, or leave both out",
        );
      break;
    case "MetadataExtraction":
      want("MetadataExtractionQuery", "it says which keys to extract", "add it, for example {device:.device_id}");
      want("JsonParsingEngine", "it says in which language the query is", "add it with the value JQ-1.6");
      break;
    case "RecordDeAggregation":
      want("SubRecordType", "it says how records are joined", "add it with JSON or DELIMITED");
      if (parameters.get("SubRecordType")?.value === "DELIMITED")
        want("Delimiter", "SubRecordType DELIMITED wants the delimiter in base64", "add the parameter Delimiter");
      break;
  }
}

function checkParameter(findings: Findings, name: string, value: unknown, at: string): void {
  if (typeof value === "number" || typeof value === "boolean") {
    findings.add(at, String(value), "values of parameters are texts", `write "${value}"`);
    return;
  }
  const given = text(value);
  if (given === undefined) return;
  if (given.length > 5120)
    findings.add(at, `${given.length} characters`, "a parameter's value has at most 5,120", "shorten it");
  const bounds = BOUNDS[name];
  if (bounds !== undefined) {
    const amount = Number(given);
    if (given.trim() === "" || !(amount >= bounds[0] && amount <= bounds[1]))
      findings.add(at, show(given), `${name} is ${bounds[0]} to ${bounds[1]}`, `write a number between, as text`);
    else if (amount === DEFAULTS[name])
      findings.add(
        at,
        show(given),
        `${amount} is the default of ${name}, which the API drops, so that every preview shows a difference`,
        name === "NumberOfRetries"
          ? "leave it out"
          : "leave BufferSizeInMBs and BufferIntervalInSeconds out, or choose other values for both",
      );
  }
  if (name === "LambdaArn" && !/^arn:[^:]+:lambda:[^:]+:\d{12}:function:[^:]+:[^:]+$/.test(given))
    findings.add(at, show(given), "the function's ARN carries a qualifier", "append :$LATEST, a version or an alias");
  if (name === "JsonParsingEngine" && given !== "JQ-1.6")
    findings.add(at, show(given), "the only engine is JQ-1.6", "write JQ-1.6");
  if (name === "SubRecordType" && given !== "JSON" && given !== "DELIMITED")
    findings.add(at, show(given), "the type is JSON or DELIMITED", "write one of them");
  if (name === "RoleArn" && !/^arn:[^:]+:iam::\d{12}:role\/.+$/.test(given))
    findings.add(at, show(given), "it is the ARN of a role", "write arn:aws:iam::ACCOUNT:role/NAME");
}
