import type { View } from "./view";

/** Values of the tag `environment` of every resource that has tags. */
export function tagsOf(views: readonly View[]): unknown[] {
  return views.map(({ plain }) => (plain.tags as Record<string, unknown> | null | undefined)?.environment);
}

/** Account and region that most ARNs of the stack name. */
export function accountAndRegionOf(views: readonly View[]): { account?: string; region?: string } {
  const accounts = new Map<string, number>();
  const regions = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
  const visit = (value: unknown): void => {
    if (typeof value === "string") {
      if (value.length < 65_536 && value.includes("arn:"))
        for (const [, region = "", account = ""] of value.matchAll(/arn:aws[\w-]*:[\w-]+:([a-z0-9-]*):(\d{12}):/g)) {
          count(accounts, account);
          if (region !== "") count(regions, region);
        }
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  // A resource's own ARN is the best source: policies name other accounts, and the text of a function's archive may name any.
  const own = ["arn", "id", "url", "roleArn", "role", "kmsKeyArn"];
  for (const { plain } of views) for (const key of own) visit(plain[key]);
  if (accounts.size === 0 || regions.size === 0)
    for (const { plain } of views)
      for (const [key, value] of Object.entries(plain)) if (key !== "code" && !/policy/i.test(key)) visit(value);
  if (accounts.size === 0 || regions.size === 0)
    for (const { plain } of views) for (const [key, value] of Object.entries(plain)) if (key !== "code") visit(value);
  const most = (counts: Map<string, number>): string | undefined =>
    [...counts].sort((one, other) => other[1] - one[1])[0]?.[0];
  return { account: most(accounts), region: most(regions) };
}
