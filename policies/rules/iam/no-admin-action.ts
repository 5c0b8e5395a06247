import { show } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import type { StackView, View } from "../../framework/view";
import { Found } from "../../framework/found";
import { PROVISIONING_CALLS } from "../../../aws/calls/iot-provisioning";
import { actionOf } from "../../../aws/iam/action-catalog";
import { principalsOf, statementsIn, type Statement } from "../../iam/documents";
import { rolesOf } from "../../graph/roles";

/** Calls that make, change or take away what the stack itself manages, by service. */
const ADMIN: Readonly<Record<string, RegExp>> = {
  s3: /^(CreateBucket|DeleteBucket\w*|PutBucket\w+|PutLifecycleConfiguration|PutEncryptionConfiguration|PutReplicationConfiguration|PutAccountPublicAccessBlock|PutAccessPointPolicy|DeleteAccessPoint\w*|BypassGovernanceRetention|PutObjectRetention|PutObjectLegalHold)$/,
  kinesis:
    /^(CreateStream|DeleteStream|UpdateShardCount|UpdateStreamMode|(Increase|Decrease)StreamRetentionPeriod|(Start|Stop)StreamEncryption|MergeShards|SplitShard|PutResourcePolicy|DeleteResourcePolicy)$/,
  firehose: /^(CreateDeliveryStream|DeleteDeliveryStream|UpdateDestination|(Start|Stop)DeliveryStreamEncryption)$/,
  lambda:
    /^(CreateFunction|DeleteFunction|UpdateFunctionCode|UpdateFunctionConfiguration|AddPermission|RemovePermission|AddLayerVersionPermission|PublishLayerVersion|CreateFunctionUrlConfig|UpdateFunctionUrlConfig|(Create|Update|Delete)EventSourceMapping|PutFunctionConcurrency|DeleteFunctionConcurrency)$/,
  logs: /^(DeleteLogGroup|DeleteLogStream|DeleteRetentionPolicy|DisassociateKmsKey|(Put|Delete)SubscriptionFilter|(Put|Delete)DataProtectionPolicy|DeleteMetricFilter|(Put|Delete)Destination\w*)$/,
  glue: /^(CreateDatabase|DeleteDatabase|UpdateDatabase|PutResourcePolicy|DeleteResourcePolicy|PutDataCatalogEncryptionSettings|DeleteCrawler|DeleteJob|DeleteConnection)$/,
  kms: /^(ScheduleKeyDeletion|DisableKey\w*|PutKeyPolicy|CreateGrant|DeleteAlias|UpdateAlias|DeleteImportedKeyMaterial|CreateKey|ReplicateKey|UpdatePrimaryRegion)$/,
  sqs: /^(CreateQueue|DeleteQueue|PurgeQueue|SetQueueAttributes|AddPermission|RemovePermission)$/,
  sns: /^(CreateTopic|DeleteTopic|SetTopicAttributes|AddPermission|RemovePermission)$/,
  states: /^(Create|Update|Delete)StateMachine\w*$/,
  scheduler: /^(Create|Update|Delete)Schedule\w*$/,
  athena: /^(Create|Update|Delete)(WorkGroup|DataCatalog)$/,
  dynamodb:
    /^(CreateTable|DeleteTable|UpdateTable|DeleteBackup|PutResourcePolicy|DeleteResourcePolicy|UpdateContinuousBackups)$/,
  secretsmanager: /^(CreateSecret|DeleteSecret|PutResourcePolicy|DeleteResourcePolicy)$/,
  ssm: /^(DeleteParameters?|SendCommand|StartSession|ModifyDocumentPermission)$/,
  iot: /^(Create|Delete|Attach|Detach|Replace|Register|Set|Update)(?!ThingShadow|JobExecution|ThingGroupsForThing|Thing$)\w+$/,
  iam: /^(?!PassRole$|Get|List|Simulate|Generate).*$/,
  organizations: /^(?!Describe|List).*$/,
  account: /^(?!Get|List).*$/,
  cloudtrail: /^(StopLogging|DeleteTrail|UpdateTrail|PutEventSelectors|DeleteEventDataStore)$/,
  config: /^(Delete\w+|StopConfigurationRecorder)$/,
  cloudformation: /^(Create|Update|Delete|Execute)\w+$/,
  cloudwatch: /^(DeleteAlarms|DisableAlarmActions|DeleteDashboards|PutMetricAlarm)$/,
};

/** Calls that change permissions and that AWS requires of a role at run time. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const DEMANDED = new Set([
  "logs:PutResourcePolicy",
  "logs:CreateLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "s3:PutObjectAcl",
  "iam:PassRole",
  "iam:CreateServiceLinkedRole",
  "lakeformation:GetDataAccess",
  "ec2:CreateNetworkInterfacePermission",
]);

/** What registers devices with its role. */
const REGISTERING = ["aws:iot/provisioningTemplate:ProvisioningTemplate", "aws:iot/caCertificate:CaCertificate"];
/** What registers a device, for the role of a provisioning template. https://docs.aws.amazon.com/iot/latest/developerguide/provision-wo-cert.html */
const PROVISIONING = new Set<string>(PROVISIONING_CALLS.certificates.actions);

export const noAdminAction: StackRule = {
  id: "no-admin-action",
  group: "iam",
  title: "No service role, user or group may create, change or delete resources of the stack, or grant permissions.",
  rationale:
    "If a function may delete its stream or rewrite a bucket's policy, one bug or one stolen credential can destroy everything.",
  severity: "critical",
  level: "mandatory",
  remediation: "Remove the action; changes are made by the program, with the credentials of the deployment.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html",
  checkStack(stack, found) {
    const spoken = new Set<View>();
    for (const { role, grants, consumers } of rolesOf(stack)) {
      for (const { owner } of grants) spoken.add(owner);
      if (!isOfService(role)) continue;
      const registers = consumers.length > 0 && consumers.every(({ type }) => REGISTERING.includes(type));
      for (const { owner, statement } of grants) judge(owner, statement, registers ? PROVISIONING : undefined);
    }
    for (const view of others(stack)) {
      if (spoken.has(view)) continue;
      // A policy that no role has, a permissions boundary, bounds those of provisioning roles, too.
      const bounded = view.type === "aws:iam/policy:Policy" ? PROVISIONING : undefined;
      for (const statement of statementsIn(view, found.on(view), "identity")) judge(view, statement, bounded);
    }

    function judge(owner: View, statement: Statement, needed?: ReadonlySet<string>): void {
      if (!statement.allow) return;
      for (const name of statement.actions) {
        const action = actionOf(name);
        if (action === undefined || DEMANDED.has(action.name) || needed?.has(action.name) === true) continue;
        const [service = "", call = ""] = action.name.split(":");
        if (action.permissions || ADMIN[service]?.test(call) === true)
          found
            .on(owner)
            .add(
              `${statement.at}.Action`,
              show(name),
              "this action administers or deletes resources, and no service calls it at run time",
              "remove it",
            );
      }
    }
  },
};

/** Policies of users and groups, and managed ones that no role of the stack has. */
function others(stack: StackView): View[] {
  return stack.of(
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
  );
}

/** People and pipelines that assume a role administer by trade; services do not. */
function isOfService(role: View): boolean {
  const found = new Found();
  const principals = statementsIn(role, found, "trust").flatMap(principalsOf);
  return found.unknown.size > 0 || principals.length === 0 || principals.some(({ kind }) => kind === "Service");
}
