import * as path from "node:path";
import type { Properties } from "../core/model";
import { readYaml, type Project } from "./project";
import type { Problems } from "./problems";
import { Passphrase } from "./secrets";
import { LOCAL_SECRETS } from "../services/secretsmanager/settings";

/** A stack's configuration as its program gets it: text by full key, objects and lists as JSON text. */
export interface StackConfig {
  values: Record<string, string>;
  secretKeys: string[];
  region: string;
}

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
/** Members of a stack file beside `config` that say how its secrets are kept. */
const SECRETS = ["secretsprovider", "encryptedkey", "encryptionsalt", "environment"];

/**
 * Reads `Pulumi.STACK.yaml` as the Pulumi CLI does: a key without ":" belongs to the project, defaults come from
 * Pulumi.yaml, `overrides` (`-c key=value`) win. Every problem is reported with its key.
 */
export function readConfig(
  project: Project,
  stack: string,
  overrides: Record<string, string>,
  env: NodeJS.ProcessEnv,
  problems: Problems,
): StackConfig {
  const fileName = `Pulumi.${stack}.yaml`;
  const file = path.join(project.stackFolder, fileName);
  const values: Record<string, string> = {};
  const secretKeys: string[] = [];
  let content: Properties = {};
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(stack))
    problems.error(
      "--stack",
      `saw ${JSON.stringify(stack)}; a stack's name has letters, digits, "-", "_" and ".", at most 100`,
    );
  else {
    const read = readYaml(file, problems);
    // What an unreadable file lacks is not known.
    if (read === undefined) return { values, secretKeys, region: "" };
    content = read;
  }

  const { config = {}, ...others } = content;
  for (const key of Object.keys(others))
    if (!SECRETS.includes(key))
      problems.error(`${fileName}: ${key}`, "is not a member of a stack file; move settings below `config:`");
  if (others.environment !== undefined)
    problems.error(`${fileName}: environment`, "the local cloud has no Pulumi ESC; write the values below `config:`");

  const overridden = new Map(Object.entries(overrides).map(([key, value]) => [fullKey(project.name, key), value]));
  const passphrase = passphraseOnce(content.encryptionsalt, env);
  for (const [key, value] of Object.entries((config ?? {}) as Properties)) {
    const name = fullKey(project.name, key);
    if (overridden.has(name)) continue;
    let secret = false;
    const open = (item: unknown, at: string): unknown => {
      if (Array.isArray(item)) return item.map((part, index) => open(part, `${at}[${index}]`));
      if (item === null || typeof item !== "object") return item;
      const keys = Object.keys(item);
      if (keys.length !== 1 || keys[0] !== "secure")
        return Object.fromEntries(Object.entries(item).map(([inner, part]) => [inner, open(part, `${at}.${inner}`)]));
      secret = true;
      try {
        const opener = passphrase();
        if (opener === undefined) throw new Error("it was encrypted by a service or a key that cannot be asked here");
        return opener.open(String((item as Properties).secure));
      } catch (error) {
        problems.error(
          `${fileName}: ${at}`,
          `the value is encrypted (secure:) and cannot be opened: ${(error as Error).message}; ` +
            `set PULUMI_CONFIG_PASSPHRASE, or give another value for this run with -c ${key}=VALUE`,
        );
        return "";
      }
    };
    values[name] = text(open(value, key));
    if (secret) secretKeys.push(name);
    else if (name === `${project.name}:${LOCAL_SECRETS}`)
      problems.warning(
        `${fileName}: ${key}`,
        `its values are in plain text; encrypt them: pulumi config set --secret --path '${LOCAL_SECRETS}["ARN"].value'`,
      );
  }
  for (const [name, value] of overridden) values[name] = value;
  addDefaults(project, values, problems);

  const region = values["aws:region"] ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const regionPlace = values["aws:region"] === undefined ? "AWS_REGION" : `${fileName}: aws:region`;
  if (region === undefined)
    problems.error(
      `${fileName}: aws:region`,
      "is not set; add `aws:region: eu-central-1` below `config:`, or -c aws:region=eu-central-1",
    );
  else if (!REGION.test(region))
    problems.error(regionPlace, `saw ${JSON.stringify(region)}; a region looks like eu-central-1`);
  else if (/^(cn|us-gov|us-iso)/.test(region))
    problems.error(
      regionPlace,
      `saw ${JSON.stringify(region)}; the local cloud executes regions of the partition aws, such as eu-central-1`,
    );
  refuseProviderSettings(fileName, values, problems);
  return { values, secretKeys, region: region ?? "" };
}

/** The aws provider's settings that would change resources; others say how to reach AWS, and nothing is reached here. */
function refuseProviderSettings(fileName: string, values: Record<string, string>, problems: Problems): void {
  for (const key of Object.keys(values)) {
    if (!key.startsWith("aws:") || key === "aws:region") continue;
    if (["aws:defaultTags", "aws:ignoreTags", "aws:endpoints", "aws:tagPolicyCompliance"].includes(key))
      problems.error(
        `${fileName}: ${key}`,
        "the local cloud does not execute this setting of the aws provider; set tags on the resources",
      );
    else problems.warning(`${fileName}: ${key}`, "has no effect here: the local cloud reaches no account");
  }
}

function addDefaults(project: Project, values: Record<string, string>, problems: Problems): void {
  for (const [key, declaration] of Object.entries(project.config)) {
    const name = fullKey(project.name, key);
    const declared = declaration !== null && typeof declaration === "object" && !Array.isArray(declaration);
    const fallback: unknown = declared
      ? ((declaration as Properties).value ?? (declaration as Properties).default)
      : declaration;
    if (values[name] === undefined && fallback !== undefined && fallback !== null) values[name] = text(fallback);
    const type: unknown = declared ? (declaration as Properties).type : undefined;
    if (typeof type !== "string") continue;
    const value = values[name];
    if (value === undefined)
      problems.error(
        `Pulumi.yaml: config.${key}`,
        `has no value in this stack; give one with -c ${key}=VALUE or in the stack's file`,
      );
    else if (!fits(value, type))
      problems.error(`Pulumi.yaml: config.${key}`, `saw ${JSON.stringify(value)}; the project declares it as ${type}`);
  }
}

function fits(value: string, type: string): boolean {
  if (type === "integer") return /^-?\d+$/.test(value);
  if (type === "boolean") return value === "true" || value === "false";
  if (type === "array") return value.trimStart().startsWith("[");
  if (type === "object") return value.trimStart().startsWith("{");
  return true;
}

function passphraseOnce(salt: unknown, env: NodeJS.ProcessEnv): () => Passphrase | undefined {
  let result: { passphrase: Passphrase | undefined } | { error: unknown } | undefined;
  return () => {
    if (result === undefined)
      try {
        result = { passphrase: Passphrase.from(salt, env) };
      } catch (error) {
        result = { error };
      }
    if ("error" in result) throw result.error;
    return result.passphrase;
  };
}

function fullKey(project: string, key: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

function text(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
}
