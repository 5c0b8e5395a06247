import * as fs from "node:fs";
import * as path from "node:path";
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
      this.files.set(inputs.name, { file, first: inputs.value ?? inputs.insecureValue });
    }
  }

  /** GetParameter. @throws ParameterError */
  get(principal: string, name: string): Value {
    return this.read(this.allowed(principal, "ssm:GetParameter", name));
  }

  /** PutParameter with Overwrite. @throws ParameterError */
  put(principal: string, name: string, value: string): { Version: number } {
    const parameter = this.allowed(principal, "ssm:PutParameter", name);
    const Version = this.read(parameter).Version + 1;
    fs.mkdirSync(path.dirname(parameter.file), { recursive: true });
    // In one step, so that a crash leaves the old value or the new one.
    fs.writeFileSync(`${parameter.file}.new`, JSON.stringify({ Value: value, Version }));
    fs.renameSync(`${parameter.file}.new`, parameter.file);
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
    try {
      return JSON.parse(fs.readFileSync(file, "utf8")) as Value;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return { Value: first, Version: 1 };
    }
  }
}

/** A parameter's file below the folder of all; names have no other characters than these. */
export function fileOf(name: string): string {
  return `${name.replace(/^\//, "").replace(/[^A-Za-z0-9_.-]/g, "~")}.json`;
}
