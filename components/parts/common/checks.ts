import * as pulumi from "@pulumi/pulumi";
import { show } from "../../../aws/text/show";
import { isLater, lift } from "./inputs";

/** Collects every problem of a component's arguments, to report them together. */
export class Checks {
  private readonly errors: { propertyPath: string; reason: string }[] = [];
  private readonly shapeless: string[] = [];

  /** @param isNew whether the component is being constructed; two of one name would collide in every name of their children */
  constructor(
    private readonly component: string,
    private readonly name: string,
    private readonly isNew = true,
  ) {
    if (isNew && constructed().has(this.key))
      this.add(
        "name",
        `saw ${show(name)}, which another ${component} of the program has; give one of the two another name`,
      );
    if (typeof name !== "string" || !/^(?!-)[A-Za-z0-9_-]{1,128}$/.test(name))
      this.add("name", `saw ${seen(name)}; it has 1-128 letters, digits, "-" and "_", and does not begin with "-"`);
  }

  /** @param reason value seen, rule, way out */
  add(propertyPath: string, reason: string): void {
    this.errors.push({ propertyPath, reason });
  }

  /** Adds that a value has another type than its argument, so that further checks cannot rely on it. */
  misshapen(propertyPath: string, reason: string): void {
    this.shapeless.push(propertyPath);
    this.add(propertyPath, reason);
  }

  /** Whether an argument has the type that it must have, and all that is in it. */
  shaped(path: string): boolean {
    return !this.shapeless.some((other) => overlap(other, path));
  }

  /** Whether nothing at all is wrong with an argument. */
  sound(path: string): boolean {
    return !this.errors.some(({ propertyPath }) => overlap(propertyPath, path));
  }

  /** The entries of a list that have the type that they must have, each with its path. */
  entries<T>(path: string, list: readonly T[] | undefined): [at: string, entry: T, index: number][] {
    return (list ?? [])
      .map((entry, index): [string, T, number] => [`${path}[${index}]`, entry, index])
      .filter(([at]) => this.shaped(at));
  }

  /**
   * Adds what is wrong with a value, now or when it is known.
   * @param rule what is wrong: the value seen, the rule, the way out
   * @returns the value; what is only known later fails whoever waits for it
   */
  known<T>(path: string, value: pulumi.Input<T>, rule: (value: T) => string | undefined): pulumi.Input<T> {
    const checks = isLater(value) ? this.later() : this;
    return lift<[T], T>([value], (known) => {
      const reason = known === undefined ? undefined : rule(known);
      if (reason !== undefined) checks.add(path, reason);
      if (checks !== this) checks.throwIfWrong();
      return known;
    });
  }

  /** Checks of a value that becomes known while the program runs. */
  later(): Checks {
    return new Checks(this.component, this.name, false);
  }

  /** At most one of two arguments. */
  notBoth(one: string, hasOne: boolean, other: string, hasOther: boolean): void {
    if (hasOne && hasOther) this.add(other, `cannot be given together with ${one}; give one of them`);
  }

  private get key(): string {
    return `${this.component} ${this.name}`;
  }

  /** @throws InputPropertiesError with every problem so far and its property path */
  throwIfWrong(): void {
    if (this.errors.length === 0) return void (this.isNew && constructed().add(this.key));
    const errors = byArgument(this.errors);
    const lines = errors.map(({ propertyPath, reason }) => `  ${propertyPath}: ${reason}`);
    const error = new pulumi.InputPropertiesError({
      message: [`${this.component} ${show(this.name)} has wrong arguments`, ...lines].join("\n"),
      errors,
    });
    // The message says everything; frames of this package would hide it.
    error.stack = error.message;
    throw error;
  }
}

/** The components that a program has constructed, by the engine that runs it. */
const programs = new WeakMap<object, Set<string>>();

function constructed(): Set<string> {
  const engine = pulumi.runtime.getMonitor() as object | undefined;
  const known = (engine && programs.get(engine)) ?? new Set<string>();
  if (engine !== undefined) programs.set(engine, known);
  return known;
}

/** What is said of one argument stands together. */
function byArgument<E extends { propertyPath: string }>(errors: readonly E[]): E[] {
  const groups = new Map<string, E[]>();
  for (const error of errors) {
    const argument = error.propertyPath.split(/[.[]/)[0]!;
    groups.set(argument, [...(groups.get(argument) ?? []), error]);
  }
  return [...groups.values()].flat();
}

/** Whether one path is the other, or within it. */
function overlap(one: string, other: string): boolean {
  const within = (inner: string, outer: string): boolean =>
    inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
  return within(one, other) || within(other, one);
}

/** A value as a message shows it. */
export function seen(value: unknown): string {
  if (isLater(value)) return value instanceof Promise ? "a promise" : "an output";
  if (pulumi.Resource.isInstance(value)) return `a resource of the class ${value.constructor.name}`;
  if (typeof value === "function") return "a function";
  if (typeof value === "number") return String(value);
  return show(value);
}

export { show };
