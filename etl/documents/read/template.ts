/** CloudFormation templates in all their wrappings: where the resources are, and the sections beside them. */
import { NO_SCOPE, type Scope } from "./intrinsics";
import { isRecord } from "../../../aws/text/record";

/** A template, as far as documents are concerned. */
export interface Template {
  readonly resources: Record<string, unknown>;
  /** JSON path of the resources in the file */
  readonly root: string;
  /** without the names of resources */
  readonly scope: Scope;
}

/**
 * The template that a value is, or holds: what `aws cloudformation get-template` prints, a file of the Serverless
 * Framework, a list of resources by logical id. Undefined when it is none.
 */
export function templateIn(value: Record<string, unknown>, root: string): Template | undefined {
  if (isRecord(value.Resources)) {
    return { resources: value.Resources, root: `${root}.Resources`, scope: scopeOf(value) };
  }
  if (isRecord(value.TemplateBody)) return templateIn(value.TemplateBody, `${root}.TemplateBody`);
  if (isRecord(value.resources) && isRecord(value.resources.Resources)) {
    return templateIn(value.resources, `${root}.resources`);
  }
  const entries = Object.values(value);
  const bare = entries.length > 0 && entries.every((entry) => isRecord(entry) && isTypeName(entry.Type));
  return bare ? { resources: value, root, scope: NO_SCOPE } : undefined;
}

/** Whether a value is the name of a resource type. */
export function isTypeName(type: unknown): boolean {
  return typeof type === "string" && /^(?:AWS|Alexa|Custom|[A-Za-z0-9]+)::/.test(type);
}

function scopeOf(template: Record<string, unknown>): Scope {
  const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
  const parameters = new Map<string, unknown>();
  for (const [name, parameter] of Object.entries(record(template.Parameters))) {
    if (!isRecord(parameter) || !Object.hasOwn(parameter, "Default")) continue;
    const type = String(parameter.Type);
    // the default names an entry of the parameter store, whose value nobody knows here
    if (type.startsWith("AWS::SSM::Parameter::")) continue;
    const { Default: value } = parameter;
    const listed = /^(?:CommaDelimitedList|List<)/.test(type) && typeof value === "string";
    parameters.set(name, listed ? value.split(",").map((entry) => entry.trim()) : value);
  }
  return {
    names: new Map(),
    parameters,
    mappings: record(template.Mappings),
    conditions: record(template.Conditions),
  };
}
