import * as fs from "node:fs";
import * as path from "node:path";
import type { Clock } from "../clock";
import type { Iam } from "../iam";
import { type Resource } from "../model";
import type { CloudWatch, Metric } from "./cloudwatch";

/** A queue as a file of lines, for what services leave in it; nothing here takes messages out. */
export class Queue {
  readonly arn: string;
  readonly file: string;
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
    this.file = path.join(root, `${resource.inputs.name}.ndjson`);
    this.messages = fs.existsSync(this.file) ? fs.readFileSync(this.file, "utf8").split("\n").length - 1 : 0;
    const dimensions = { QueueName: resource.inputs.name as string };
    this.visible = cloudwatch.metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions);
    this.visible.idle = () => this.messages;
  }

  /** SendMessage. @returns whether it was allowed */
  send(principal: string, body: string, attributes: Record<string, string>): boolean {
    if (!this.iam.check({ principal, action: "sqs:SendMessage", resource: this.arn }).allowed) return false;
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    this.visible.add(++this.messages, this.clock.now());
    fs.appendFileSync(this.file, `${JSON.stringify({ sent: this.clock.now(), body, attributes })}\n`);
    return true;
  }
}
