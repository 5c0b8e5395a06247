import { ACCOUNT, type Properties } from "../model";

/** Answers of the functions that ask AWS who and where one is; undefined for any other function. */
export function invokeResult(token: string, args: Properties, region: string): Properties | undefined {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return {
        id: ACCOUNT,
        accountId: ACCOUNT,
        arn: `arn:aws:iam::${ACCOUNT}:user/you`,
        userId: "LOCALCLOUDYOU0000000",
      };
    case "aws:index/getRegion:getRegion": {
      const name: string = args.region ?? args.name ?? region;
      return { id: name, name, region: name, endpoint: `ec2.${name}.amazonaws.com`, description: name };
    }
    case "aws:index/getPartition:getPartition":
      return { id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
    default:
      return undefined;
  }
}
