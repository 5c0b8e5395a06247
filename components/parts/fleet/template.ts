import * as pulumi from "@pulumi/pulumi";

/** The parameter with the serial number: of the request, or the common name of a certificate that the fleet's authority signed. */
export const SERIAL = { request: "SerialNumber", certificate: "AWS::IoT::Certificate::CommonName" } as const;

interface FleetTemplate {
  prefix: string;
  serial: (typeof SERIAL)[keyof typeof SERIAL];
  /** attributes of the devices on the list, which the hook fills */
  attributes: readonly string[];
  publish: readonly string[];
  subscribe: readonly string[];
  thingType: pulumi.Input<string>;
  groups: readonly pulumi.Input<string>[];
  policy: pulumi.Input<string>;
}

/**
 * The body of a fleet's provisioning template. A device that is there already is registered again with the same name, so that it can renew its
 * certificate. The device learns its topics from the answer.
 */
export function fleetTemplate({
  prefix,
  serial,
  attributes,
  publish,
  subscribe,
  thingType,
  groups,
  policy,
}: FleetTemplate): pulumi.Output<string> {
  const thing = { "Fn::Join": ["", [prefix, { Ref: serial }]] };
  const topicOf = (topic: string): object => {
    const [first = "", ...rest] = topic.split("{thing}");
    return { "Fn::Join": ["", [first, ...rest.flatMap((part) => [thing, part])].filter((part) => part !== "")] };
  };
  const listed = attributes.map((name, index): [name: string, parameter: string] => [name, `Attribute${index + 1}`]);
  return pulumi.jsonStringify({
    Parameters: {
      [serial]: { Type: "String" },
      "AWS::IoT::Certificate::Id": { Type: "String" },
      ...Object.fromEntries(listed.map(([, parameter]) => [parameter, { Type: "String" }])),
    },
    Resources: {
      thing: {
        Type: "AWS::IoT::Thing",
        OverrideSettings: { AttributePayload: "MERGE", ThingTypeName: "DO_NOTHING", ThingGroups: "DO_NOTHING" },
        Properties: {
          ThingName: thing,
          ThingTypeName: thingType,
          ThingGroups: groups,
          AttributePayload: {
            serial: { Ref: serial },
            ...Object.fromEntries(listed.map(([name, parameter]) => [name, { Ref: parameter }])),
          },
        },
      },
      certificate: {
        Type: "AWS::IoT::Certificate",
        Properties: { CertificateId: { Ref: "AWS::IoT::Certificate::Id" }, Status: "ACTIVE" },
      },
      policy: { Type: "AWS::IoT::Policy", Properties: { PolicyName: policy } },
    },
    // A device that an authority brings gets no answer.
    ...(serial === SERIAL.request
      ? { DeviceConfiguration: { publish: publish.map(topicOf), subscribe: subscribe.map(topicOf) } }
      : {}),
  });
}
