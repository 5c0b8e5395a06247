import { optional, stackSetting } from "../../framework/context";
import type { StackRule } from "../../framework/rule";
import { areasIn, bucketsOf } from "../../graph/buckets";
import { STREAM } from "../../graph/links";

export const dataProtected: StackRule = {
  id: "data-protected",
  group: "retention",
  title:
    "Where buckets with data, or streams, are protected from deletion by the program, all of them are; in production the stack does not turn that off.",
  rationale: "Renaming a document or component would replace the stream and lose its records without confirmation.",
  severity: "high",
  level: "mandatory",
  remediation:
    "Give the resource the option protect: true; for our components, protectData: true in the stack's configuration.",
  page: "https://www.pulumi.com/docs/iac/concepts/options/protect/",
  config: {
    required: optional(
      "boolean",
      "whether all must be protected; by default only where another of the same kind is protected, or where the stack sets protectData: false in production",
    ),
  },
  checkStack(stack, found, context) {
    const data = bucketsOf(stack).filter((bucket) =>
      areasIn(stack, bucket).some(({ kind }) => kind === "raw" || kind === "rows"),
    );
    const given = context.config.required as boolean | undefined;
    const off = stackSetting(context, "protectData") === "false" && context.environment === "prod";
    if (given === false) return;
    for (const kind of [data, stack.of(STREAM)]) {
      if (!(given === true || off || kind.some((view) => view.protect))) continue;
      for (const view of kind)
        if (!view.protect)
          found
            .on(view)
            .add(
              "",
              "no protect: true",
              off
                ? "in production data is protected from deletion by the program"
                : "the others of its kind are protected from deletion by the program",
              "set the resource option protect",
            );
    }
  },
};
