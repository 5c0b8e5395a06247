import { SITEWISE_LEVELS, siteWiseTopic } from "../../aws/sitewise";
import type { Checks } from "./common/checks";
import { list, matching, object } from "./common/shape";
import type { TopicRuleArgs } from "./topic-rule";

/** Which notifications of AWS IoT SiteWise a channel takes. */
export interface SiteWiseArgs {
  /** Ids of asset models. Default: all. Example: ["a1b2c3d4-5678-90ab-cdef-11111EXAMPLE"]. */
  assetModels?: string[];
  /** Ids of assets. Default: all. Example: ["a1b2c3d4-5678-90ab-cdef-22222EXAMPLE"]. */
  assets?: string[];
  /** Ids of properties. Default: all. Example: ["a1b2c3d4-5678-90ab-cdef-33333EXAMPLE"]. */
  properties?: string[];
}

const ID = matching(
  /^[A-Za-z0-9-]{1,64}$/,
  "an id of SiteWise has letters, digits and -, such as a1b2c3d4-5678-90ab-cdef-11111EXAMPLE",
);
const IDS = list(ID, "ids");

/** The arguments of a channel that takes notifications. */
export const SITEWISE = object<SiteWiseArgs>({ assetModels: IDS, assets: IDS, properties: IDS });

/** An empty list would take nothing. */
export function checkSiteWise(checks: Checks, args: SiteWiseArgs | undefined): void {
  if (args === undefined || !checks.shaped("siteWise")) return;
  for (const [name, ids] of Object.entries(args) as [string, string[] | undefined][])
    if (ids?.length === 0)
      checks.add(`siteWise.${name}`, "is empty, so no notification would be taken; leave it out to take all");
}

/**
 * The rule that takes them. One id goes into the topic filter, so that AWS does not start the rule for others; several are a condition. The topic
 * tells the model, which the message does not.
 */
export function siteWiseRule(channel: string, { assetModels, assets, properties }: SiteWiseArgs): TopicRuleArgs {
  const levels = [
    [SITEWISE_LEVELS.assetModel, assetModels],
    [SITEWISE_LEVELS.asset, assets],
    [SITEWISE_LEVELS.property, properties],
  ] as const;
  const only = (ids: readonly string[] | undefined): string => (ids?.length === 1 ? ids[0]! : "+");
  const filter = siteWiseTopic(only(assetModels), only(assets), only(properties));
  const conditions = levels.flatMap(([level, ids]) =>
    ids === undefined || ids.length < 2 ? [] : [`(${ids.map((id) => `topic(${level}) = '${id}'`).join(" OR ")})`],
  );
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return {
    name: `${channel}_sitewise`,
    sql: `SELECT *, topic(${SITEWISE_LEVELS.assetModel}) AS assetModelId, timestamp() AS __received_at FROM '${filter}'${where}`,
    partitionKey: `\${topic(${SITEWISE_LEVELS.asset})}`,
    description: "Notifications of AWS IoT SiteWise",
  };
}
