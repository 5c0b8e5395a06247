import * as path from "node:path";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";
import type { Iam } from "../../iam";
import { ACCOUNT, TYPES, ofType, type Resource } from "../../core/model";
import { notAuthorized } from "../../core/access-denied";

/** What keeps a parameter from being read or written. */
export class ParameterError extends Error {
  constructor(
    readonly code: "AccessDenied" | "ParameterNotFound",
    message: string,
  ) {
    super(message);
  }
}

interface Value {
  Value: string;
  Version: number;
}

/**
 * Parameters of Systems Manager: a file each. One keeps the value that was put last, whatever the program says it began with: the
 * program's own is only its first.
 */
export class Parameters {
  private readonly files = new Map<string, { file: string; first: string }>();

  constructor(
    resources: readonly Resource[],
    root: string,
    private readonly iam: Iam,
    private readonly region: string,
  ) {
    for (const { inputs } of ofType(resources, TYPES.parameter)) {
      const file = path.join(root, fileOf(inputs.name));
      const parameter = { file, first: inputs.value ?? inputs.insecureValue };
      this.read(parameter); // a file that cannot be read is reported at the start
      this.files.set(inputs.name, parameter);
    }
  }

  /** GetParameter, or another action that reads. @throws ParameterError */
  get(principal: string, name: string, action = "ssm:GetParameter"): Value {
    return this.read(this.allowed(principal, action, name));
  }

  /** PutParameter with Overwrite. @throws ParameterError */
  put(principal: string, name: string, value: string): { Version: number } {
    const parameter = this.allowed(principal, "ssm:PutParameter", name);
    const Version = this.read(parameter).Version + 1;
    replaceFile(parameter.file, JSON.stringify({ Value: value, Version }));
    return { Version };
  }

  private allowed(principal: string, action: string, name: string): { file: string; first: string } {
    const resource = `arn:aws:ssm:${this.region}:${ACCOUNT}:parameter/${name.replace(/^\//, "")}`;
    const { allowed, decidedBy } = this.iam.check({ principal, action, resource });
    if (!allowed) throw new ParameterError("AccessDenied", notAuthorized(principal, action, resource, decidedBy));
    const parameter = this.files.get(name);
    if (parameter === undefined) throw new ParameterError("ParameterNotFound", `there is no parameter ${name}`);
    return parameter;
  }

  private read({ file, first }: { file: string; first: string }): Value {
    return readDataFile(file, isValue) ?? { Value: first, Version: 1 };
  }
}

function isValue(value: unknown): value is Value {
  return isObject(value) && typeof value.Value === "string" && Number.isSafeInteger(value.Version);
}

/** A parameter's file below the folder of all; names have no other characters than these. */
export function fileOf(name: string): string {
  return `${name.replace(/^\//, "").replace(/[^A-Za-z0-9_.-]/g, "~")}.json`;
}
