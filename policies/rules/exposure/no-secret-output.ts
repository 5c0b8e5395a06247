import type { StackRule } from "../../framework/rule";
import { isSecretName, secretKind } from "../../framework/secrets";

export const noSecretOutput: StackRule = {
  id: "no-secret-output",
  group: "exposure",
  title: "No output of the stack contains a secret in plain text.",
  rationale: "Outputs are printed, stored and read by other stacks.",
  severity: "critical",
  level: "mandatory",
  remediation: "Mark the output with pulumi.secret, or do not export it.",
  page: "https://www.pulumi.com/docs/iac/concepts/secrets/",
  checkStack(stack, found) {
    for (const view of stack.of("pulumi:pulumi:Stack"))
      for (const [name, value] of Object.entries(view.raw)) visit(name, name, value);

    function visit(path: string, name: string, value: unknown): void {
      const root = stack.of("pulumi:pulumi:Stack")[0]!;
      if (typeof value === "string") {
        const kind =
          secretKind(value) ??
          (isSecretName(name) && value.length >= 6 && !/^(arn:|https?:|\/)/.test(value)
            ? "a literal value"
            : undefined);
        if (kind !== undefined)
          found.on(root).add(path, kind, "an output holds no secret in plain text", "mark it with pulumi.secret");
      } else if (typeof value === "object" && value !== null)
        for (const [key, item] of Object.entries(value)) visit(`${path}.${key}`, key, item);
    }
  },
};
