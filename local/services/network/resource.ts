import { TYPES, type Properties } from "../../core/model";
import { arnOf, digitsOf, type Handler, type PlanContext } from "../../resources/handler";
import {
  checked,
  flag,
  list,
  number,
  oneOf,
  refused,
  replaces,
  required,
  tags,
  text,
  type Accepted,
  type Table,
} from "../../resources/properties";

/**
 * Networks are compared with AWS's rules and keep nothing apart here: everything of the local cloud is on one machine.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html
 */
const CIDR = /^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/;
const cidr = (): Accepted =>
  checked(
    text({ check: (value) => (CIDR.test(value) ? undefined : `saw "${value}"; wants a block such as 10.60.0.0/24`) }),
  );
const id = (): Accepted => checked(text());

/** Arguments that a historian's network has no use for. */
const others = (names: string): Table =>
  Object.fromEntries(names.split(" ").map((name) => [name, refused("the local cloud has no networks; leave it out")]));

/** A resource whose id AWS draws. */
function part(type: string, prefix: string, properties: Table, arnPart?: string): Handler {
  return {
    type,
    drawn: ["id", "arn"],
    properties: { ...properties, region: checked(text()) },
    plan: (_inputs: Properties, context: PlanContext) => {
      const drawn = `${prefix}-${digitsOf(context, 17)}`;
      return {
        id: drawn,
        outputs: arnPart === undefined ? {} : { arn: arnOf(context, "ec2", `${arnPart}/${drawn}`) },
      };
    },
  };
}

export const vpc = part(
  TYPES.vpc,
  "vpc",
  {
    cidrBlock: replaces(required(cidr())),
    enableDnsSupport: checked(flag()),
    enableDnsHostnames: checked(flag()),
    ...others(
      "assignGeneratedIpv6CidrBlock enableNetworkAddressUsageMetrics instanceTenancy ipv4IpamPoolId ipv4NetmaskLength ipv6CidrBlock ipv6CidrBlockNetworkBorderGroup ipv6IpamPoolId ipv6NetmaskLength",
    ),
    tags,
  },
  "vpc",
);
export const subnet = part(
  TYPES.subnet,
  "subnet",
  {
    vpcId: replaces(required(id())),
    availabilityZone: replaces(id()),
    ...others(
      "assignIpv6AddressOnCreation availabilityZoneId customerOwnedIpv4Pool enableDns64 enableLniAtDeviceIndex enableResourceNameDnsARecordOnLaunch enableResourceNameDnsAaaaRecordOnLaunch ipv4IpamPoolId ipv4NetmaskLength ipv6CidrBlock ipv6IpamPoolId ipv6Native ipv6NetmaskLength mapCustomerOwnedIpOnLaunch outpostArn privateDnsHostnameTypeOnLaunch",
    ),
    cidrBlock: replaces(required(cidr())),
    tags,
    mapPublicIpOnLaunch: refused("leave it out: the subnets of a historian have no way to the internet", false),
  },
  "subnet",
);
export const routeTable = part(
  TYPES.routeTable,
  "rtb",
  { vpcId: replaces(required(id())), tags, ...others("propagatingVgws routes") },
  "route-table",
);
export const routeTableAssociation = part(TYPES.routeTableAssociation, "rtbassoc", {
  subnetId: replaces(required(id())),
  routeTableId: required(id()),
  ...others("gatewayId"),
});
export const route = part(TYPES.route, "r", {
  routeTableId: replaces(required(id())),
  destinationCidrBlock: replaces(required(cidr())),
  transitGatewayId: required(id()),
  ...others(
    "carrierGatewayId coreNetworkArn destinationIpv6CidrBlock destinationPrefixListId egressOnlyGatewayId gatewayId localGatewayId natGatewayId networkInterfaceId odbNetworkArn vpcEndpointId vpcPeeringConnectionId",
  ),
});
export const gatewayAttachment = part(
  TYPES.gatewayAttachment,
  "tgw-attach",
  {
    vpcId: replaces(required(id())),
    subnetIds: required(checked(list(text()))),
    transitGatewayId: replaces(required(id())),
    tags,
    ...others(
      "applianceModeSupport dnsSupport ipv6Support securityGroupReferencingSupport transitGatewayDefaultRouteTableAssociation transitGatewayDefaultRouteTablePropagation",
    ),
  },
  "transit-gateway-attachment",
);
export const securityGroup = part(
  TYPES.securityGroup,
  "sg",
  {
    vpcId: replaces(required(id())),
    name: replaces(checked(text({ check: (value) => (value.length > 255 ? "at most 255 characters" : undefined) }))),
    description: replaces(
      checked(text({ check: (value) => (value.length > 255 ? `${value.length} characters; at most 255` : undefined) })),
    ),
    tags,
    ...others("egress ingress namePrefix revokeRulesOnDelete"),
  },
  "security-group",
);
const rule = {
  securityGroupId: replaces(required(id())),
  description: checked(text()),
  ipProtocol: required(checked(oneOf(["tcp", "udp", "-1"]))),
  fromPort: checked(number(-1, 65_535)),
  toPort: checked(number(-1, 65_535)),
  cidrIpv4: cidr(),
  referencedSecurityGroupId: id(),
  tags,
  ...others("cidrIpv6 prefixListId"),
};
export const egressRule = part(TYPES.egressRule, "sgr", rule, "security-group-rule");
export const ingressRule = part(TYPES.ingressRule, "sgr", rule, "security-group-rule");
export const vpcEndpoint = part(
  TYPES.vpcEndpoint,
  "vpce",
  {
    vpcId: replaces(required(id())),
    serviceName: replaces(required(checked(text()))),
    vpcEndpointType: checked(oneOf(["Interface"])),
    subnetIds: checked(list(text())),
    securityGroupIds: checked(list(text())),
    privateDnsEnabled: checked(flag()),
    ...others(
      "autoAccept dnsOptions ipAddressType policy resourceConfigurationArn routeTableIds serviceNetworkArn serviceRegion subnetConfigurations",
    ),
    tags,
  },
  "vpc-endpoint",
);
