/** The bill of a stack before it is deployed. Pure. */
export { adviceFor, type Advice } from "./bill/advice";
export { briefOf, briefText, differenceText, knownUsd, type Brief } from "./bill/brief";
export { configuredBudget, configuredTraffic } from "./bill/configured";
export {
  ASSUMPTIONS,
  estimate,
  LIST_PRICES,
  messagesOf,
  NO_TRAFFIC,
  type Estimate,
  type EstimateOptions,
} from "./bill/estimate";
export { figuresText, partitionsText, queryFigures, type QueryEstimate } from "./bill/query-lines";
export { readsOfTable, storedOf } from "./flow/query-reads";
export { linesOf, totalsBy, type Line } from "./bill/grouped";
export { infracostJson, type StackBill } from "./bill/infracost";
export { reprocessEstimate, type ReprocessItem } from "./bill/reprocess";
export { signed, trafficText, usd } from "./bill/wording";
export type { Assumptions, Item, NamedReads, Registered, Traffic } from "./model/types";
