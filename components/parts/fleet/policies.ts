import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../common/aws-context";

/** AWS IoT's variable for the name of the thing that connects. */
export const THING_VARIABLE = "${iot:Connection.Thing.ThingName}";

interface DeviceTopics {
  publish: readonly string[];
  subscribe: readonly string[];
  /** names of rules that devices publish to directly */
  rules: readonly pulumi.Input<string>[];
  /** name of the provisioning template, by which a device renews its certificate */
  template: string;
}

type Arn = (resource: pulumi.Input<string>) => pulumi.Output<string>;

/** What a device may do: connect as its thing, publish to its own topics, subscribe to its own, renew its certificate. Nothing else. */
export function devicePolicyDocument(
  aws: AwsContext,
  { publish, subscribe, rules, template }: DeviceTopics,
): pulumi.Output<string> {
  const arn: Arn = (resource) => aws.arn("iot", resource);
  const own = (topic: string): string => topic.replaceAll("{thing}", THING_VARIABLE);
  // A # at the end of a filter, and a + within, are any text in the topics that arrive.
  const received = subscribe.map((filter) => own(filter).replace(/#$/, "*").replaceAll("+", "*"));
  const topics = publish.flatMap((topic) => [
    arn(`topic/${own(topic)}`),
    ...rules.map((rule) => arn(pulumi.interpolate`topic/$aws/rules/${rule}/${own(topic)}`)),
  ]);
  return document([
    {
      Sid: "ConnectAsItself",
      Effect: "Allow",
      Action: "iot:Connect",
      Resource: arn(`client/${THING_VARIABLE}`),
      Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
    },
    { Sid: "Publish", Effect: "Allow", Action: "iot:Publish", Resource: topics },
    ...(subscribe.length === 0
      ? []
      : [
          {
            Sid: "Subscribe",
            Effect: "Allow",
            Action: "iot:Subscribe",
            Resource: subscribe.map((filter) => arn(`topicfilter/${own(filter)}`)),
          },
          {
            Sid: "Receive",
            Effect: "Allow",
            Action: "iot:Receive",
            Resource: received.map((topic) => arn(`topic/${topic}`)),
          },
        ]),
    ...renewal(arn, template, ["create-from-csr"]),
  ]);
}

/** What the holder of a claim certificate may do: ask for a certificate and have a device of the fleet registered. */
export function claimPolicyDocument(aws: AwsContext, template: string, prefix: string): pulumi.Output<string> {
  const arn: Arn = (resource) => aws.arn("iot", resource);
  return document([
    { Sid: "Connect", Effect: "Allow", Action: "iot:Connect", Resource: arn(`client/${prefix}*`) },
    ...renewal(arn, template, ["create", "create-from-csr"]),
  ]);
}

/** The topics of a certificate's making and of a device's registration. https://docs.aws.amazon.com/iot/latest/developerguide/fleet-provision-api.html */
function renewal(arn: Arn, template: string, ways: readonly string[]): object[] {
  const topics = [
    ...ways.map((way) => `$aws/certificates/${way}/*`),
    `$aws/provisioning-templates/${template}/provision/*`,
  ];
  return [
    {
      Sid: "AskForCertificate",
      Effect: "Allow",
      Action: ["iot:Publish", "iot:Receive"],
      Resource: topics.map((topic) => arn(`topic/${topic}`)),
    },
    {
      Sid: "HearAnswers",
      Effect: "Allow",
      Action: "iot:Subscribe",
      Resource: topics.map((topic) => arn(`topicfilter/${topic}`)),
    },
  ];
}

function document(statements: object[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}
