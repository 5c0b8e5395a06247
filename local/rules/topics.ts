/** What is wrong with a filter, or undefined (building blocks 1.1). */
export function filterProblem(filter: string): string | undefined {
  const levels = filter.split("/");
  if (filter === "") return "it is empty";
  if (levels.length > 8) return "it has more than 8 levels";
  for (const [i, level] of levels.entries()) {
    if (level.includes("#") && (level !== "#" || i !== levels.length - 1))
      return '"#" must stand alone, as the last level';
    if (level.includes("+") && level !== "+") return '"+" must stand alone in its level';
  }
  return undefined;
}
