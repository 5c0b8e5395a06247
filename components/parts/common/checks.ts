import * as pulumi from "@pulumi/pulumi";
import { tagLimits } from "../../../aws/limits/tags";
import { oneOf, violation, wholeNumber, type Rule } from "../../../aws/text/rule";
import { show } from "../../../aws/text/show";

/** Collects every problem of a component's arguments, to report them together. */
export class Checks {
  private readonly errors: { propertyPath: string; reason: string }[] = [];

  constructor(
    private readonly component: string,
    private readonly name: string,
  ) {
    if (!/^(?!-)[A-Za-z0-9_-]{1,128}$/.test(name))
      this.add("name", `saw ${show(name)}; it has 1-128 letters, digits, "-" and "_", and does not begin with "-"`);
  }

  /** @param reason value seen, rule, way out */
  add(propertyPath: string, reason: string): void {
    this.errors.push({ propertyPath, reason });
  }

  /** Adds what `rule` says of a value that is known now. What is only known later is decided by AWS. */
  input<T>(path: string, value: pulumi.Input<T> | undefined, rule: (value: T) => string | undefined): void {
    if (value === undefined || value instanceof Promise || pulumi.Output.isInstance(value)) return;
    const reason = rule(value as T);
    if (reason !== undefined) this.add(path, reason);
  }

  /** Adds that a value breaks a rule. One that is not given keeps every rule. */
  rule(path: string, value: unknown, rule: Rule<unknown>): void {
    const reason = value === undefined ? undefined : violation(value, rule);
    if (reason !== undefined) this.add(path, reason);
  }

  /** A whole number of a range. */
  whole(path: string, value: number | undefined, min: number, max: number, unit: string): void {
    this.rule(path, value, wholeNumber(min, max, unit));
  }

  oneOf(path: string, value: string | number | undefined, values: readonly (string | number)[]): void {
    this.rule(path, value, oneOf(values));
  }

  /** Programs in JavaScript and other languages may give anything. */
  flag(path: string, value: boolean | undefined): void {
    if (value !== undefined && typeof value !== "boolean") this.add(path, `saw ${show(value)}; true or false`);
  }

  /** At most one of two arguments. */
  notBoth(one: string, hasOne: boolean, other: string, hasOther: boolean): void {
    if (hasOne && hasOther) this.add(other, `cannot be given together with ${one}; give one of them`);
  }

  kmsKey(path: string, value: pulumi.Input<string> | undefined): void {
    this.input(path, value, (arn) =>
      /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/.test(arn)
        ? undefined
        : `saw ${show(arn)}; the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID, for an alias cannot stand in a role's policy`,
    );
  }

  permissionsBoundary(path: string, value: pulumi.Input<string | undefined> | undefined): void {
    this.input(path, value, (arn) =>
      arn === undefined || /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/.test(arn)
        ? undefined
        : `saw ${show(arn)}; the ARN of a managed policy, arn:aws:iam::ACCOUNT:policy/NAME`,
    );
  }

  tags(path: string, value: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined): void {
    this.input(path, value, (tags) => tagLimits(tags)[0]?.message);
  }

  /** @throws InputPropertiesError with every problem so far and its property path */
  throwIfWrong(): void {
    if (this.errors.length === 0) return;
    const lines = this.errors.map(({ propertyPath, reason }) => `  ${propertyPath}: ${reason}`);
    const error = new pulumi.InputPropertiesError({
      message: [`${this.component} ${show(this.name)} has wrong arguments`, ...lines].join("\n"),
      errors: this.errors,
    });
    // The message says everything; frames of this package would hide it.
    error.stack = error.message;
    throw error;
  }
}

export { show };
