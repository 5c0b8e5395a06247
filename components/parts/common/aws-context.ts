import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getRegionOutput } from "@pulumi/aws/getRegion";
import * as pulumi from "@pulumi/pulumi";

/**
 * Account and region, and the ARNs in them. ARNs are put together from names and not taken from resources: so they are known in
 * preview, where a policy can decide on them. A name that is an output still makes its user depend on the resource.
 */
export class AwsContext {
  constructor(
    readonly account: pulumi.Output<string>,
    readonly region: pulumi.Output<string>,
  ) {}

  /** Partition, region and account together. */
  get place(): pulumi.Output<{ partition: string; region: string; account: string }> {
    return pulumi
      .all([this.region, this.account])
      .apply(([region, account]) => ({ partition: partitionOf(region), region, account }));
  }

  /** `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE` */
  arn(service: string, resource: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi
      .all([this.region, this.account, resource])
      .apply(([region, account, rest]) => `arn:${partitionOf(region)}:${service}:${region}:${account}:${rest}`);
  }

  /** What is in no region, such as IAM: `arn:aws:SERVICE::ACCOUNT:RESOURCE` */
  global(service: string, resource: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi
      .all([this.region, this.account, resource])
      .apply(([region, account, rest]) => `arn:${partitionOf(region)}:${service}::${account}:${rest}`);
  }

  role(name: pulumi.Input<string>): pulumi.Output<string> {
    return this.global("iam", pulumi.interpolate`role/${name}`);
  }

  /** S3 has neither region nor account in its ARNs; `key` may be a pattern. */
  bucket(name: pulumi.Input<string>, key?: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi
      .all([this.region, name, key])
      .apply(([region, bucket, of]) => `arn:${partitionOf(region)}:s3:::${bucket}${of === undefined ? "" : `/${of}`}`);
  }

  /** The host that a service is called at, as `kms:ViaService` names it. */
  endpoint(service: string): pulumi.Output<string> {
    return pulumi.interpolate`${service}.${this.region}.amazonaws.com`;
  }
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** By the engine and the provider that were asked; a thousand components ask once. */
const known = new WeakMap<object, Map<object | undefined, AwsContext>>();

/** Account and region of a component's children, as its AWS provider reports them. */
export function awsContextOf(component: pulumi.ComponentResource): AwsContext {
  const engine = pulumi.runtime.getMonitor() as object | undefined;
  const provider = component.getProvider("aws:index/getCallerIdentity:getCallerIdentity");
  const asked = (engine === undefined ? undefined : known.get(engine)) ?? new Map<object | undefined, AwsContext>();
  let context = asked.get(provider);
  if (context === undefined) {
    const opts = { parent: component };
    context = new AwsContext(getCallerIdentityOutput({}, opts).accountId, getRegionOutput({}, opts).region);
    asked.set(provider, context);
    if (engine !== undefined) known.set(engine, asked);
  }
  return context;
}
