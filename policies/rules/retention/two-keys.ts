import { absent } from "../../../aws/values";
import { member, stackSetting } from "../../framework/context";
import type { StackRule } from "../../framework/rule";

/** Properties that delete data together with the resource, by type. */
const FORCE: Readonly<Record<string, string>> = {
  "aws:s3/bucket:Bucket": "forceDestroy",
  "aws:s3/bucketV2:BucketV2": "forceDestroy",
  "aws:s3tables/tableBucket:TableBucket": "forceDestroy",
  "aws:athena/database:Database": "forceDestroy",
  "aws:ecr/repository:Repository": "forceDelete",
  "aws:iam/user:User": "forceDestroy",
};

export const twoKeys: StackRule = {
  id: "two-keys",
  group: "retention",
  title: "Data is deleted with its bucket only if both the resource and the stack allow it, and never in production.",
  rationale: "Renaming a component, or running `pulumi destroy` in the wrong terminal, would delete every raw message.",
  severity: "critical",
  level: "mandatory",
  remediation: "Set forceDestroy to false, or allowDataDeletion to true in the stack's configuration.",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html",
  config: {
    allowDataDeletion: member("boolean", "whether the stack allows a bucket to be deleted with its objects", {
      dev: false,
      staging: false,
      prod: false,
    }),
  },
  checkStack(stack, found, context) {
    const secondKey =
      context.config.allowDataDeletion === true || stackSetting(context, "allowDataDeletion") === "true";
    for (const [type, property] of Object.entries(FORCE))
      for (const view of stack.of(type)) {
        const force = found.attempt(view, () => view.inputs[property] as unknown);
        if (force !== true) continue;
        const on = found.on(view);
        if (context.environment === "prod")
          on.add(
            property,
            "true",
            "in production data must not be deleted with its resource",
            "set false, and empty the bucket by hand if it must be deleted",
          );
        else if (!secondKey)
          on.add(
            property,
            "true",
            "deleting data needs two settings, and the stack's allowDataDeletion is not true",
            "set it to false, or allowDataDeletion: true in the stack's configuration",
          );
        else {
          const parent = stack.at(view.parent);
          // A component of ours has its key as an argument; one that has none is taken by the bucket's own property.
          if (parent !== undefined && /^iot-telemetry-etl:/.test(parent.type) && absent(parent.raw.allowDataDeletion))
            on.add(
              property,
              "true",
              `${parent.name} does not have the argument allowDataDeletion`,
              "set it to false, or set allowDataDeletion on the component",
            );
        }
      }
  },
};
