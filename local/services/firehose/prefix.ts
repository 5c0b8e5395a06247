import { createHash } from "node:crypto";
import { timestampWriter } from "../../../etl";

/**
 * The values that expressions of a prefix stand for.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 */
export interface PrefixContext {
  /** arrival of the oldest record in the object, ms since 1970-01-01 UTC */
  time: number;
  /** what makes the object's random string, so that a replay gives the same name */
  seed: string;
  partitionKeys: Record<string, string>;
  errorOutputType?: string;
}

type Part = (context: PrefixContext) => string;

/** Compiles `raw/dt=!{timestamp:yyyy-MM-dd}/` and the like. A prefix without a timestamp or partition key gets `yyyy/MM/dd/HH/`. */
export function compilePrefix(text: string, isErrorPrefix: boolean): (context: PrefixContext) => string {
  const parts: Part[] = [];
  let dated = false;
  const expression = /!\{([^:}]+):([^}]*)\}/g;
  let last = 0;
  for (const match of text.matchAll(expression)) {
    const literal = text.slice(last, match.index);
    if (literal !== "") parts.push(() => literal);
    const [, namespace, argument] = match as unknown as [string, string, string];
    if (namespace === "timestamp" || namespace === "partitionKeyFromLambda") dated = true;
    parts.push(compileExpression(namespace, argument));
    last = match.index + match[0].length;
  }
  const rest = text.slice(last);
  if (rest !== "") parts.push(() => rest);
  if (!dated && !isErrorPrefix) parts.push(compileExpression("timestamp", "yyyy/MM/dd/HH/"));
  return (context) => {
    let prefix = "";
    for (const part of parts) prefix += part(context);
    return prefix;
  };
}

function compileExpression(namespace: string, argument: string): Part {
  switch (namespace) {
    case "timestamp": {
      const write = timestampWriter(argument);
      return (context) => write(context.time);
    }
    case "partitionKeyFromLambda":
      return (context) => context.partitionKeys[argument] ?? "";
    case "firehose":
      if (argument === "random-string")
        return (context) =>
          createHash("sha256")
            .update(context.seed)
            .digest("base64url")
            .replace(/[^A-Za-z0-9]/g, "")
            .slice(0, 11);
      if (argument === "error-output-type") return (context) => context.errorOutputType ?? "";
      break;
  }
  throw new Error(`!{${namespace}:${argument}} is not an expression that the local cloud evaluates`);
}

/** A UUID that follows from `seed`: the same records give the same object name, so a replay overwrites its object. */
export function derivedUuid(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Name of an object behind its prefix: `<stream>-<version>-yyyy-MM-dd-HH-mm-ss-<uuid>`.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
 */
export function objectName(stream: string, version: number, time: number, seed: string): string {
  const stamp = new Date(time).toISOString().slice(0, 19).replace(/[T:]/g, "-");
  return `${stream}-${version}-${stamp}-${derivedUuid(seed)}`;
}
