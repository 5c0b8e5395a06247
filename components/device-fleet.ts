import * as path from "node:path";
import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as iot from "@pulumi/aws/iot";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import { inOrder } from "../aws/text/in-order";
import { topicFilterProblem, topicNameProblem } from "../aws/mqtt-topic";
import { activityAlarms, Alarms, type AlarmNodes, type AlarmTransform } from "./parts/alarms/alarms";
import type { AlarmsArgs } from "./parts/alarms/alarms-args";
import { Checks } from "./parts/common/checks";
import { createLogGroup, writesFunctionLog } from "./parts/common/logs";
import { uniqueName } from "./parts/common/names";
import { createRole, type RoleNodes, type RoleTransforms } from "./parts/common/role";
import { scopeOf } from "./parts/common/scope";
import { input, list, matching, required, takeArgs, text, type Shape } from "./parts/common/shape";
import { transformed, type Transform } from "./parts/common/transform";
import { OPERATIONS } from "./parts/component-args";
import { readDeviceList, type DeviceList } from "./parts/fleet/device-list";
import { claimPolicyDocument, devicePolicyDocument } from "./parts/fleet/policies";
import { authorityFileProblem, createRegisteringRole, registerAuthorities } from "./parts/fleet/registering";
import { fleetTemplate, SERIAL } from "./parts/fleet/template";
import { functionFile } from "./parts/functions/bundle";

