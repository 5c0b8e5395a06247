import { ACCOUNT, type Properties } from "../core/model";
import { LOCAL_ADMIN_ARN } from "../core/principals";
import { policyDocument } from "./policy-document";

/** A table as the catalog has it by now; undefined when there is no such table. */
export type Catalog = (
  database: string,
  table: string,
) => { columns: { name: string; type: string }[]; parameters: Record<string, string> } | undefined;

/**
 * Answers of the functions that ask AWS who and where one is, what a table has, or nothing at all; undefined for any other function.
 * @throws Error for a table that the catalog does not have
 */
export function invokeResult(
  token: string,
  args: Properties,
  region: string,
  catalog?: Catalog,
): Properties | undefined {
  switch (token) {
    case "aws:glue/getCatalogTable:getCatalogTable": {
      const found = catalog?.(String(args.databaseName), String(args.name));
      if (found === undefined)
        throw new Error(
          `invocation of ${token} returned an error: EntityNotFoundException: Table ${String(args.name)} not found.`,
        );
      return {
        id: `${ACCOUNT}:${args.databaseName}:${args.name}`,
        name: args.name,
        databaseName: args.databaseName,
        catalogId: ACCOUNT,
        parameters: found.parameters,
        storageDescriptors: [{ columns: found.columns }],
      };
    }
    // Users and groups of QuickSight are people, whom nobody has here: every group counts as there.
    case "aws:quicksight/getQuicksightGroup:getQuicksightGroup": {
      const { groupName, namespace = "default", region: identityRegion = region } = args as Record<string, string>;
      const arn = `arn:aws:quicksight:${identityRegion}:${ACCOUNT}:group/${namespace}/${groupName}`;
      return {
        id: `${ACCOUNT},${namespace},${groupName}`,
        ...{ arn, awsAccountId: ACCOUNT, description: "", groupName, namespace, region: identityRegion },
        principalId: `group/local/${groupName}`,
      };
    }
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return {
        id: ACCOUNT,
        accountId: ACCOUNT,
        arn: LOCAL_ADMIN_ARN,
        userId: "LOCALCLOUDYOU0000000",
      };
    case "aws:iam/getPolicyDocument:getPolicyDocument": {
      const document = policyDocument(args);
      return { ...args, id: document.minifiedJson.length.toString(), ...document };
    }
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
