import { block, text, type Inputs } from "../values";
import { ANY_KEY, EVERY_KEY, ResourceCalls, type ServiceCall } from "./call";

/** The calls that DMS makes with the roles of an endpoint. */
export const DMS_CALLS = {
  writeStream: {
    actions: ["kinesis:DescribeStream", "kinesis:PutRecord", "kinesis:PutRecords"],
    on: "the target stream",
    need: "must",
    refused: "The task fails.",
    source: "https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html",
  },
  readSecret: {
    actions: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
    on: "the secret with the database's credentials",
    need: "must",
    refused: "The endpoint cannot connect to the database.",
    source: "https://docs.aws.amazon.com/dms/latest/userguide/security_iam_secretsmanager.html",
  },
} as const satisfies Record<string, ServiceCall>;

/** @param raw arguments of an `aws.dms.Endpoint` */
export function endpointCalls(raw: Inputs): ResourceCalls {
  const calls = new ResourceCalls();
  const settings = block(raw.kinesisSettings);
  const at = "kinesisSettings.streamArn";
  calls.add(DMS_CALLS.writeStream, settings?.serviceAccessRoleArn, text(settings?.streamArn), at);
  calls.add(DMS_CALLS.readSecret, raw.secretsManagerAccessRoleArn, text(raw.secretsManagerArn), "secretsManagerArn");
  // Other kinds of endpoints make calls that are not described here.
  if (calls.all.length === 0) calls.incomplete = true;
  calls.add(ANY_KEY, undefined, EVERY_KEY);
  return calls;
}
