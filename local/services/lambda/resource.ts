import { NODE_RUNTIMES, PYTHON_RUNTIMES } from "../../../aws/lambda-runtimes";
import { NAMES } from "../../../aws/names";
import { createHash } from "node:crypto";
import { TYPES, type Properties } from "../../core/model";
import { findPython } from "./python";
import { arnOf, automaticName, type Handler } from "../../resources/handler";
import {
  archive,
  arn,
  block,
  checked,
  description,
  flag,
  list,
  map,
  number,
  oneOf,
  physicalName,
  refused,
  replaces,
  required,
  tags,
  text,
  type Finding,
} from "../../resources/properties";

const LAYERED = "put everything into the archive";
/**
 * Names of environment variables that Lambda sets itself.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
const RESERVED =
  /^(AWS_(REGION|DEFAULT_REGION|ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|EXECUTION_ENV|LAMBDA_.*)|_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

/**
 * Function.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 */
export const lambdaFunction: Handler = {
  type: TYPES.function,
  naming: { property: "name", make: (context) => automaticName(context, 64) },
  properties: {
    name: physicalName(NAMES.function),
    role: required(arn("iam")),
    code: required(archive()),
    handler: required(
      text({
        check: (value) => (/^[^\s.][^\s]*\.[^\s.]+$/.test(value) ? undefined : `saw "${value}"; wants FILE.EXPORT`),
      }),
    ),
    runtime: required(text({ check: checkRuntime })),
    // The instruction set says nothing about JavaScript or Python.
    architectures: checked(list(oneOf(["arm64", "x86_64"]))),
    memorySize: number(128, 10_240),
    timeout: number(1, 900),
    environment: block({ variables: map(text(), { check: checkVariables }) }),
    loggingConfig: block({
      logFormat: required(oneOf(["JSON", "Text"])),
      logGroup: text({
        check: (value) =>
          value.startsWith("aws/") ? `saw "${value}"; a log group does not begin with aws/` : undefined,
      }),
      applicationLogLevel: oneOf(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]),
      systemLogLevel: oneOf(["DEBUG", "INFO", "WARN"]),
    }),
    description,
    tags,
    region: checked(text()),
    packageType: replaces(oneOf(["Zip"])),
    // Follows from the code, which is read itself.
    sourceCodeHash: checked(text()),
    codeSha256: checked(text()),
    publish: refused("the newest code is run; leave it out", false),
    publishTo: refused("the newest code is run; leave it out"),
    ephemeralStorage: refused("the machine's own disk is used; leave it out"),
    layers: refused(LAYERED),
    imageUri: refused(LAYERED),
    imageConfig: refused(LAYERED),
    s3Bucket: refused(LAYERED),
    s3Key: refused(LAYERED),
    s3ObjectVersion: refused(LAYERED),
    tracingConfig: refused("there is no X-Ray here; leave it out"),
    // An invocation of a function waits for the one before, so it never runs more than one at a time; -1 stands for no reservation.
    reservedConcurrentExecutions: checked(
      number(-1, 100_000, {
        check: (value) =>
          value === 0 ? "saw 0; the function would never run; set 1 or more, or leave it out" : undefined,
      }),
    ),
    deadLetterConfig: block({ targetArn: required(arn("sqs")) }),
    vpcConfig: refused("there is no network here; leave it out"),
    replaceSecurityGroupsOnDestroy: refused("there is no network here; leave it out", false),
    replacementSecurityGroupIds: refused("there is no network here; leave it out"),
    fileSystemConfig: refused("there is no network here; leave it out"),
    capacityProviderConfig: refused("leave it out"),
    codeSigningConfigArn: refused("leave it out"),
    durableConfig: refused("leave it out"),
    snapStart: refused("it is not for Node; leave it out"),
    tenancyConfig: refused("leave it out"),
    // Creating takes no time here that could run out.
    useResourceTimeoutForPropagation: checked(flag()),
    kmsKeyArn: refused("leave it out"),
    sourceKmsKeyArn: refused("leave it out"),
    skipDestroy: refused("leave it out", false),
  },
  check: (inputs) => checkHandler(inputs),
  references: (inputs, declared, report) => {
    declared.require(TYPES.role, inputs.role, "role", "role", report);
    const dead: unknown = inputs.deadLetterConfig?.targetArn;
    declared.require(TYPES.queue, dead, "queue", "deadLetterConfig.targetArn", report);
  },
  plan: (inputs, context) => {
    const functionArn = arnOf(context, "lambda", `function:${inputs.name}`);
    const qualified = `${functionArn}:$LATEST`;
    const invoke = (target: string) =>
      `arn:aws:apigateway:${context.region}:lambda:path/2015-03-31/functions/${target}/invocations`;
    const files = JSON.stringify(inputs.code?.files ?? {});
    const hash = createHash("sha256").update(files).digest("base64");
    return {
      id: inputs.name,
      outputs: {
        arn: functionArn,
        qualifiedArn: qualified,
        invokeArn: invoke(functionArn),
        qualifiedInvokeArn: invoke(qualified),
        version: "$LATEST",
        timeout: inputs.timeout ?? 3,
        memorySize: inputs.memorySize ?? 128,
        architectures: inputs.architectures ?? ["x86_64"],
        packageType: "Zip",
        codeSha256: hash,
        sourceCodeHash: inputs.sourceCodeHash ?? hash,
        sourceCodeSize: Buffer.byteLength(files),
        loggingConfig: { logFormat: "Text", logGroup: `/aws/lambda/${inputs.name}`, ...inputs.loggingConfig },
        reservedConcurrentExecutions: -1,
      },
    };
  },
};

