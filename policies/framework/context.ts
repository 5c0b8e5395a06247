import { ENVIRONMENTS, type Environment } from "../../stacks/schema";

/** What a rule may know beside the resources. */
export interface Context {
  environment: Environment;
  stack: string;
  region?: string;
  account?: string;
  /** the stack's own configuration by full key, as far as it is known */
  stackConfig: Readonly<Record<string, string>>;
  /** the rule's settings, defaults filled in */
  config: Readonly<Record<string, unknown>>;
}

/** A setting of a rule. */
export interface ConfigMember {
  readonly type: "integer" | "string" | "boolean" | "array";
  readonly description: string;
  /** by environment; undefined: nothing is required */
  readonly defaults: Readonly<Record<Environment, unknown>>;
}

/** Value of a key of the stack's configuration, whatever the project is called. */
export function stackSetting(context: Context, name: string): string | undefined {
  const key = Object.keys(context.stackConfig).find(
    (full) => full.split(":").at(-1) === name && !full.startsWith("aws:"),
  );
  return key === undefined ? undefined : context.stackConfig[key];
}

/** ARNs that the stack's configuration names, whichever setting they stand in: keys, functions, secrets, tables of others. */
export function configuredArns({ stackConfig }: Pick<Context, "stackConfig">): ReadonlySet<string> {
  const found = new Set<string>();
  const gather = (value: unknown): void => {
    if (typeof value === "string") {
      // A setting of the bootstrap is a list in one text.
      for (const part of value.split(",")) if (part.trim().startsWith("arn:")) found.add(part.trim());
    } else if (typeof value === "object" && value !== null)
      for (const [name, item] of Object.entries(value)) [name, item].forEach(gather);
  };
  for (const text of Object.values(stackConfig)) {
    gather(text);
    if (/^\s*[[{]/.test(text))
      try {
        gather(JSON.parse(text));
      } catch {
        // A text that only looks like JSON.
      }
  }
  return found;
}

/**
 * The environment whose defaults count: what is configured, else the stack's name, else the tag `environment`. A stack that says nothing
 * is held to dev's floors, unless its name speaks of production.
 */
export function environmentOf(configured: unknown, stack: string, tags: Iterable<unknown> = []): Environment {
  const known = (value: unknown): value is Environment => ENVIRONMENTS.includes(value as Environment);
  if (known(configured)) return configured;
  if (known(stack)) return stack;
  for (const tag of tags) if (known(tag)) return tag;
  return /(^|[^a-z])(prod|production|prd|live)([^a-z]|$)/i.test(stack) ? "prod" : "dev";
}

/** Defaults of a rule's settings in an environment, overlaid by what is configured. */
export function configOf(
  members: Readonly<Record<string, ConfigMember>> | undefined,
  environment: Environment,
  given: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members ?? {}).map(([name, { defaults }]) => [name, given[name] ?? defaults[environment]]),
  );
}

/** A setting with one default for each environment. */
export function member(
  type: ConfigMember["type"],
  description: string,
  defaults: ConfigMember["defaults"],
): ConfigMember {
  return { type, description, defaults };
}

/** A setting with no default: nothing is required until it is given. */
export function optional(type: ConfigMember["type"], description: string): ConfigMember {
  return { type, description, defaults: { dev: undefined, staging: undefined, prod: undefined } };
}
