import { nameOf, parseArn } from "../../aws/arn";
import { block, text } from "../../aws/values";
import type { StackView, View } from "../framework/view";
import { MAPPING, PERMISSION, referring, textsOf } from "./links";

/** Names of the API calls that an action of IAM stands for, where they differ. */
const API_CALLS: Readonly<Record<string, readonly string[]>> = {
  "s3:ListBucket": ["ListObjects", "HeadBucket", "ListBucket"],
  "s3:GetObject": ["GetObject", "HeadObject", "CopyObject"],
  "s3:PutObject": ["PutObject", "Upload", "CreateMultipartUpload", "CopyObject"],
  "s3:DeleteObject": ["DeleteObject"],
  "s3:GetBucketLocation": ["GetBucketLocation"],
  "lambda:InvokeFunction": ["Invoke"],
  "sns:Publish": ["Publish"],
  "iot:Publish": ["Publish"],
};
const START_QUERY = "StartQueryExecution";
/** Calls that follow from others, or that a service makes for the function. */
const FOLLOWS = new Set([
  "s3:AbortMultipartUpload",
  "s3:ListMultipartUploadParts",
  "s3:ListBucketMultipartUploads",
  "s3:GetObjectVersion",
]);

/**
 * Calls that Athena makes for whoever starts a query, with their permissions.
 * https://docs.aws.amazon.com/athena/latest/ug/managed-policies.html
 */
const BY_ATHENA = new Set([
  "athena:GetDataCatalog",
  "glue:GetDatabase",
  "glue:GetTable",
  "glue:GetPartition",
  "glue:GetPartitions",
  "glue:BatchGetPartition",
  "glue:CreateTable",
  "glue:DeleteTable",
  "s3:GetBucketLocation",
]);

/**
 * Whether a function's code makes a call on a resource: the call has to be named in its code, and the resource in its code, its environment or
 * its event sources. Undefined if the code cannot be read here (an archive on disk, an image, a layer).
 */
export function codeUses(view: View, action: string, resource: string, stack: StackView): boolean | undefined {
  const { readable, code, settings, calls: called } = textsOfFunction(view, stack);
  const name = nameInArn(resource)?.replace(/\*$/, "");
  const named = (content: string): boolean => name !== undefined && name !== "" && content.includes(name);
  if (!readable) return named(settings) ? true : undefined;
  const calls = [...(API_CALLS[action] ?? [action.split(":")[1]!]), ...(BY_ATHENA.has(action) ? [START_QUERY] : [])];
  const calling = FOLLOWS.has(action) || calls.some((call) => called.includes(call.toLowerCase()));
  // Things, topics and whatever has no name of its own are data to a function; the catalog goes with any of its tables.
  const data =
    resource === "*" ||
    /:(thing|topic|topicfilter)\/|^arn:[^:]*:glue:[^:]*:[^:]*:catalog$|:datacatalog\/AwsDataCatalog$/.test(resource);
  return calling && (data || named(code) || named(settings));
}

interface FunctionTexts {
  readable: boolean;
  code: string;
  /** the code in lower case and without underscores: GetObject, getObject and get_object are one call */
  calls: string;
  settings: string;
}

const functionTexts = new WeakMap<View, FunctionTexts>();

function textsOfFunction(view: View, stack: StackView): FunctionTexts {
  let known = functionTexts.get(view);
  if (known === undefined) {
    const { code, environment, ...others } = view.plain;
    const pieces = codeTexts(code);
    known = {
      readable:
        pieces !== undefined &&
        others.layers === undefined &&
        others.packageType !== "Image" &&
        others.s3Bucket === undefined,
      code: (pieces ?? []).join("\n"),
      calls: (pieces ?? []).join("\n").toLowerCase().replaceAll("_", ""),
      settings: textsOf([
        environment,
        others.deadLetterConfig,
        others.fileSystemConfig,
        // A caller passes its own name to the function.
        referring(stack, [PERMISSION], "function", view).map(({ plain }) => plain.sourceArn as unknown),
        referring(stack, [MAPPING], "functionName", view).map(({ plain }) => plain.eventSourceArn as unknown),
      ]).join("\n"),
    };
    functionTexts.set(view, known);
  }
  return known;
}

/** Texts of an archive: as the SDK hands them to policies (assets with text), or as the local engine does (files). */
function codeTexts(code: unknown): string[] | undefined {
  const archive = block(code);
  if (archive === undefined) return undefined;
  const files = block(archive.files);
  if (files !== undefined) return textsOf(files);
  const assets: unknown = archive.assets;
  if (typeof assets !== "object" || assets === null) return undefined;
  const pieces: string[] = [];
  for (const item of Object.values(assets as Record<string, unknown>)) {
    const own = block(item);
    const content = text(own?.text);
    // Of an asset that is a file, Pulumi's engine hands on no text, or an empty one.
    if (content === "") return undefined;
    if (content !== undefined) pieces.push(content);
    else {
      const inner = codeTexts(item);
      if (inner === undefined) return undefined;
      pieces.push(...inner);
    }
  }
  return pieces.length === 0 ? undefined : pieces;
}

/** Texts of an archive's JSON files, such as a definition beside the code, as far as they can be read here. */
export function jsonFileTexts(code: unknown): string[] {
  const archive = block(code);
  const files = Object.entries({ ...block(archive?.files), ...block(archive?.assets) });
  return files.flatMap(([name, file]) => {
    if (!name.endsWith(".json")) return [];
    const content = text(file) ?? text(block(file)?.text);
    return content === undefined ? [] : [content];
  });
}

/** The name that a resource is known by, out of its ARN. */
export function nameInArn(arn: string): string | undefined {
  const parts = parseArn(arn);
  if (parts === undefined) return undefined;
  if (parts.service === "s3") return parts.resource.split("/")[0];
  if (parts.service === "lambda") return parts.resource.split(":")[1];
  if (parts.service === "logs") return /^log-group:([^:*]+)/.exec(parts.resource)?.[1];
  if (parts.service === "glue") return parts.resource.split("/").at(-1);
  if (parts.service === "secretsmanager")
    return parts.resource.replace(/^secret:/, "").replace(/-(\*|\?{6}|[A-Za-z0-9]{6})$/, "");
  if (parts.service === "kinesis" || parts.service === "dynamodb") return parts.resource.split("/")[1];
  return nameOf(arn);
}
