import * as fs from "node:fs";
import * as path from "node:path";
import type { Clock } from "../../core/clock";
import type { Context, Iam } from "../../iam";
import { type Resource } from "../../core/model";
import type { CloudWatch, Metric } from "../cloudwatch";
import { customerKey } from "../../core/customer-key";

/** A queue as a file of lines, for what services leave in it; nothing here takes messages out. */
export class Queue {
  readonly arn: string;
  readonly file: string;
  /** the customer's key, if it has one */
  readonly keyArn: string | undefined;
  private readonly visible: Metric;
  private messages: number;

  constructor(
    resource: Resource,
    root: string,
    private readonly clock: Clock,
    private readonly iam: Iam,
    cloudwatch: CloudWatch,
  ) {
    this.arn = resource.outputs.arn;
    this.keyArn = customerKey(resource.inputs.kmsMasterKeyId);
    this.file = path.join(root, `${resource.inputs.name}.ndjson`);
    this.messages = fs.existsSync(this.file) ? fs.readFileSync(this.file, "utf8").split("\n").length - 1 : 0;
    const dimensions = { QueueName: resource.inputs.name as string };
    this.visible = cloudwatch.metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions);
    this.visible.idle = () => this.messages;
  }

  /** What a call for the key says of itself. */
  get keyContext(): Context {
    return { "kms:ViaService": `sqs.${this.arn.split(":")[3]!}.amazonaws.com` };
  }

  /** SendMessage. @returns whether it was allowed */
  send(principal: string, body: string, attributes: Record<string, string>): boolean {
    if (!this.iam.check({ principal, action: "sqs:SendMessage", resource: this.arn }).allowed) return false;
    if (this.keyArn !== undefined)
      for (const action of ["kms:GenerateDataKey", "kms:Decrypt"])
        if (!this.iam.check({ principal, action, resource: this.keyArn, context: this.keyContext }).allowed)
          return false;
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    this.visible.add(++this.messages, this.clock.now());
    fs.appendFileSync(this.file, `${JSON.stringify({ sent: this.clock.now(), body, attributes })}\n`);
    return true;
  }
}
