import { parseSpan, eachMember, spanText, type Span } from "../json";
import { decodeSpan, step } from "../json/decode";
import { OBJECT } from "../json/token-kinds";
import type { PathStep, Value } from "../expressions";

/** The payload of a message: its bytes, and what they mean as JSON. It is read when somebody asks, and no further. */
export class Payload {
  private parsed: { span: Span } | { reason: string } | undefined;
  private decoded: { value: Value } | undefined;

  constructor(readonly bytes: Buffer) {}

  /** The payload as JSON, found and not decoded; undefined when it is none. */
  get span(): Span | undefined {
    const parsed = this.parse();
    return "span" in parsed ? parsed.span : undefined;
  }

  /** Why the payload is not JSON; undefined when it is. An empty payload is none, and nothing is wrong with it. */
  get problem(): string | undefined {
    const parsed = this.parse();
    return "reason" in parsed && this.bytes.length > 0 ? parsed.reason : undefined;
  }

  /** The value of the JSON; Undefined when there is none. */
  get value(): Value {
    this.decoded ??= { value: this.span && decodeSpan(this.span) };
    return this.decoded.value;
  }

  /** What a path leads to; Undefined when it leads nowhere. */
  at(steps: readonly PathStep[]): Value {
    let { span } = this;
    for (let index = 0; index < steps.length && span !== undefined; index++)
      span = step(span, steps[index] as PathStep);
    return span && decodeSpan(span);
  }

  /** The members of the JSON object, digits as sent; none when it is no object. Of members named alike the last one. */
  members(): Map<string, string> {
    const members = new Map<string, string>();
    const { span } = this;
    if (span?.kind === OBJECT) eachMember(span, (name, value) => members.set(name, spanText(value)));
    return members;
  }

  private parse(): { span: Span } | { reason: string } {
    if (this.parsed === undefined) {
      try {
        this.parsed = { span: parseSpan(this.bytes) };
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        this.parsed = { reason: error.message };
      }
    }
    return this.parsed;
  }
}
