import * as fs from "node:fs";
import * as path from "node:path";
import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";

import { NODE_RUNTIMES, PYTHON_RUNTIMES } from "../aws/lambda-runtimes";
import { activityAlarms, Alarms, type AlarmNodes, type AlarmTransform } from "./parts/alarms/alarms";
import type { AlarmsArgs } from "./parts/alarms/alarms-args";
import { Checks, show } from "./parts/common/checks";
import { among, input, record, required, takeArgs, text, whole, type Shape } from "./parts/common/shape";
import { keepWaits } from "./parts/delivery/waits";
import type { FunctionReference } from "./parts/functions/transform-function";
import { createLogGroup, writesFunctionLog } from "./parts/common/logs";
import { uniqueName } from "./parts/common/names";
import { createRole, type RoleNodes, type RoleTransforms } from "./parts/common/role";
import { scopeOf } from "./parts/common/scope";
import {
  checkPermissions,
  permissionStatements,
  PERMISSIONS,
  type PermissionArgs,
} from "./parts/functions/permissions";
import { OPERATIONS } from "./parts/component-args";
import { transformed, type Transform } from "./parts/common/transform";

/** The runtime of a function whose arguments state none; of a .py file it is python3.13. */
export const DEFAULT_ACTIVITY_RUNTIME = "nodejs22.x";

