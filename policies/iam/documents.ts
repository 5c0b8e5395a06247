import { listOf, parseDocument } from "../../aws/iam/policy-document";
import { absent, block, blocks, type Inputs } from "../../aws/values";
import type { Found } from "../framework/found";
import type { View } from "../framework/view";

/** identity: what a role, user or group may; trust: who may be a role; resource: who may use it; device: what a device may. */
export type Kind = "identity" | "trust" | "resource" | "device";

const TEMPLATE = "aws:iot/provisioningTemplate:ProvisioningTemplate";
const AUTHORITY = "aws:iot/caCertificate:CaCertificate";

/** Where policy documents stand: kind and property by type token. */
const PLACES: Readonly<Record<string, readonly (readonly [Kind, string])[]>> = {
  "aws:iam/role:Role": [["trust", "assumeRolePolicy"]],
  "aws:iam/rolePolicy:RolePolicy": [["identity", "policy"]],
  "aws:iam/userPolicy:UserPolicy": [["identity", "policy"]],
  "aws:iam/groupPolicy:GroupPolicy": [["identity", "policy"]],
  "aws:iam/policy:Policy": [["identity", "policy"]],
  "aws:iot/policy:Policy": [["device", "policy"]],
  [TEMPLATE]: [],
  [AUTHORITY]: [],
  "aws:s3/bucket:Bucket": [["resource", "policy"]],
  "aws:s3/bucketPolicy:BucketPolicy": [["resource", "policy"]],
  "aws:s3/accessPoint:AccessPoint": [["resource", "policy"]],
  "aws:s3control/accessPointPolicy:AccessPointPolicy": [["resource", "policy"]],
  "aws:s3tables/tableBucketPolicy:TableBucketPolicy": [["resource", "resourcePolicy"]],
  "aws:s3tables/tablePolicy:TablePolicy": [["resource", "resourcePolicy"]],
  "aws:sqs/queue:Queue": [["resource", "policy"]],
  "aws:sqs/queuePolicy:QueuePolicy": [["resource", "policy"]],
  "aws:sns/topic:Topic": [["resource", "policy"]],
  "aws:sns/topicPolicy:TopicPolicy": [["resource", "policy"]],
  "aws:kms/key:Key": [["resource", "policy"]],
  "aws:kms/keyPolicy:KeyPolicy": [["resource", "policy"]],
  "aws:kms/replicaKey:ReplicaKey": [["resource", "policy"]],
  "aws:kinesis/resourcePolicy:ResourcePolicy": [["resource", "policy"]],
  "aws:glue/resourcePolicy:ResourcePolicy": [["resource", "policy"]],
  "aws:secretsmanager/secret:Secret": [["resource", "policy"]],
  "aws:secretsmanager/secretPolicy:SecretPolicy": [["resource", "policy"]],
  "aws:dynamodb/resourcePolicy:ResourcePolicy": [["resource", "policy"]],
  "aws:ecr/repositoryPolicy:RepositoryPolicy": [["resource", "policy"]],
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": [["resource", "policy"]],
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": [["resource", "policyDocument"]],
  "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy": [["resource", "accessPolicy"]],
  "aws:backup/vaultPolicy:VaultPolicy": [["resource", "policy"]],
  "aws:efs/fileSystemPolicy:FileSystemPolicy": [["resource", "policy"]],
  "aws:opensearch/domainPolicy:DomainPolicy": [["resource", "accessPolicies"]],
  "aws:ec2/vpcEndpoint:VpcEndpoint": [["resource", "policy"]],
  "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": [["resource", "policy"]],
};

/** Types that hold documents of some kinds. */
export function typesOf(...kinds: readonly Kind[]): string[] {
  return Object.entries(PLACES).flatMap(([type, places]) => {
    const own = places.map(([kind]) => kind);
    if (type === "aws:iam/role:Role") own.push("identity");
    if (type === TEMPLATE || type === AUTHORITY) own.push("device");
    return own.some((kind) => kinds.includes(kind)) ? [type] : [];
  });
}

/** A statement of a policy document. */
export interface Statement {
  kind: Kind;
  /** `policy.Statement[0]` */
  at: string;
  sid: string | undefined;
  allow: boolean;
  actions: string[];
  resources: string[];
  /** as it stands in the document */
  raw: Inputs;
  /** every condition of the statement */
  conditions: Condition[];
}

