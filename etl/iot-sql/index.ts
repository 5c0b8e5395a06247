/**
 * The SQL of AWS IoT topic rules, version 2016-03-23: parsed, checked and run. One parser for `npm run check`, the components,
 * the policies and the local cloud.
 *
 *     const program = new RuleProgram("SELECT *, timestamp() AS at FROM 'dt/+/aggregate' WHERE temperature > 50");
 *     program.filter;                                          // "dt/+/aggregate"
 *     program.run(new RuleContext(facts, payload));            // selected, unmatched or failed
 *
 * https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-reference.html
 */
export { checkStatement, checkTemplate, filterOf, hasLevel, type Checked } from "./check";
export { RuleContext, type ExternalFunction, type MessageFacts, type MqttProperties } from "./context";
export { RULE_FUNCTIONS } from "./functions";
export { Payload } from "./payload";
export { RuleProgram, type Selected } from "./program";
export { receivedAtOf, type ReceivedAt } from "./received-at";
export type { Statement } from "./statement";
export { Template } from "./template";