/** Arguments of an ActivityFunction. */
export interface ActivityFunctionArgs {
  /** Folder with the function's files, or its one file, absolute or from the working directory. Example: "functions-of-mine/fill-gaps". */
  path: string;
  /** File, without its extension, and exported name. Default: "index.handler", in Python "lambda_function.lambda_handler"; of one file its name and "handler" or "lambda_handler". Example: "app.main". */
  handler?: string;
  /** A runtime of Lambda, of Node.js or Python. Default: "nodejs22.x", or "python3.13" for a .py file. Example: "nodejs24.x". */
  runtime?: string;
  /** Memory, MB, 128 to 10,240. Default: 256. Example: 512. */
  memoryMegabytes?: number;
  /** Seconds that a call may take, 1 to 300: the transform function waits for it. Default: 60. Example: 10. */
  timeoutSeconds?: number;
  /** Environment variables. Default: none. Example: { LIMIT: "40" }. */
  environment?: Record<string, pulumi.Input<string>>;
  /** ARNs of secrets in Secrets Manager that it reads (GetSecretValue). Default: none. Example: ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:plant/weather-a1b2c3"]. */
  secrets?: pulumi.Input<string>[];
  /** ARN of a KMS key of yours that the secrets are encrypted with. Default: AWS's key for Secrets Manager, which needs no permission. Example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab". */
  secretsKeyArn?: pulumi.Input<string>;
  /** What else it may do. Default: nothing. Example: [{ actions: ["dynamodb:GetItem"], resources: ["arn:aws:dynamodb:eu-central-1:123456789012:table/limits"] }]. */
  statements?: PermissionArgs[];
  /** ARN of a KMS key of yours for the log. Default: keys of AWS. Example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab". */
  kmsKeyArn?: pulumi.Input<string>;
  /** Days that log events are kept, one of CloudWatch's steps. Default: 30. Example: 90. */
  logRetentionDays?: number;
  /** Its alarms: calls that fail, calls that are refused. Default: both, without notification. Example: { topicArn: onCall.arn }. */
  alarms?: AlarmsArgs;
  /** ARN of a managed policy that bounds what its roles may do. Default: none. Example: "arn:aws:iam::123456789012:policy/boundary". */
  permissionsBoundaryArn?: pulumi.Input<string | undefined>;
  /** Tags of every resource that takes tags. Default: none. Example: { plant: "north" }. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

const SHAPE: Shape<ActivityFunctionArgs> = {
  path: required(text("a folder or file")),
  handler: text(),
  runtime: among<string>([...NODE_RUNTIMES, ...PYTHON_RUNTIMES]),
  memoryMegabytes: whole(128, 10_240, "MB"),
  timeoutSeconds: whole(1, 300, "seconds"),
  environment: record(input(text()), "variables by name"),
  ...PERMISSIONS,
  ...OPERATIONS,
};

/** The resources of an ActivityFunction. */
export interface ActivityFunctionNodes extends RoleNodes {
  readonly function: lambda.Function;
  readonly logGroup: cloudwatch.LogGroup;
  readonly alarms: AlarmNodes;
}

/** Changes to the arguments of its children. */
export interface ActivityFunctionTransforms extends RoleTransforms {
  function?: Transform<lambda.FunctionArgs>;
  logGroup?: Transform<cloudwatch.LogGroupArgs>;
  alarm?: AlarmTransform;
}

/** Options of an ActivityFunction: those of every component, and changes to its children. */
export interface ActivityFunctionOptions extends pulumi.ComponentResourceOptions {
  transform?: ActivityFunctionTransforms;
}

/**
 * A function of yours for `lambda` activities: it gets an array of messages and returns one. Its role may write its log, read `secrets`, and
 * do what `statements` say.
 *
 * The smallest use:
 * ```ts
 * new ActivityFunction("fill_gaps", { path: "functions-of-mine/fill-gaps" });
 * ```
 * The richest:
 * ```ts
 * const fillGaps = new ActivityFunction("fill_gaps", {
 *   path: "functions-of-mine/fill-gaps",
 *   handler: "app.main",
 *   runtime: "nodejs24.x",
 *   memoryMegabytes: 512,
 *   timeoutSeconds: 10,
 *   environment: { LIMIT: "40" },
 *   secrets: [weatherKey.arn],
 *   statements: [{ actions: ["dynamodb:GetItem"], resources: [limits.arn] }],
 *   logRetentionDays: 365,
 *   alarms: { topicArn: onCall.arn },
 * }, { transform: { function: (args) => { args.tracingConfig = { mode: "Active" }; } } });
 * new EtlPipeline("store", {
 *   channel: plant,
 *   datastore: readings,
 *   activities: [{ lambda: { lambdaName: "fill_gaps", batchSize: 100 } }],
 *   functions: { fill_gaps: fillGaps },
 * });
 * ```
 */
export class ActivityFunction extends pulumi.ComponentResource implements FunctionReference {
  readonly nodes: ActivityFunctionNodes;
  /** name of the function on AWS */
  readonly functionName: string;

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: ActivityFunctionArgs, opts: ActivityFunctionOptions = {}) {
    const { source, ...checked } = check(name, args);
    args = checked.args;
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:ActivityFunction", name, {}, options);
    keepWaits(this, options);
    const functionName = uniqueName(this, "function", name);
    const scope = scopeOf(this, name, args);

    // Before the function, whose first call would create a group without a retention.
    const logGroup = createLogGroup(scope, `${name}-log`, `/aws/lambda/${functionName}`, transform.logGroup);
    const { role, policy, arn } = createRole(scope, {
      service: "lambda",
      actor: "function",
      description: `Function ${name} of lambda activities`,
      statements: [writesFunctionLog(logGroup, scope.aws), ...permissionStatements(args, scope.aws)],
      transforms: transform,
    });
    const created = createFunction();
    const alarms = new Alarms(scope, args.alarms, transform.alarm);
    activityAlarms(alarms, `Function ${name}`, name, created.name);

    this.functionName = functionName;
    this.nodes = { function: created, logGroup, role, policy, alarms: alarms.nodes };
    this.registerOutputs({ functionName });

    function createFunction(): lambda.Function {
      const { environment } = args;
      const functionArgs: lambda.FunctionArgs = {
        name: functionName,
        description: `Called by lambda activities as ${name}`,
        role: arn,
        runtime: source.runtime,
        architectures: ["arm64"],
        handler: source.handler,
        code: source.code,
        memorySize: args.memoryMegabytes ?? 256,
        timeout: args.timeoutSeconds ?? 60,
        environment: environment === undefined ? undefined : { variables: environment },
        loggingConfig: {
          logGroup: logGroup.name,
          logFormat: "JSON",
          applicationLogLevel: "INFO",
          systemLogLevel: "WARN",
        },
        tags: args.tags,
      };
      const functionOptions = { parent: scope.component, dependsOn: [policy] };
      return new lambda.Function(...transformed(transform.function, `${name}-function`, functionArgs, functionOptions));
    }
  }
}