/** Arguments of a DeviceFleet. */
export interface DeviceFleetArgs {
  /** Topics that a device publishes to, each with {thing} for its thing's name, 1 to 8. Example: ["dt/{thing}/aggregate"]. */
  publishTopics: string[];
  /** Topic filters that a device subscribes to, each with {thing}, at most 4. Default: none. Example: ["cmd/{thing}/#"]. */
  subscribeFilters?: string[];
  /** Topic rules that devices may publish to directly (basic ingest, `$aws/rules/RULE/TOPIC`), at most 4. Default: none. Example: [plant.nodes.rules[0]!.rule.name]. */
  basicIngestRules?: pulumi.Input<string>[];
  /** Begins the names of the things, before the serial number. Default: the component's name and "-". Example: "pump-". */
  thingNamePrefix?: string;
  /** Names of thing groups that are created and that every device joins, at most 9. Default: none. Example: ["north"]. */
  groups?: string[];
  /** CSV file with the devices that may be registered: a column serial, others become attributes; absolute or from the working directory. Default: every serial number is accepted. Example: "devices.csv". */
  deviceList?: string;
  /** Files with the certificates (PEM) of authorities of yours, at most 10: a device whose certificate one of them has signed is registered when it connects first, its common name is the serial number. Cannot be combined with deviceList, since AWS asks no hook for such devices. Default: none. Example: ["factory-ca.pem"]. */
  certificateAuthorities?: string[];
  /** ARN of a KMS key of yours for the hook's log. Default: keys of AWS. Example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab". */
  kmsKeyArn?: pulumi.Input<string>;
  /** Days that log events of the hook are kept, one of CloudWatch's steps. Default: 30. Example: 90. */
  logRetentionDays?: number;
  /** Alarms of the hook: calls that fail, calls that are refused. Default: both, without notification. Example: { topicArn: onCall.arn }. */
  alarms?: AlarmsArgs;
  /** ARN of a managed policy that bounds what its roles may do. Default: none. Example: "arn:aws:iam::123456789012:policy/boundary". */
  permissionsBoundaryArn?: pulumi.Input<string | undefined>;
  /** Tags of every resource that takes tags. Default: none. Example: { plant: "north" }. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

const GROUP = matching(/^[a-zA-Z0-9_-]{1,64}$/, '1-64 letters, digits, "_" and "-"');

const SHAPE: Shape<DeviceFleetArgs> = {
  publishTopics: required(list(text(), "topics", { min: 1, max: 8 })),
  subscribeFilters: list(text(), "topic filters", { max: 4 }),
  basicIngestRules: list(input(matching(/^[A-Za-z0-9_]{1,128}$/, "the name of a topic rule")), "names of topic rules", {
    max: 4,
  }),
  thingNamePrefix: matching(/^[a-zA-Z0-9:_-]{1,64}$/, '1-64 letters, digits, ":", "_" and "-"'),
  groups: list(GROUP, "names of thing groups", { max: 9 }),
  deviceList: text("a CSV file"),
  certificateAuthorities: list(text(), "files", { min: 1, max: 10 }),
  ...OPERATIONS,
};

/** The resources of a DeviceFleet. */
export interface DeviceFleetNodes {
  readonly thingType: iot.ThingType;
  readonly groups: iot.ThingGroup[];
  /** what every device may do */
  readonly devicePolicy: iot.Policy;
  /** what the holder of a claim certificate may do */
  readonly claimPolicy: iot.Policy;
  readonly template: iot.ProvisioningTemplate;
  /** of the template */
  readonly provisioning: RoleNodes;
  /** authorities of the user's, and the role that registers what they have signed */
  readonly authorities: iot.CaCertificate[];
  readonly registration: RoleNodes | undefined;
  /** decides which devices are registered */
  readonly hook: RoleNodes & {
    function: lambda.Function;
    logGroup: cloudwatch.LogGroup;
    permission: lambda.Permission;
  };
  readonly alarms: AlarmNodes;
}

/** Changes to the arguments of its children. */
export interface DeviceFleetTransforms {
  thingType?: Transform<iot.ThingTypeArgs>;
  group?: Transform<iot.ThingGroupArgs>;
  devicePolicy?: Transform<iot.PolicyArgs>;
  claimPolicy?: Transform<iot.PolicyArgs>;
  template?: Transform<iot.ProvisioningTemplateArgs>;
  provisioning?: RoleTransforms;
  authority?: Transform<iot.CaCertificateArgs>;
  registration?: RoleTransforms;
  hook?: RoleTransforms & {
    function?: Transform<lambda.FunctionArgs>;
    logGroup?: Transform<cloudwatch.LogGroupArgs>;
    permission?: Transform<lambda.PermissionArgs>;
  };
  alarm?: AlarmTransform;
}

/** Options of a DeviceFleet: those of every component, and changes to its children. */
export interface DeviceFleetOptions extends pulumi.ComponentResourceOptions {
  transform?: DeviceFleetTransforms;
}

/**
 * Devices that connect with certificates of their own: a thing type and groups, one policy for all of them, in which variables stand for the
 * device, and fleet provisioning, by which a device gets its certificate with a request of its own or with keys from AWS. A hook lets a serial number be
 * registered once, and afterwards only by the device itself, which renews its certificate so. No certificate and no private key is a resource, so
 * none is in the stack's state.
 *
 * The smallest use:
 * ```ts
 * new DeviceFleet("pumps", { publishTopics: ["dt/{thing}/aggregate"] });
 * ```
 * The richest:
 * ```ts
 * new DeviceFleet("pumps", {
 *   publishTopics: ["dt/{thing}/aggregate", "dt/{thing}/status"],
 *   subscribeFilters: ["cmd/{thing}/#"],
 *   basicIngestRules: [plant.nodes.rules[0]!.rule.name],
 *   thingNamePrefix: "pump-",
 *   groups: ["north"],
 *   deviceList: "devices.csv",
 *   logRetentionDays: 365,
 *   alarms: { topicArn: onCall.arn },
 * });
 * ```
 */
export class DeviceFleet extends pulumi.ComponentResource {
  readonly nodes: DeviceFleetNodes;
  /** name of the provisioning template on AWS */
  readonly templateName: string;
  /** name of the policy for claim certificates on AWS */
  readonly claimPolicyName: string;
  /** begins the names of its things */
  readonly thingNamePrefix: string;

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: DeviceFleetArgs, opts: DeviceFleetOptions = {}) {
    const { devices, ...checked } = check(name, args);
    args = checked.args;
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:DeviceFleet", name, {}, options);
    const scope = scopeOf(this, name, args);
    const { aws, tags } = scope;
    const parent = { parent: this };
    const templateName = uniqueName(this, "provisioningTemplate", name);
    const claimPolicyName = uniqueName(this, "devicePolicy", name, "claim");
    const prefix = args.thingNamePrefix ?? `${name}-`;
    const { publishTopics: publish, subscribeFilters: subscribe = [], basicIngestRules: rules = [] } = args;

    const thingType = new iot.ThingType(
      ...transformed(transform.thingType, `${name}-type`, { name: uniqueName(this, "thingType", name), tags }, parent),
    );
    const groups = (args.groups ?? []).map(
      (group) =>
        new iot.ThingGroup(
          ...transformed(
            transform.group,
            `${name}-group-${group}`,
            { name: uniqueName(this, "thingGroup", name, group), tags },
            parent,
          ),
        ),
    );
    const devicePolicy = new iot.Policy(
      ...transformed(
        transform.devicePolicy,
        `${name}-device-policy`,
        {
          name: uniqueName(this, "devicePolicy", name, "device"),
          policy: devicePolicyDocument(aws, { publish, subscribe, rules, template: templateName }),
          tags,
        },
        parent,
      ),
    );
    const claimPolicy = new iot.Policy(
      ...transformed(
        transform.claimPolicy,
        `${name}-claim-policy`,
        { name: claimPolicyName, policy: claimPolicyDocument(aws, templateName, prefix), tags },
        parent,
      ),
    );
    const hook = createHook();
    const registering = { fleet: name, prefix, groups };
    const provisioning = createRegisteringRole(scope, {
      ...{ ...registering, actor: "provisioning", sourceResource: `provisioningtemplate/${templateName}` },
      transforms: transform.provisioning ?? {},
    });
    const template = createTemplate();
    const { authorities, registration } = createAuthorities();
    const alarms = new Alarms(scope, args.alarms, transform.alarm);
    activityAlarms(alarms, `Pre-provisioning hook of the fleet ${name}`, `${name}-hook`, hook.function.name);

    this.templateName = templateName;
    this.claimPolicyName = claimPolicyName;
    this.thingNamePrefix = prefix;
    const own = { template, provisioning, hook, authorities, registration };
    this.nodes = { thingType, groups, devicePolicy, claimPolicy, ...own, alarms: alarms.nodes };
    this.registerOutputs({ templateName });

    function createHook(): DeviceFleetNodes["hook"] {
      const functionName = uniqueName(scope.component, "function", name, "hook");
      const transforms = transform.hook ?? {};
      const logGroup = createLogGroup(scope, `${name}-hook-log`, `/aws/lambda/${functionName}`, transforms.logGroup);
      const { role, policy, arn } = createRole(scope, {
        service: "lambda",
        actor: "hook",
        description: `Pre-provisioning hook of the fleet ${name}`,
        statements: [
          writesFunctionLog(logGroup, aws),
          // Whether the device has a certificate already.
          {
            Sid: "SeeCertificates",
            Effect: "Allow",
            Action: ["iot:ListThingPrincipals"],
            Resource: [aws.arn("iot", `thing/${prefix}*`)],
          },
        ],
        transforms,
      });
      const functionArgs: lambda.FunctionArgs = {
        name: functionName,
        description: `Decides which devices of the fleet ${name} are registered`,
        role: arn,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: new pulumi.asset.AssetArchive({
          "index.js": new pulumi.asset.FileAsset(functionFile("provisioning-hook")),
          "fleet.json": new pulumi.asset.StringAsset(`${JSON.stringify(inOrder({ prefix, devices }))}\n`),
        }),
        memorySize: 256,
        // AWS IoT waits 5 s.
        timeout: 5,
        loggingConfig: {
          logGroup: logGroup.name,
          logFormat: "JSON",
          applicationLogLevel: "INFO",
          systemLogLevel: "WARN",
        },
        tags,
      };
      const created = new lambda.Function(
        ...transformed(transforms.function, `${name}-hook`, functionArgs, {
          parent: scope.component,
          dependsOn: [policy],
        }),
      );
      const permission = new lambda.Permission(
        ...transformed(
          transforms.permission,
          `${name}-hook-permission`,
          {
            function: created.name,
            action: "lambda:InvokeFunction",
            principal: "iot.amazonaws.com",
            sourceArn: aws.arn("iot", `provisioningtemplate/${templateName}`),
            sourceAccount: aws.account,
          },
          { parent: scope.component },
        ),
      );
      return { function: created, logGroup, role, policy, permission };
    }

    function createAuthorities(): Pick<DeviceFleetNodes, "authorities" | "registration"> {
      if (args.certificateAuthorities === undefined) return { authorities: [], registration: undefined };
      // AWS does not say on whose behalf it registers such a device.
      const use = { ...registering, actor: "registration", sourceResource: "*" };
      const registration = createRegisteringRole(scope, { ...use, transforms: transform.registration ?? {} });
      const authorities = registerAuthorities(scope, {
        files: args.certificateAuthorities,
        registration,
        templateBody: bodyFor(SERIAL.certificate, []),
        transform: transform.authority,
      });
      return { authorities, registration };
    }

    function bodyFor(serial: (typeof SERIAL)[keyof typeof SERIAL], attributes: readonly string[]) {
      return fleetTemplate({
        ...{ prefix, serial, attributes, publish, subscribe },
        thingType: thingType.name,
        groups: groups.map((group) => group.name),
        policy: devicePolicy.name,
      });
    }

    function createTemplate(): iot.ProvisioningTemplate {
      const attributes = Object.keys(Object.values(devices ?? {})[0] ?? {});
      const templateArgs: iot.ProvisioningTemplateArgs = {
        name: templateName,
        // The device simulator finds the claim's policy by it.
        description: `Fleet ${name}, claim policy ${claimPolicyName}`,
        enabled: true,
        type: "FLEET_PROVISIONING",
        provisioningRoleArn: provisioning.arn,
        templateBody: bodyFor(SERIAL.request, attributes),
        preProvisioningHook: { targetArn: hook.function.arn, payloadVersion: "2020-04-01" },
        tags,
      };
      return new iot.ProvisioningTemplate(
        ...transformed(transform.template, `${name}-template`, templateArgs, {
          parent: scope.component,
          dependsOn: [provisioning.policy, hook.permission],
        }),
      );
    }
  }
}

