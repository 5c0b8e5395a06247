/**
 * A copy of a JSON value in which the members of each object are in the order of their names, and those without a value are left out.
 * Pulumi's engine hands objects of the configuration to a program in this order, whatever the order in the stack's file.
 */
export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, member]) => [name, inOrder(member)]),
  );
}