interface Source {
  runtime: string;
  handler: string;
  code: pulumi.asset.Archive;
}

/** @returns the arguments, and what is deployed */
function check(name: string, given: ActivityFunctionArgs): { args: ActivityFunctionArgs; source: Source } {
  const checks = new Checks("ActivityFunction", name);
  const args = takeArgs(SHAPE, given, checks);
  checkPermissions(checks, args);
  const wanted = ["path", "handler", "runtime"].every((argument) => checks.shaped(argument));
  const { source, problem } = wanted ? functionSource(args) : {};
  if (problem !== undefined) checks.add(problem.member, problem.reason);
  checks.throwIfWrong();
  return { args, source: source! };
}

/** Extensions of the files that a handler can be in, by the runtime's language. */
const EXTENSIONS = { nodejs: [".js", ".mjs", ".cjs"], python: [".py"] } as const;

/** As the console makes functions of each language. */
export const DEFAULT_HANDLERS = {
  nodejs: ["index", "handler"],
  python: ["lambda_function", "lambda_handler"],
} as const;

/** What would be deployed of a path; `problem` is said in terms of the arguments. */
export function functionSource(args: { path: string; handler?: string; runtime?: string }): {
  source?: Source;
  problem?: { member: "path" | "handler" | "runtime"; reason: string };
} {
  const wrong = (member: "path" | "handler" | "runtime", reason: string) => ({ problem: { member, reason } });
  let stat: fs.Stats;
  try {
    stat = fs.statSync(args.path);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such folder or file" : String(error);
    return wrong("path", `saw ${show(args.path)}; ${why}: give the folder with the function's files, or its one file`);
  }
  const extension = stat.isDirectory() ? "" : path.extname(args.path);
  const known = [...EXTENSIONS.nodejs, ...EXTENSIONS.python] as string[];
  if (!stat.isDirectory() && !known.includes(extension))
    return wrong(
      "path",
      `saw ${show(args.path)}; a function's file ends in ${known.join(", ")}: give such a file, or a folder that holds one (unpack an archive)`,
    );
  const runtime = args.runtime ?? (extension === ".py" ? "python3.13" : DEFAULT_ACTIVITY_RUNTIME);
  const language = runtime.startsWith("python") ? "python" : "nodejs";
  const extensions: readonly string[] = EXTENSIONS[language];
  if (extension !== "" && !extensions.includes(extension))
    return wrong(
      "runtime",
      `saw ${show(runtime)}, which does not run ${show(args.path)}; give one for ${extension} files`,
    );
  const [base, exported] = DEFAULT_HANDLERS[language];
  const handler = args.handler ?? `${extension === "" ? base : path.basename(args.path, extension)}.${exported}`;
  if (!/^[^\s.][^\s]*\.[^\s.]+$/.test(handler))
    return wrong("handler", `saw ${show(handler)}; wants FILE.EXPORT, such as "index.handler"`);
  const module = handler.slice(0, handler.lastIndexOf("."));
  // Python's modules may be named by their package.
  const file = language === "python" ? module.replaceAll(".", "/") : module;
  const files = stat.isDirectory() ? extensions.map((end) => path.join(args.path, file + end)) : [args.path];
  const there = stat.isDirectory()
    ? files.some((each) => fs.existsSync(each))
    : path.basename(args.path, extension) === file;
  if (!there)
    return wrong(
      "handler",
      `saw ${show(handler)}; ${show(args.path)} holds no ${extensions.map((end) => file + end).join(" or ")}`,
    );
  const code = stat.isDirectory()
    ? new pulumi.asset.FileArchive(args.path)
    : new pulumi.asset.AssetArchive({ [path.basename(args.path)]: new pulumi.asset.FileAsset(args.path) });
  return { source: { runtime, handler, code } };
}
