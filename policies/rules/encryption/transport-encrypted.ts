import { absent, block, blocks, show, text } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const transportEncrypted: ResourceRule = {
  id: "transport-encrypted",
  group: "encryption",
  title: "Nothing is sent over HTTP, or to a database without TLS.",
  rationale: "Otherwise readings and passwords can be read and changed in transit.",
  severity: "high",
  level: "mandatory",
  remediation: "Use https://; for DMS sslMode require, verify-ca or verify-full.",
  page: "https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Security.SSL.html",
  types: [
    "aws:dms/endpoint:Endpoint",
    "aws:quicksight/dataSource:DataSource",
    "aws:sns/topicSubscription:TopicSubscription",
    "aws:iot/topicRule:TopicRule",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "aws:cloudwatch/eventConnection:EventConnection",
    "aws:cloudwatch/eventApiDestination:EventApiDestination",
  ],
  check(view, found) {
    const { inputs } = view;
    const plain = (path: string, value: unknown): void => {
      if (text(value)?.toLowerCase().startsWith("http://") === true)
        found.add(path, show(value), "what is sent is encrypted on the way", "use https://");
    };
    if (view.type === "aws:dms/endpoint:Endpoint") {
      const target =
        inputs.endpointType === "target" && (inputs.engineName === "kinesis" || inputs.engineName === "s3");
      if (!target && (absent(inputs.sslMode) || inputs.sslMode === "none"))
        found.add(
          "sslMode",
          show(inputs.sslMode),
          "DMS reaches a database over TLS",
          'set "require", "verify-ca" or "verify-full"',
        );
    }
    if (view.type.endsWith(":DataSource") && block(inputs.sslProperties)?.disableSsl === true)
      found.add("sslProperties.disableSsl", "true", "a report reaches its source over TLS", "set false");
    if (view.type === "aws:sns/topicSubscription:TopicSubscription" && inputs.protocol === "http")
      found.add("protocol", '"http"', "notifications are sent over TLS", 'set "https"');
    for (const [index, action] of blocks(inputs.https)) plain(`https[${index}].url`, action.url);
    plain("httpEndpointConfiguration.url", block(inputs.httpEndpointConfiguration)?.url);
    plain("invocationEndpoint", inputs.invocationEndpoint);
    plain("endpoint", view.type === "aws:sns/topicSubscription:TopicSubscription" ? inputs.endpoint : undefined);
  },
};
