import type { Logs } from "../logs/logs";
import type { Configuration } from "./configuration";

/**
 * The log stream of a delivery stream. Of equal errors in a row it gets one.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html
 */
export class DeliveryLog {
  private last = "";

  constructor(
    private readonly arn: string,
    private readonly configuration: Configuration,
    private readonly logs: Logs,
    private readonly onRefused: (refusal: string) => void,
  ) {}

  write(errorCode: string, message: string): void {
    const { log, bucketArn, role } = this.configuration;
    if (log === undefined || this.last === errorCode + message) return;
    this.last = errorCode + message;
    const line = JSON.stringify({
      deliveryStreamARN: this.arn,
      destination: bucketArn,
      deliveryStreamVersionId: 1,
      message,
      errorCode,
    });
    const refusal = this.logs.put(role, log.group, log.stream, [line], false);
    if (refusal !== undefined) this.onRefused(refusal);
  }
}
