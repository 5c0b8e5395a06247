/**
 * The calls that the aws provider makes for a historian's resources, from AWS's API reference and the provider's source (internal/service/dms,
 * internal/service/ec2); unverified on a live account. Lambda, DMS and EC2 draw the ends of these ARNs, so no name limits these grants: they are
 * made only if the bootstrap says that the stack has historians, or a historian's VPC.
 */
import type { Calls, Names } from "./calls";

const kind =
  (...ends: string[]) =>
  ({ historians }: Names): string[] =>
    historians ? ends.map((end) => `dms:${end}:*`) : [];
const ofVpc =
  (...ends: string[]) =>
  ({ historianVpc }: Names): string[] =>
    historianVpc ? ends.map((end) => `ec2:${end}/*`) : [];

const TAGS = ["dms:AddTagsToResource", "dms:RemoveTagsFromResource"];

/** A resource of DMS: its four calls, what reads it, and its tags. */
function replication(on: Calls["on"], what: string, read: string[], more: Partial<Calls> = {}): Calls {
  return {
    on,
    create: [`dms:Create${what}`, TAGS[0]!, ...(more.create ?? [])],
    read: [...read, "dms:ListTagsForResource"],
    update: [`dms:Modify${what}`, ...TAGS, ...(more.update ?? [])],
    delete: [`dms:Delete${what}`, ...(more.delete ?? [])],
    account: read,
    ...(more.passesRoleTo === undefined ? {} : { passesRoleTo: more.passesRoleTo }),
  };
}

/** A part of a network: created and removed, and read by a call that has no resource level. */
function network(on: Calls["on"], create: string[], read: string[], remove: string[], update: string[] = []): Calls {
  return {
    on,
    create: [...create, "ec2:CreateTags"],
    read,
    update: [...update, "ec2:CreateTags", "ec2:DeleteTags"],
    delete: remove,
    account: read.filter((action) => action !== "ec2:DescribeVpcAttribute"),
  };
}

const rules = (way: "Egress" | "Ingress"): Calls =>
  network(
    ofVpc("security-group", "security-group-rule"),
    [`ec2:AuthorizeSecurityGroup${way}`],
    ["ec2:DescribeSecurityGroupRules"],
    [`ec2:RevokeSecurityGroup${way}`],
    ["ec2:ModifySecurityGroupRules"],
  );

/** The calls by resource type. */
export const HISTORIAN_CALLS: Readonly<Record<string, Calls>> = {
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    on: ({ historians }) => (historians ? ["lambda:event-source-mapping:*"] : []),
    create: ["lambda:CreateEventSourceMapping", "lambda:TagResource"],
    read: ["lambda:GetEventSourceMapping", "lambda:ListTags"],
    update: ["lambda:TagResource", "lambda:UntagResource", "lambda:UpdateEventSourceMapping"],
    delete: ["lambda:DeleteEventSourceMapping"],
    account: ["lambda:CreateEventSourceMapping"],
  },
  "aws:dms/certificate:Certificate": {
    on: kind("cert"),
    create: ["dms:AddTagsToResource", "dms:ImportCertificate"],
    read: ["dms:DescribeCertificates", "dms:ListTagsForResource"],
    update: TAGS,
    delete: ["dms:DeleteCertificate"],
    account: ["dms:DescribeCertificates"],
  },
  // An endpoint names its certificate.
  "aws:dms/endpoint:Endpoint": replication(kind("endpoint", "cert"), "Endpoint", ["dms:DescribeEndpoints"], {
    passesRoleTo: "dms.amazonaws.com",
  }),
  "aws:dms/replicationConfig:ReplicationConfig": replication(
    kind("replication-config", "endpoint"),
    "ReplicationConfig",
    ["dms:DescribeReplicationConfigs", "dms:DescribeReplications"],
    {
      create: ["dms:StartReplication"],
      update: ["dms:StartReplication", "dms:StopReplication"],
      delete: ["dms:StopReplication"],
    },
  ),
  "aws:dms/replicationInstance:ReplicationInstance": replication(kind("rep", "subgrp"), "ReplicationInstance", [
    "dms:DescribeReplicationInstances",
  ]),
  "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup": replication(kind("subgrp"), "ReplicationSubnetGroup", [
    "dms:DescribeReplicationSubnetGroups",
  ]),
  "aws:dms/replicationTask:ReplicationTask": replication(
    kind("task", "endpoint", "rep"),
    "ReplicationTask",
    ["dms:DescribeReplicationTasks"],
    {
      create: ["dms:StartReplicationTask"],
      update: ["dms:StartReplicationTask", "dms:StopReplicationTask"],
      delete: ["dms:StopReplicationTask"],
    },
  ),
  "aws:ec2/route:Route": network(
    ofVpc("route-table"),
    ["ec2:CreateRoute"],
    ["ec2:DescribeRouteTables"],
    ["ec2:DeleteRoute"],
    ["ec2:ReplaceRoute"],
  ),
  "aws:ec2/routeTable:RouteTable": network(
    ofVpc("route-table", "vpc"),
    ["ec2:CreateRouteTable"],
    ["ec2:DescribeRouteTables"],
    ["ec2:DeleteRouteTable"],
  ),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": network(
    ofVpc("route-table", "subnet"),
    ["ec2:AssociateRouteTable"],
    ["ec2:DescribeRouteTables"],
    ["ec2:DisassociateRouteTable"],
    ["ec2:ReplaceRouteTableAssociation"],
  ),
  "aws:ec2/securityGroup:SecurityGroup": network(
    ofVpc("security-group", "vpc"),
    // The rule that EC2 adds to a new group, all the way out, is removed.
    ["ec2:CreateSecurityGroup", "ec2:RevokeSecurityGroupEgress"],
    ["ec2:DescribeSecurityGroups"],
    ["ec2:DeleteSecurityGroup"],
  ),
  "aws:ec2/subnet:Subnet": network(
    ofVpc("subnet", "vpc"),
    ["ec2:CreateSubnet"],
    ["ec2:DescribeSubnets", "ec2:DescribeNetworkInterfaces"],
    ["ec2:DeleteSubnet"],
    ["ec2:ModifySubnetAttribute"],
  ),
  "aws:ec2/vpc:Vpc": network(
    ofVpc("vpc"),
    ["ec2:CreateVpc", "ec2:ModifyVpcAttribute"],
    [
      "ec2:DescribeNetworkAcls",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeVpcAttribute",
      "ec2:DescribeVpcs",
    ],
    ["ec2:DeleteVpc"],
    ["ec2:ModifyVpcAttribute"],
  ),
  "aws:ec2/vpcEndpoint:VpcEndpoint": network(
    ofVpc("vpc-endpoint", "vpc", "subnet", "security-group"),
    ["ec2:CreateVpcEndpoint"],
    ["ec2:DescribePrefixLists", "ec2:DescribeVpcEndpoints"],
    ["ec2:DeleteVpcEndpoints"],
    ["ec2:ModifyVpcEndpoint"],
  ),
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": network(
    ofVpc("transit-gateway-attachment", "transit-gateway", "vpc", "subnet"),
    ["ec2:CreateTransitGatewayVpcAttachment"],
    ["ec2:DescribeTransitGatewayVpcAttachments", "ec2:DescribeTransitGateways"],
    ["ec2:DeleteTransitGatewayVpcAttachment"],
    ["ec2:ModifyTransitGatewayVpcAttachment"],
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rules("Egress"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rules("Ingress"),
};