/** @returns the arguments, and the devices of the list */
function check(name: string, given: DeviceFleetArgs): { args: DeviceFleetArgs; devices: DeviceList | undefined } {
  const checks = new Checks("DeviceFleet", name);
  const args = takeArgs(SHAPE, given, checks);
  const own = (at: string, topic: string, problem: (topic: string) => string | undefined): void => {
    const example = topic.replaceAll("{thing}", "thing");
    const reason = problem(example);
    if (reason !== undefined) checks.add(at, `saw ${JSON.stringify(topic)}; ${reason}`);
    else if (/[{}*?$]/.test(example))
      checks.add(at, `saw ${JSON.stringify(topic)}; a topic of a fleet has {thing} and no other "{", "*", "?" or "$"`);
    else if (!topic.split("/").some((level) => level === "{thing}"))
      checks.add(at, `saw ${JSON.stringify(topic)}; one level must be {thing}, or a device could speak for another`);
  };
  for (const [at, topic] of checks.entries("publishTopics", args.publishTopics)) own(at, topic, topicNameProblem);
  for (const [at, filter] of checks.entries("subscribeFilters", args.subscribeFilters)) {
    own(at, filter, topicFilterProblem);
    if (/[+#].*\{thing\}/.test(filter))
      checks.add(at, `saw ${JSON.stringify(filter)}; {thing} stands before the first wildcard`);
  }
  for (const [at, group, index] of checks.entries("groups", args.groups))
    if (args.groups!.indexOf(group) !== index)
      checks.add(at, `saw ${JSON.stringify(group)} twice; name each group once`);
  let devices: DeviceList | undefined;
  if (args.deviceList !== undefined && checks.shaped("deviceList")) {
    const read = readDeviceList(path.resolve(args.deviceList));
    if (Array.isArray(read)) for (const problem of read) checks.add("deviceList", problem);
    else devices = read;
  }
  for (const [at, file] of checks.entries("certificateAuthorities", args.certificateAuthorities)) {
    const problem = authorityFileProblem(file);
    if (problem !== undefined) checks.add(at, `saw ${JSON.stringify(file)}, which ${problem}`);
  }
  if (args.certificateAuthorities !== undefined && args.deviceList !== undefined)
    checks.add(
      "certificateAuthorities",
      "stands beside deviceList, which AWS does not ask for devices that an authority brings; leave one of them out",
    );
  if (args.thingNamePrefix === undefined && !/^[a-zA-Z0-9:_-]{1,63}$/.test(name))
    checks.add("thingNamePrefix", `not set; a name of more than 63 characters begins no thing's name, so give one`);
  checks.throwIfWrong();
  return { args, devices };
}
