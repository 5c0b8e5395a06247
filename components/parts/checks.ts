import * as pulumi from "@pulumi/pulumi";
import { show } from "../../aws/text/show";

/** Collects what is wrong with a component's arguments, to say it all at once. */
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

  /** A whole number of a range. */
  whole(path: string, value: number | undefined, min: number, max: number, unit: string): void {
    if (value !== undefined && !(Number.isInteger(value) && value >= min && value <= max))
      this.add(path, `saw ${show(value)}; a whole number of ${unit} from ${count(min)} to ${count(max)}`);
  }

  oneOf(path: string, value: string | number | undefined, values: readonly (string | number)[]): void {
    if (value !== undefined && !values.includes(value))
      this.add(path, `saw ${show(value)}; one of ${values.map(show).join(", ")}`);
  }

  /** At most one of two arguments. */
  notBoth(one: string, hasOne: boolean, other: string, hasOther: boolean): void {
    if (hasOne && hasOther) this.add(other, `is given beside ${one}; give one of them`);
  }

  kmsKey(path: string, value: pulumi.Input<string> | undefined): void {
    this.input(path, value, (arn) =>
      /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/.test(arn)
        ? undefined
        : `saw ${show(arn)}; the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID, for an alias cannot stand in a role's policy`,
    );
  }

  tags(path: string, value: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined): void {
    this.input(path, value, (tags) => {
      const keys = Object.keys(tags);
      if (keys.length > 50) return `saw ${keys.length} tags; a resource has at most 50`;
      const wrong = keys.find((key) => key === "" || key.length > 128 || key.toLowerCase().startsWith("aws:"));
      return wrong === undefined
        ? undefined
        : `saw the key ${show(wrong)}; a tag's key has 1-128 characters and does not begin with aws:`;
    });
  }

  /** @throws InputPropertiesError with every problem so far and its property path */
  throwIfWrong(): void {
    if (this.errors.length === 0) return;
    const lines = this.errors.map(({ propertyPath, reason }) => `  ${propertyPath}: ${reason}`);
    const error = new pulumi.InputPropertiesError({
      message: [`${this.component} ${show(this.name)} has wrong arguments`, ...lines].join("\n"),
      errors: this.errors,
    });
    // The message is all there is to say; frames of ours would only hide it.
    error.stack = error.message;
    throw error;
  }
}

export { show };

function count(value: number): string {
  return value < 10_000 ? String(value) : value.toLocaleString("en-US");
}
