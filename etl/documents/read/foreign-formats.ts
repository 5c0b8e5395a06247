/** Shapes of other tools, which hold the same and are read by nobody here: named, with the way out. */
import { isRecord } from "../../../aws/text/record";
import { kindOf, KINDS, NAME_MEMBERS } from "../model/document-kinds";

const WAY_OUT =
  "documents are what `aws iotanalytics create-*` took by --cli-input-json, what describe-* printed, or a template of CloudFormation";

/** The answer of creating, which holds a part of the document only; undefined for anything else. */
export function createAnswer(value: Record<string, unknown>): string | undefined {
  for (const [kind, member] of Object.entries(NAME_MEMBERS)) {
    const beside = [member, `${kind}Arn`, "retentionPeriod", "ResponseMetadata", "$metadata"];
    if (Object.hasOwn(value, `${kind}Arn`) && Object.keys(value).every((name) => beside.includes(name))) {
      return `this is what create-${kind} answered, which does not hold the document; take the file that it was called with, or what describe-${kind} printed`;
    }
  }
  return undefined;
}

/** What a value is that is no document, if it looks like one in another tool's words. */
export function foreignShape(value: Record<string, unknown>): string | undefined {
  if (isTerraform(value)) return `this is Terraform's JSON; ${WAY_OUT}`;
  const members = KINDS.flatMap(([, names]) => names);
  const snake = Object.keys(value).find((name) => name.includes("_") && members.includes(camel(name)));
  if (snake !== undefined) {
    return `its members are written as Terraform, Ansible or Ruby write them ("${snake}"); write "${camel(snake)}", and the others so too: ${WAY_OUT}`;
  }
  const entries = Object.values(value).flat();
  // an activity of a pipeline has a name beside its channel's
  const isDocument = (entry: unknown): boolean =>
    isRecord(entry) && kindOf(entry) !== undefined && !Object.hasOwn(entry, "name");
  if (entries.length > 0 && entries.every(isDocument)) {
    return "these are documents under custom names; write them as a list [ ... ], or each into its own file";
  }
  return undefined;
}

function isTerraform(value: Record<string, unknown>): boolean {
  const resources = isRecord(value.resource) ? Object.keys(value.resource) : [];
  if (resources.some((type) => /^aws(?:cc)?_/.test(type))) return true;
  // a state or a plan
  return (
    Object.hasOwn(value, "terraform_version") &&
    Object.hasOwn(value, "format_version" in value ? "format_version" : "version")
  );
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** What a text is that should have been JSON or YAML: a program, or Terraform's language. */
export function foreignText(text: string): string | undefined {
  if (/^\s*(?:resource|data|provider|variable|module|locals|terraform)\b[^\n:]*\{/m.test(text)) {
    return `this is Terraform's language; ${WAY_OUT}`;
  }
  if (/^\s*(?:#!|(?:import|from|const|let|var|def|class|require|aws iotanalytics)\b)/m.test(text)) {
    return `this is a program and no document; write the arguments of create_channel and its sisters into files: ${WAY_OUT}`;
  }
  return undefined;
}
