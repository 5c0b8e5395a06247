import { ACCOUNT, type Properties } from "../model";

/** The partition of a region, as AWS names it in ARNs. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}

/** Answers of the functions that ask AWS who and where one is; undefined for any other function. */
export function invokeResult(token: string, args: Properties, region: string): Properties | undefined {
  const partition = partitionOf(region);
  const china = partition === "aws-cn";
  const dnsSuffix = china ? "amazonaws.com.cn" : "amazonaws.com";
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return {
        id: ACCOUNT,
        accountId: ACCOUNT,
        arn: `arn:${partition}:iam::${ACCOUNT}:user/you`,
        userId: "LOCALCLOUDYOU0000000",
      };
    case "aws:index/getRegion:getRegion": {
      const name: string = args.region ?? args.name ?? region;
      return { id: name, name, region: name, endpoint: `ec2.${name}.${dnsSuffix}`, description: name };
    }
    case "aws:index/getPartition:getPartition":
      return { id: partition, partition, dnsSuffix, reverseDnsPrefix: dnsSuffix.split(".").reverse().join(".") };
    default:
      return undefined;
  }
}
