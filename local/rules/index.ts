export { RuleEngine, type RuleCounts } from "./engine";
export { RuleProgram, Template } from "./program";
