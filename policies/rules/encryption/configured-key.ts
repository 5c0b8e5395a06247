import { absent, block, blocks, show, text } from "../../../aws/values";
import { optional, stackSetting } from "../../framework/context";
import type { Found } from "../../framework/found";
import type { StackRule } from "../../framework/rule";
import type { View } from "../../framework/view";
import { nameOf } from "../../../aws/arn";

/** Where a key stands, by type; a `when` that is not fulfilled means that there is nothing to encrypt. */
const PLACES: Readonly<Record<string, (view: View) => { path: string; value: unknown }[]>> = {
  "aws:kinesis/stream:Stream": ({ inputs }) => [{ path: "kmsKeyId", value: inputs.kmsKeyId }],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ({ inputs }) =>
    blocks(inputs.rules).map(([index, rule]) => ({
      path: `rules[${index}].applyServerSideEncryptionByDefault.kmsMasterKeyId`,
      value: block(rule.applyServerSideEncryptionByDefault)?.kmsMasterKeyId as unknown,
    })),
  "aws:cloudwatch/logGroup:LogGroup": ({ inputs }) => [{ path: "kmsKeyId", value: inputs.kmsKeyId }],
  "aws:sqs/queue:Queue": ({ inputs }) => [{ path: "kmsMasterKeyId", value: inputs.kmsMasterKeyId }],
  "aws:athena/workgroup:Workgroup": ({ inputs }) => {
    const result = block(block(inputs.configuration)?.resultConfiguration);
    if (result === undefined || block(block(inputs.configuration)?.managedQueryResultsConfiguration)?.enabled === true)
      return [];
    return [
      {
        path: "configuration.resultConfiguration.encryptionConfiguration.kmsKeyArn",
        value: block(result.encryptionConfiguration)?.kmsKeyArn,
      },
    ];
  },
};
/** Resources whose own key property may be left out where the place that they write to has one. */
const OPTIONAL: typeof PLACES = {
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": ({ inputs }) => [
    { path: "extendedS3Configuration.kmsKeyArn", value: block(inputs.extendedS3Configuration)?.kmsKeyArn },
  ],
  "aws:lambda/function:Function": ({ inputs }) => [{ path: "kmsKeyArn", value: inputs.kmsKeyArn }],
};

export const configuredKey: StackRule = {
  id: "configured-key",
  group: "encryption",
  title: "If a key is configured, all stored data is encrypted with that key.",
  rationale: "Data in a place that was forgotten stays readable after the key is disabled.",
  severity: "high",
  level: "mandatory",
  remediation: "Pass the configured key to the resource.",
  page: "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#customer-cmk",
  config: {
    kmsKeyArn: optional(
      "string",
      "the key that everything must be encrypted with; by default the stack's own setting kmsKeyArn",
    ),
  },
  checkStack(stack, found, context) {
    const configured = (context.config.kmsKeyArn as string | undefined) ?? stackSetting(context, "kmsKeyArn");
    const places = Object.entries(PLACES).flatMap(([type, read]) =>
      stack
        .of(type)
        .flatMap((view) => (found.attempt(view, () => read(view)) ?? []).map((place) => ({ view, ...place }))),
    );
    const key = configured ?? usual(places.map(({ value }) => value));
    if (key === undefined || key === "") return;
    for (const { view, path, value } of places) judge(found.on(view), path, value, key, configured !== undefined);
    for (const [type, read] of Object.entries(OPTIONAL))
      for (const view of stack.of(type))
        for (const { path, value } of found.attempt(view, () => read(view)) ?? [])
          if (!absent(value) && value !== "") judge(found.on(view), path, value, key, configured !== undefined);
  },
};

function judge(found: Found, path: string, value: unknown, key: string, configured: boolean): void {
  const given = text(value);
  if (given === key || (given !== undefined && nameOf(given) === nameOf(key))) return;
  found.add(
    path,
    show(absent(value) ? undefined : value),
    configured ? `the configured key is ${key}` : `the others of the stack are encrypted with ${key}`,
    "set this key",
  );
}

/** The customer's key that at least two thirds of the places have, if nothing was configured. */
function usual(values: readonly unknown[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values)
    if (typeof value === "string" && /^arn:[^:]+:kms:[^:]*:\d{12}:key\//.test(value))
      counts.set(value, (counts.get(value) ?? 0) + 1);
  const [most] = [...counts].sort((one, other) => other[1] - one[1]);
  return most !== undefined && most[1] >= 2 && most[1] * 3 >= values.length * 2 ? most[0] : undefined;
}
