import * as ec2 from "@pulumi/aws/ec2";
import * as ec2transitgateway from "@pulumi/aws/ec2transitgateway";
import * as vpcRules from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../common/names";
import type { Scope } from "../common/scope";
import { transformed, type Transform } from "../common/transform";
import type { HistorianVpcArgs } from "./historian-args";

/** A small VPC of the historian's own. */
export interface HistorianVpcNodes {
  readonly vpc: ec2.Vpc;
  readonly subnets: ec2.Subnet[];
  readonly routes: ec2.RouteTable;
  readonly attachment: ec2transitgateway.VpcAttachment;
  readonly route: ec2.Route;
  readonly associations: ec2.RouteTableAssociation[];
  /** of the replication */
  readonly securityGroup: ec2.SecurityGroup;
  /** of the endpoints */
  readonly endpointSecurityGroup: ec2.SecurityGroup;
  readonly rules: pulumi.CustomResource[];
  /** by service */
  readonly endpoints: Readonly<Record<string, ec2.VpcEndpoint>>;
}

/** Changes to the VPC. */
export interface HistorianVpcTransforms {
  vpc?: Transform<ec2.VpcArgs>;
  subnet?: Transform<ec2.SubnetArgs>;
  endpoint?: Transform<ec2.VpcEndpointArgs>;
}

/** Where DMS runs. */
export interface Placement {
  subnetIds: pulumi.Input<string>[];
  securityGroupIds: pulumi.Input<string>[];
  /** what has to be there before a replication can reach anything */
  ready: pulumi.Resource[];
}

/** What DMS calls. https://docs.aws.amazon.com/dms/latest/userguide/CHAP_VPC_Endpoints.html */
const SERVICES = ["kinesis-streams", "secretsmanager", "logs"] as const;
/** Addresses of a subnet: 16, of which AWS keeps five. */
const SUBNET_BITS = 28;

/**
 * Creates a VPC that has a way to the historian and to the services that DMS calls, and to nothing else: no internet gateway and no NAT.
 * @param port of the database
 */
export function createVpc(
  scope: Scope,
  args: HistorianVpcArgs,
  port: number,
  transforms: HistorianVpcTransforms,
): { nodes: HistorianVpcNodes; placement: Placement } {
  const { component, name, aws, tags } = scope;
  const parent = { parent: component };
  const named = (suffix: string): pulumi.Output<Record<string, string>> =>
    pulumi
      .output(tags ?? {})
      .apply((own): Record<string, string> => ({ ...own, Name: physicalName("queue", name, suffix) }));
  const vpcArgs = { cidrBlock: args.cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: named("vpc") };
  const vpc = new ec2.Vpc(...transformed(transforms.vpc, `${name}-vpc`, vpcArgs, parent));
  const zones: pulumi.Input<string>[] =
    args.zones ?? ["a", "b"].map((letter) => pulumi.interpolate`${aws.region}${letter}`);
  const subnets = zones.map((availabilityZone, index) => {
    const child = `${name}-subnet-${index + 1}`;
    const cidrBlock = subnetCidr(args.cidr, index);
    const subnetArgs = { vpcId: vpc.id, availabilityZone, cidrBlock, tags: named(`subnet-${index + 1}`) };
    return new ec2.Subnet(...transformed(transforms.subnet, child, subnetArgs, parent));
  });
  const subnetIds = subnets.map(({ id }) => id);
  const routes = new ec2.RouteTable(`${name}-routes`, { vpcId: vpc.id, tags: named("routes") }, parent);
  const associations = subnets.map(
    ({ id }, index) =>
      new ec2.RouteTableAssociation(`${name}-routes-${index + 1}`, { subnetId: id, routeTableId: routes.id }, parent),
  );
  const attachment = new ec2transitgateway.VpcAttachment(
    `${name}-attachment`,
    { vpcId: vpc.id, subnetIds, transitGatewayId: args.transitGatewayId, tags: named("attachment") },
    parent,
  );
  const route = new ec2.Route(
    `${name}-route`,
    {
      routeTableId: routes.id,
      destinationCidrBlock: args.historianCidr,
      transitGatewayId: args.transitGatewayId,
    },
    // A route to a gateway that is not attached yet is refused.
    { ...parent, dependsOn: [attachment] },
  );
  const group = (suffix: string, description: string): ec2.SecurityGroup =>
    new ec2.SecurityGroup(
      `${name}-${suffix}`,
      { vpcId: vpc.id, name: physicalName("queue", name, suffix), description, tags },
      parent,
    );
  const securityGroup = group("replication", `Replication of the historian ${name}`);
  const endpointSecurityGroup = group("endpoints", `Endpoints that the replication of the historian ${name} calls`);
  const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443, tags };
  const rules = [
    new vpcRules.SecurityGroupEgressRule(
      `${name}-to-historian`,
      {
        securityGroupId: securityGroup.id,
        description: "The database of the historian",
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        cidrIpv4: args.historianCidr,
        tags,
      },
      parent,
    ),
    new vpcRules.SecurityGroupEgressRule(
      `${name}-to-endpoints`,
      {
        securityGroupId: securityGroup.id,
        description: "Kinesis, Secrets Manager, CloudWatch Logs",
        referencedSecurityGroupId: endpointSecurityGroup.id,
        ...https,
      },
      parent,
    ),
    new vpcRules.SecurityGroupIngressRule(
      `${name}-from-replication`,
      {
        securityGroupId: endpointSecurityGroup.id,
        description: "The replication",
        referencedSecurityGroupId: securityGroup.id,
        ...https,
      },
      parent,
    ),
  ];
  const endpoints = Object.fromEntries(
    SERVICES.map((service) => {
      const endpointArgs: ec2.VpcEndpointArgs = {
        vpcId: vpc.id,
        serviceName: pulumi.interpolate`com.amazonaws.${aws.region}.${service}`,
        vpcEndpointType: "Interface",
        subnetIds,
        securityGroupIds: [endpointSecurityGroup.id],
        privateDnsEnabled: true,
        tags: named(service),
      };
      return [
        service,
        new ec2.VpcEndpoint(...transformed(transforms.endpoint, `${name}-${service}`, endpointArgs, parent)),
      ];
    }),
  );
  return {
    nodes: {
      vpc,
      subnets,
      routes,
      attachment,
      route,
      associations,
      securityGroup,
      endpointSecurityGroup,
      rules,
      endpoints,
    },
    placement: {
      subnetIds,
      securityGroupIds: [securityGroup.id],
      ready: [route, ...associations, ...rules, ...Object.values(endpoints)],
    },
  };
}

/** The addresses of a subnet: the VPC's, in blocks of 16 from the beginning. */
function subnetCidr(cidr: string, index: number): string {
  const numbers = cidr.split("/")[0]!.split(".").map(Number);
  const base = numbers.reduce((sum, number) => sum * 256 + number, 0) + index * 2 ** (32 - SUBNET_BITS);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${SUBNET_BITS}`;
}
