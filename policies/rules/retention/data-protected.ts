import { member } from "../../framework/context";
import type { StackRule } from "../../framework/rule";
import { areasIn, bucketsOf } from "../../stack/buckets";
import { STREAM } from "../../stack/links";

export const dataProtected: StackRule = {
  id: "data-protected",
  group: "retention",
  title:
    "Where it is demanded, buckets with data and the streams before them are protected from deletion by the program.",
  protects: "A renamed document or component would replace the stream, and lose what is in it, without a question.",
  severity: "medium",
  level: "advisory",
  mend: "Give the resource the option protect: true.",
  page: "https://www.pulumi.com/docs/iac/concepts/options/protect/",
  config: {
    required: member("boolean", "whether protect is demanded", { dev: false, staging: false, prod: false }),
  },
  checkStack(stack, found, context) {
    if (context.config.required !== true) return;
    const data = bucketsOf(stack).filter((bucket) =>
      areasIn(stack, bucket).some(({ kind }) => kind === "raw" || kind === "rows"),
    );
    for (const view of [...data, ...stack.of(STREAM)])
      if (!view.protect)
        found
          .on(view)
          .add(
            "",
            "no protect: true",
            `in ${context.environment} data is protected from deletion by the program`,
            "set the resource option protect",
          );
  },
};
