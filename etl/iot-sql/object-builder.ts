import { isArray, toJson, type ObjectValue, type Value } from "../expressions";
import { Payload } from "./payload";

/** JSON text that was taken over from a message, with every digit as sent. */
class Verbatim {
  constructor(readonly json: string) {}
}

/**
 * The object that a SELECT list makes. A member that is there already is replaced in its place; Undefined sets nothing.
 */
export class ObjectBuilder {
  private readonly members = new Map<string, Value | Verbatim | ObjectBuilder>();

  get size(): number {
    return this.members.size;
  }

  /** Sets the member at the end of a path; objects on the way are made, or kept when they are there. */
  set(path: readonly string[], value: Value): void {
    if (value !== undefined) this.put(path, value);
  }

  /** Sets a member to JSON text. */
  setJson(path: readonly string[], json: string): void {
    this.put(path, new Verbatim(json));
  }

  /** Sets every member of an object; any other value has none. */
  setAll(value: Value): void {
    if (isObject(value)) for (const [name, member] of Object.entries(value)) this.set([name], member);
  }

  toJson(): string {
    const parts: string[] = [];
    for (const [name, member] of this.members) {
      const json =
        member instanceof Verbatim ? member.json : member instanceof ObjectBuilder ? member.toJson() : toJson(member);
      parts.push(`${JSON.stringify(name)}:${json}`);
    }
    return `{${parts.join(",")}}`;
  }

  toValue(): ObjectValue {
    const object = Object.create(null) as Record<string, Value>;
    for (const [name, member] of this.members)
      object[name] =
        member instanceof ObjectBuilder
          ? member.toValue()
          : member instanceof Verbatim
            ? new Payload(Buffer.from(member.json)).value
            : member;
    return object;
  }

  private put(path: readonly string[], value: Value | Verbatim): void {
    const [name, ...rest] = path as [string, ...string[]];
    if (rest.length === 0) {
      this.members.set(name, value);
      return;
    }
    const there = this.members.get(name);
    const inner = there instanceof ObjectBuilder ? there : builderOf(there);
    this.members.set(name, inner);
    inner.put(rest, value);
  }
}

/** From an object; of anything else an empty one, which takes its place. */
function builderOf(there: Value | Verbatim): ObjectBuilder {
  const builder = new ObjectBuilder();
  if (there instanceof Verbatim)
    for (const [name, json] of new Payload(Buffer.from(there.json)).members()) builder.setJson([name], json);
  else builder.setAll(there);
  return builder;
}

function isObject(value: Value): value is ObjectValue {
  return typeof value === "object" && value !== null && !isArray(value);
}
