import { optional, type ConfigMember } from "../framework/context";

/**
 * The setting of rules that judge a * in a resource's name. Who deploys a project acts on resources that are not there yet: beginnings of
 * names that are the project's alone say which.
 */
export const NAME_PREFIXES: Readonly<Record<string, ConfigMember>> = {
  namePrefixes: optional(
    "array",
    "beginnings of names that are the project's own, for roles that deploy it: after one of them a * may stand",
  ),
};

/** Whether every resource that an ARN with a * can name has a name with such a beginning. */
export function isOwnName(resource: string, namePrefixes: unknown): boolean {
  if (!Array.isArray(namePrefixes)) return false;
  return namePrefixes.some((prefix) => {
    if (typeof prefix !== "string" || !/^[A-Za-z0-9]/.test(prefix)) return false;
    return `/${resource}`.includes(`/${prefix}`) || resource.includes(`:${prefix}`);
  });
}
