import { checkName } from "../names";
import { tagLimits } from "./tags";
import { absent, block, Findings, list, number, show, text, type Inputs, type Limit } from "../values";

/** Names that the Lambda service sets itself. */
const RESERVED = new Set(
  "_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR".split(
    " ",
  ),
);

/** Function. https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export const lambdaFunction: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "function");
  findings.required("role", inputs.role, "a function has a role");
  const role = text(inputs.role);
  if (role !== undefined && role !== "" && !/^arn:[^:]+:iam::\d{12}:role\/.+$/.test(role))
    findings.add("role", show(role), "it is the ARN of a role", "write arn:aws:iam::ACCOUNT:role/NAME");
  findings.range("memorySize", inputs.memorySize, 128, 10_240, "the memory of a function in MB");
  findings.range("timeout", inputs.timeout, 1, 900, "the timeout of a function in seconds");
  findings.range(
    "ephemeralStorage.size",
    block(inputs.ephemeralStorage)?.size,
    512,
    10_240,
    "the temporary storage in MB",
  );
  checkCode(findings, inputs);
  checkVariables(findings, inputs);
  checkLogging(findings, inputs);
  findings.within("", tagLimits(inputs.tags));
  return findings.all;
};

function checkCode(findings: Findings, inputs: Inputs): void {
  findings.among("packageType", inputs.packageType, ["Zip", "Image"], "the package of a function");
  const zip = absent(inputs.packageType) || inputs.packageType === "Zip";
  if (zip)
    for (const member of ["handler", "runtime"])
      findings.required(member, inputs[member], `a function of an archive needs ${member}`);
  if (zip && ["code", "s3Bucket", "sourceCodeHash"].every((member) => absent(inputs[member])))
    findings.add("code", "nothing", "a function of an archive needs code", "set code");
  const architectures = list(inputs.architectures);
  if (architectures !== undefined && architectures.length !== 1)
    findings.add("architectures", show(architectures), "a function has one architecture", 'write ["arm64"]');
  for (const architecture of architectures ?? [])
    findings.among("architectures[0]", architecture, ["arm64", "x86_64"], "the architecture of a function");
  const layers = list(inputs.layers);
  if (layers !== undefined && layers.length > 5)
    findings.add("layers", `${layers.length} layers`, "a function has at most 5", "bundle what they hold");
}

function checkVariables(findings: Findings, inputs: Inputs): void {
  const variables = block(block(inputs.environment)?.variables);
  if (variables === undefined) return;
  let bytes = 0;
  for (const [name, value] of Object.entries(variables)) {
    const at = `environment.variables.${name}`;
    bytes += Buffer.byteLength(name) + Buffer.byteLength(text(value) ?? "");
    if (!/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name))
      findings.add(
        at,
        show(name),
        "a name begins with a letter and has letters, digits and underscores, at least two characters",
        "rename it",
      );
    else if (RESERVED.has(name))
      findings.add(at, show(name), "the service sets this variable itself", "choose another name");
  }
  if (bytes > 4096)
    findings.add(
      "environment.variables",
      `${bytes} bytes`,
      "all variables together have at most 4,096",
      "put large values into a file of the archive",
    );
}

function checkLogging(findings: Findings, inputs: Inputs): void {
  const logging = block(inputs.loggingConfig);
  if (logging === undefined) return;
  findings.among("loggingConfig.logFormat", logging.logFormat, ["JSON", "Text"], "the format of logs");
  for (const [member, levels] of [
    ["applicationLogLevel", ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]],
    ["systemLogLevel", ["DEBUG", "INFO", "WARN"]],
  ] as const) {
    findings.among(`loggingConfig.${member}`, logging[member], levels, "the log level");
    if (!absent(logging[member]) && text(logging.logFormat) === "Text")
      findings.add(
        `loggingConfig.${member}`,
        show(logging[member]),
        'log levels need logFormat "JSON"',
        'set logFormat to "JSON"',
      );
  }
  const group = text(logging.logGroup);
  if (group?.startsWith("aws/") === true)
    findings.add(
      "loggingConfig.logGroup",
      show(group),
      "a log group of one's own does not begin with aws/",
      "begin it with a slash",
    );
}

/** Event source mapping, for streams and queues. https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
export const eventSourceMapping: Limit = (inputs) => {
  const findings = new Findings();
  findings.range("batchSize", inputs.batchSize, 1, 10_000, "the batch in records");
  findings.range(
    "maximumBatchingWindowInSeconds",
    inputs.maximumBatchingWindowInSeconds,
    0,
    300,
    "the batching window in seconds",
  );
  findings.range("parallelizationFactor", inputs.parallelizationFactor, 1, 10, "the batches of a shard at a time");
  findings.range("tumblingWindowInSeconds", inputs.tumblingWindowInSeconds, 0, 900, "the tumbling window in seconds");
  findings.range(
    "maximumRetryAttempts",
    inputs.maximumRetryAttempts,
    -1,
    10_000,
    "the number of retries (-1: for ever)",
  );
  const age = number(inputs.maximumRecordAgeInSeconds);
  if (age !== undefined && age !== -1 && (age < 60 || age > 604_800))
    findings.add(
      "maximumRecordAgeInSeconds",
      String(age),
      "the age of a record is -1 (for ever) or 60 to 604,800 s",
      "set it so",
    );
  const positions = ["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"];
  findings.among("startingPosition", inputs.startingPosition, positions, "the starting position");
  const source = text(inputs.eventSourceArn);
  if (source !== undefined && source.includes(":kinesis:") && absent(inputs.startingPosition))
    findings.add(
      "startingPosition",
      "nothing",
      "a stream as source needs a starting position",
      "set TRIM_HORIZON or LATEST",
    );
  if (text(inputs.startingPosition) === "AT_TIMESTAMP" && absent(inputs.startingPositionTimestamp))
    findings.add(
      "startingPositionTimestamp",
      "nothing",
      "startingPosition AT_TIMESTAMP needs startingPositionTimestamp",
      "set it",
    );
  const filters = list(block(inputs.filterCriteria)?.filters);
  if (filters !== undefined && filters.length > 10)
    findings.add("filterCriteria.filters", `${filters.length} filters`, "a mapping has at most 10", "join some");
  const target = text(block(block(inputs.destinationConfig)?.onFailure)?.destinationArn);
  if (target?.endsWith(".fifo") === true)
    findings.add(
      "destinationConfig.onFailure.destinationArn",
      show(target),
      "failures do not go to a FIFO queue or topic",
      "use a standard one",
    );
  return findings.all;
};
