import { RuleContext, RuleProgram, type ExternalFunction, type MessageFacts } from "../../../etl/iot-sql";

export const FACTS: MessageFacts = {
  topic: "dt/sensor7/aggregate",
  clientId: "client-1",
  principal: "device/client-1",
  account: "000000000000",
  traceId: "12345678-1234-1234-1234-123456789012",
  sourceIp: "127.0.0.1",
  time: 1_700_000_000_123,
};

/** The payload that a statement makes of a message, `unmatched`, or `failed: ...`. */
export function select(sql: string, payload: string | Buffer, facts: Partial<MessageFacts> = {}): string {
  const outcome = new RuleProgram(sql).run(new RuleContext({ ...FACTS, ...facts }, Buffer.from(payload)));
  return outcome.kind === "selected"
    ? outcome.payload.toString()
    : outcome.kind === "failed"
      ? `failed: ${outcome.message}`
      : "unmatched";
}

/** As `select`, of a statement that calls functions outside of the rule. */
export async function selectSettled(sql: string, payload: string, external: ExternalFunction): Promise<string> {
  const context = new RuleContext(FACTS, Buffer.from(payload), external);
  const outcome = await new RuleProgram(sql).runSettled(context);
  return outcome.kind === "selected" ? outcome.payload.toString() : outcome.kind;
}

/** The JSON of an expression's value over a message, `undefined` for Undefined. */
export function valueOf(
  expression: string,
  payload: string | Buffer = "{}",
  facts: Partial<MessageFacts> = {},
): string {
  const text = select(`SELECT VALUE ${expression} FROM 'a'`, payload, facts);
  return text === "" ? "undefined" : text;
}
