import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Clock } from "../../../../local/core/clock";
import { Iam } from "../../../../local/iam";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../../local/core/model";
import type { CloudWatch } from "../../../../local/services/cloudwatch";
import { Queue } from "../../../../local/services/sqs/queue";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/schedule`;
const QUEUE = `arn:aws:sqs:eu-central-1:${ACCOUNT}:lost`;
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

describe("a queue in the local cloud", () => {
  let root: string;
  beforeEach(() => (root = fs.mkdtempSync(path.join(os.tmpdir(), "queue-"))));
  afterEach(() => fs.rmSync(root, { recursive: true }));

  const resource = (type: string, inputs: Properties, outputs: Properties): Resource => ({
    urn: `urn:${type}`,
    type,
    name: "x",
    custom: true,
    id: "x",
    dependencies: [],
    inputs,
    outputs,
  });
  /** Whether a message gets into the queue with these statements. */
  const sends = (inputs: Properties, ...statements: Properties[]): boolean => {
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    const iam = new Iam(
      [
        resource(TYPES.role, { name: "schedule", assumeRolePolicy: policy }, { arn: ROLE }),
        resource(TYPES.rolePolicy, { name: "send", role: "schedule", policy }, {}),
      ],
      ACCOUNT,
    );
    const cloudwatch = { metric: () => ({ add: () => undefined }) } as unknown as CloudWatch;
    const queue = new Queue(
      resource(TYPES.queue, { name: "lost", ...inputs }, { arn: QUEUE }),
      root,
      new Clock(0),
      iam,
      cloudwatch,
    );
    return queue.send(ROLE, "{}", {});
  };
  const send = { Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE };
  const use = (service: string, ...actions: string[]): Properties => ({
    Effect: "Allow",
    Action: actions,
    Resource: KEY,
    Condition: { StringEquals: { "kms:ViaService": `${service}.eu-central-1.amazonaws.com` } },
  });

  it("with SQS's own encryption wants the right to send, and no more", () => {
    assert.equal(sends({ sqsManagedSseEnabled: true }, send), true);
    assert.equal(sends({ sqsManagedSseEnabled: true }, use("sqs", "kms:Decrypt")), false);
    assert.equal(sends({ kmsMasterKeyId: "alias/aws/sqs" }, send), true);
  });

  it("with a customer's key wants that key through SQS, to encrypt and to see that the data key is whole", () => {
    const own = { kmsMasterKeyId: KEY };
    assert.equal(sends(own, send, use("sqs", "kms:GenerateDataKey", "kms:Decrypt")), true);
    assert.equal(sends(own, send), false);
    assert.equal(sends(own, send, use("sqs", "kms:GenerateDataKey")), false);
    assert.equal(sends(own, send, use("s3", "kms:GenerateDataKey", "kms:Decrypt")), false);
  });
});