const NODE: readonly string[] = NODE_RUNTIMES;
const PYTHON: readonly string[] = PYTHON_RUNTIMES;

function checkRuntime(runtime: string): string | undefined {
  if (NODE.includes(runtime)) return undefined;
  if (!PYTHON.includes(runtime))
    return `saw "${runtime}"; the local cloud runs functions with one of ${NODE.join(", ")}, ${PYTHON.join(", ")}. Deploy this one to AWS, and give a version of it in JavaScript or Python to run here (a lambda activity's: -c 'functions={"NAME":{"path":"FOLDER"}}')`;
  if (findPython(runtime) !== undefined) return undefined;
  return `saw "${runtime}"; functions in Python are run by this machine's, and there is no ${runtime}, python3 or python of at least 3.9 on PATH: install Python, or give a version of the function in JavaScript to run here (a lambda activity's: -c 'functions={"NAME":{"path":"FOLDER"}}')`;
}

function checkVariables(variables: Properties): string | undefined {
  const names = Object.keys(variables);
  const wrong = names.find((name) => !/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name));
  if (wrong !== undefined)
    return `saw the name "${wrong}"; it begins with a letter and has letters, digits and underscores`;
  const reserved = names.find((name) => RESERVED.test(name));
  if (reserved !== undefined) return `saw the name "${reserved}", which Lambda sets itself; take another`;
  const bytes = Buffer.byteLength(names.map((name) => name + String(variables[name])).join(""));
  return bytes > 4096 ? `${bytes} bytes; all variables together have at most 4,096` : undefined;
}

/** The handler's file must be in the archive, or every invocation fails. */
function checkHandler(inputs: Properties): Finding[] {
  const runtime = String(inputs.runtime);
  const python = PYTHON.includes(runtime);
  if (!python && !NODE.includes(runtime)) return [];
  const files: string[] = Object.keys(inputs.code?.files ?? {});
  if (files.length === 0)
    return inputs.code === undefined ? [] : [{ path: "code", message: "the archive holds no file" }];
  const handler = String(inputs.handler ?? "");
  const file = handler.slice(0, handler.lastIndexOf("."));
  const wanted = python
    ? [`${file.replaceAll(".", "/")}.py`, `${file.replaceAll(".", "/")}/__init__.py`]
    : [".js", ".cjs", ".mjs"].map((extension) => file + extension);
  if (file === "" || wanted.some((name) => files.includes(name))) return [];
  return [
    {
      path: "handler",
      message: `saw "${handler}"; the archive holds ${files.join(", ")} and no ${wanted.join(" or ")}`,
    },
  ];
}

/** A statement of a function's resource policy. https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
export const permission: Handler = {
  type: TYPES.permission,
  naming: { property: "statementId", make: (context) => automaticName(context, 100) },
  properties: {
    statementId: physicalName({
      characters: "a-zA-Z0-9_-",
      max: 100,
      rule: "letters, digits, hyphens and underscores",
      source: "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html",
    }),
    action: replaces(required(oneOf(["lambda:InvokeFunction", "lambda:*"]))),
    function: replaces(required(text())),
    principal: replaces(required(text())),
    sourceArn: replaces(text()),
    sourceAccount: replaces(text()),
    region: checked(text()),
    statementIdPrefix: refused("give statementId"),
    qualifier: refused("functions have no versions here; leave it out"),
    principalOrgId: refused("there is one account; leave it out"),
    eventSourceToken: refused("it is for Alexa; leave it out"),
    functionUrlAuthType: refused("function URLs are not part of the local cloud; leave it out"),
    invokedViaFunctionUrl: refused("function URLs are not part of the local cloud; leave it out"),
  },
  plan: (inputs) => ({ id: inputs.statementId, outputs: {} }),
};
