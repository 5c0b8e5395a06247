/** The type of the stack itself, the parent of all. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

/**
 * The URN that Pulumi's engine gives: the types of all parents, outermost first and joined by `$`, without the stack's.
 * `parent` is the parent's URN, "" for none.
 */
export function urnOf(stack: string, project: string, parent: string, type: string, name: string): string {
  const chain = parent === "" ? "" : qualifiedType(parent);
  const qualified = chain === "" || chain === STACK_TYPE ? type : `${chain}$${type}`;
  return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? "";
}
