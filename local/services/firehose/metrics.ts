import type { CloudWatch, Metric } from "../cloudwatch";

/**
 * The metrics of a delivery stream, by `DeliveryStreamName`.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html
 */
export class DeliveryMetrics {
  readonly read: Metric;
  /** by direct put */
  readonly incomingRecords: Metric;
  readonly incomingBytes: Metric;
  readonly incomingRequests: Metric;
  readonly throttledRecords: Metric;
  /** ms; 0 every minute while an empty stream is polled */
  readonly behind: Metric;
  readonly processed: Metric;
  readonly processingSuccess: Metric;
  /** ms */
  readonly processingDuration: Metric;
  readonly converted: Metric;
  readonly conversionFailed: Metric;
  readonly partitionsExceeded: Metric;
  readonly deliverySuccess: Metric;
  readonly deliveredRecords: Metric;
  readonly deliveredBytes: Metric;
  /** s, age of the oldest record of an object when it is put */
  readonly freshness: Metric;

  constructor(cloudwatch: CloudWatch, name: string) {
    const metric = (of: string): Metric => cloudwatch.metric("AWS/Firehose", of, { DeliveryStreamName: name });
    this.read = metric("DataReadFromKinesisStream.Records");
    this.incomingRecords = metric("IncomingRecords");
    this.incomingBytes = metric("IncomingBytes");
    this.incomingRequests = metric("IncomingPutRequests");
    this.throttledRecords = metric("ThrottledRecords");
    this.behind = metric("KinesisMillisBehindLatest");
    this.processed = metric("SucceedProcessing.Records");
    this.processingSuccess = metric("ExecuteProcessing.Success");
    this.processingDuration = metric("ExecuteProcessing.Duration");
    this.converted = metric("SucceedConversion.Records");
    this.conversionFailed = metric("FailedConversion.Records");
    this.partitionsExceeded = metric("PartitionCountExceeded");
    this.deliverySuccess = metric("DeliveryToS3.Success");
    this.deliveredRecords = metric("DeliveryToS3.Records");
    this.deliveredBytes = metric("DeliveryToS3.Bytes");
    this.freshness = metric("DeliveryToS3.DataFreshness");
  }
}