/** A condition of a statement: one operator and one key. */
export interface Condition {
  operator: string;
  key: string;
  values: string[];
  /** `policy.Statement[0].Condition.StringEquals["aws:SourceAccount"]` */
  at: string;
}

/** Statements of all documents that a resource holds. Each document that is not known is noted as not decidable. */
export function statementsIn(view: View, found: Found, ...kinds: readonly Kind[]): Statement[] {
  const statements: Statement[] = [];
  const take = (kind: Kind, at: string, read: () => unknown): void => {
    if (!kinds.includes(kind)) return;
    const value = found.attempt(read);
    if (absent(value) || value === "") return;
    statements.push(...parse(kind, at, value));
  };
  for (const [kind, property] of PLACES[view.type] ?? []) take(kind, property, () => view.inputs[property] as unknown);
  if (view.type === "aws:iam/role:Role")
    for (const [index, inline] of found.attempt(() => blocks(view.inputs.inlinePolicies)) ?? [])
      take("identity", `inlinePolicies[${index}].policy`, () => inline.policy as unknown);
  const body = (at: string, read: () => unknown): void => {
    for (const [name, policy] of templatePolicies(found.attempt(read)))
      take("device", `${at}.Resources.${name}`, policy);
  };
  if (view.type === TEMPLATE) body("templateBody", () => view.inputs.templateBody as unknown);
  if (view.type === AUTHORITY)
    body("registrationConfig.templateBody", () => block(view.inputs.registrationConfig)?.templateBody as unknown);
  return statements;
}

/** Policies of devices that a provisioning template makes. */
function templatePolicies(template: unknown): [name: string, read: () => unknown][] {
  const body = parseDocument(template);
  return Object.entries(block(body?.Resources) ?? {}).flatMap(([name, resource]): [string, () => unknown][] => {
    const document: unknown = block(block(resource)?.Properties)?.PolicyDocument;
    return document === undefined ? [] : [[name, () => document]];
  });
}

const parsed = new Map<string, Inputs | undefined>();

function parse(kind: Kind, property: string, value: unknown): Statement[] {
  let document: Inputs | undefined;
  // Many rules read the same texts.
  if (typeof value === "string") {
    if (parsed.size > 5000) parsed.clear();
    if (!parsed.has(value)) parsed.set(value, parseDocument(value));
    document = parsed.get(value);
  } else document = parseDocument(value);
  if (document === undefined) return [];
  return listOf(document.Statement).flatMap((item, index): Statement[] => {
    const raw = block(item);
    if (raw === undefined) return [];
    const at = `${property}.Statement[${index}]`;
    return [
      {
        kind,
        at,
        sid: typeof raw.Sid === "string" ? raw.Sid : undefined,
        allow: raw.Effect === "Allow",
        actions: texts(raw.Action),
        resources: texts(raw.Resource),
        raw,
        conditions: conditionsOf(raw.Condition, at),
      },
    ];
  });
}

function texts(value: unknown): string[] {
  return listOf(value).filter((item) => typeof item === "string");
}

function conditionsOf(value: unknown, at: string): Condition[] {
  return Object.entries(block(value) ?? {}).flatMap(([operator, keys]) =>
    Object.entries(block(keys) ?? {}).map(([key, values]) => ({
      operator,
      key,
      values: listOf(values).map(String),
      at: `${at}.Condition.${operator}["${key}"]`,
    })),
  );
}

/** Principals of a statement: `*`, or kind and value. */
export function principalsOf(statement: Statement): { kind: string; value: string }[] {
  const principal: unknown = statement.raw.Principal;
  if (typeof principal === "string") return [{ kind: "*", value: principal }];
  return Object.entries(block(principal) ?? {}).flatMap(([kind, values]) =>
    listOf(values).map((value) => ({ kind, value: String(value) })),
  );
}

/** Values of a condition key under operators that require it; IfExists accepts a caller that does not send the key. */
export function requiredValues(statement: Statement, key: string): string[] | undefined {
  const own = statement.conditions.filter(
    (condition) =>
      condition.key.toLowerCase() === key.toLowerCase() &&
      /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike|Bool)$/.test(
        condition.operator,
      ),
  );
  return own.length === 0 ? undefined : own.flatMap(({ values }) => values);
}
