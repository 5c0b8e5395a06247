import { Refusal } from "./refusal";

/** The exceptions by which a service says that a body is no JSON object of its operation. */
export interface InputErrors {
  /** a body that is no JSON, or a member of another type */
  serialization: string;
  /** a member that is missing, unknown, or outside of its bounds */
  validation: string;
}

/** Levels of a body; no operation has a shape of more than ten. */
const MAX_DEPTH = 100;

/** A JSON object of a request, read member by member; every problem is named with its path. */
export class Input {
  private constructor(
    private readonly value: Readonly<Record<string, unknown>>,
    private readonly path: string,
    private readonly errors: InputErrors,
  ) {}

  /** An empty body is an empty object. @throws Refusal when it is no JSON object */
  static parse(body: Buffer, errors: InputErrors): Input {
    let value: unknown;
    try {
      value = body.length === 0 ? {} : JSON.parse(body.toString("utf8"));
    } catch {
      throw new Refusal(400, errors.serialization, "the body is not JSON");
    }
    if (isDeeper(value, MAX_DEPTH))
      throw new Refusal(400, errors.serialization, `the body is nested more than ${MAX_DEPTH} levels deep`);
    return Input.of(value, "", errors);
  }

  private static of(value: unknown, path: string, errors: InputErrors): Input {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new Refusal(
        400,
        errors.serialization,
        `${path === "" ? "the body" : path} is ${kindOf(value)}, not an object`,
      );
    return new Input(value as Record<string, unknown>, path, errors);
  }

  /** Refuses members that no operation would look at. */
  only(...names: readonly string[]): this {
    for (const name of Object.keys(this.value))
      if (!names.includes(name) && this.get(name) !== undefined)
        throw this.invalid(`${this.at(name)} is not executed by the local cloud; there is ${names.join(", ")}`);
    return this;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  text(name: string): string | undefined {
    return this.typed(name, "text", (value): value is string => typeof value === "string");
  }

  requiredText(name: string): string {
    return this.text(name) ?? this.missing(name);
  }

  flag(name: string): boolean | undefined {
    return this.typed(name, "true or false", (value): value is boolean => typeof value === "boolean");
  }

  /** A whole number. */
  integer(name: string): number | undefined {
    return this.typed(name, "a whole number", (value): value is number => Number.isSafeInteger(value));
  }

  object(name: string): Input | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : Input.of(value, this.at(name), this.errors);
  }

  requiredObject(name: string): Input {
    return this.object(name) ?? this.missing(name);
  }

  /** Each item must be an object. */
  objects(name: string): Input[] | undefined {
    const value = this.typed(name, "an array", (each): each is unknown[] => Array.isArray(each));
    return value?.map((item, i) => Input.of(item, `${this.at(name)}[${i}]`, this.errors));
  }

  /** An object whose members are all texts, with members called `__proto__` and the like. */
  texts(name: string): Record<string, string> | undefined {
    const input = this.object(name);
    if (input === undefined) return undefined;
    return Object.fromEntries(Object.keys(input.value).map((key) => [key, input.text(key) ?? input.missing(key)]));
  }

  /** The JSON value of a member, whatever it is. */
  raw(name: string): unknown {
    return this.get(name);
  }

  /** The object itself, for an operation that reads its own arguments. */
  members(): Readonly<Record<string, unknown>> {
    return this.value;
  }

  names(): string[] {
    return Object.keys(this.value);
  }

  invalid(message: string): Refusal {
    return new Refusal(400, this.errors.validation, message);
  }

  /** null stands for an absent member, as in every AWS protocol. */
  private get(name: string): unknown {
    return Object.hasOwn(this.value, name) ? (this.value[name] ?? undefined) : undefined;
  }

  private typed<T>(name: string, what: string, is: (value: unknown) => value is T): T | undefined {
    const value = this.get(name);
    if (value === undefined || is(value)) return value;
    throw new Refusal(400, this.errors.serialization, `${this.at(name)} is ${kindOf(value)}, not ${what}`);
  }

  private missing(name: string): never {
    throw this.invalid(`${this.at(name)} is missing`);
  }

  private at(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }
}

/** Whether arrays and objects are nested deeper than `limit`, found without recursion: a body may have a million levels. */
export function isDeeper(value: unknown, limit: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((each) => (typeof each === "object" && each !== null ? Object.values(each) : []));
  }
  return false;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  switch (typeof value) {
    case "string":
      return "text";
    case "number":
      return `the number ${String(value)}`;
    case "boolean":
      return String(value);
    default:
      return "an object";
  }
}
