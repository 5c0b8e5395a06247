/** A name as SQL takes it whatever it consists of. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
