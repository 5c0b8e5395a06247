import * as pulumi from "@pulumi/pulumi";

/** Collects what is wrong with a stack's configuration, to say it all at once. */
export class Problems {
  private readonly lines: string[] = [];

  constructor(private readonly prefix: string) {}

  /** @param what value seen, rule, way out */
  add(key: string, what: string): void {
    this.lines.push(`${this.prefix}${key}: ${what}`);
  }

  /** @throws RunError, which Pulumi shows without a stack trace */
  throwIfAny(): void {
    const count = this.lines.length === 1 ? "a mistake" : `${this.lines.length} mistakes`;
    if (this.lines.length > 0)
      throw new pulumi.RunError([`the stack has ${count}; nothing has been created:`, ...this.lines].join("\n- "));
  }
}
