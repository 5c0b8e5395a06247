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
  title:
    "Data is deleted with its bucket only if two keys are turned: the resource's and the stack's; in production never.",
  rationale: "A renamed component or a `pulumi destroy` in the wrong window would delete every raw message.",
  severity: "critical",
  level: "mandatory",
  remediation: "Set forceDestroy to false, or turn the second key: allowDataDeletion in the stack's configuration.",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html",
  config: {
    allowDataDeletion: member("boolean", "the stack's key: whether a bucket may be deleted with its objects", {
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
            "in production no data is deleted with its resource",
            "set false; empty it by hand if it has to go",
          );
        else if (!secondKey)
          on.add(
            property,
            "true",
            "deleting data takes two keys, and the stack's is not turned",
            "set it to false, or allowDataDeletion: true in the stack's configuration",
          );
        else {
          const parent = stack.at(view.parent);
          // A component of ours has its key as an argument; one that has none is taken by the bucket's own property.
          if (parent !== undefined && /^iot-telemetry-etl:/.test(parent.type) && absent(parent.raw.allowDataDeletion))
            on.add(
              property,
              "true",
              `${parent.name} was not given its key, the argument allowDataDeletion`,
              "set it to false, or give the component its key",
            );
        }
      }
  },
};
