export { RuleEngine, type RuleEngineContext } from "./engine";
export type { RuleCounts } from "./rule";
