import type { Rule } from "../framework/rule";
import { asyncFailuresKept } from "./compute/async-failures-kept";
import { functionSafe } from "./compute/function-safe";
import { mappingSafe } from "./compute/mapping-safe";
import { queueReaderSafe } from "./compute/queue-reader-safe";
import { channelArchived } from "./delivery/channel-archived";
import { conversionSchema } from "./delivery/conversion-schema";
import { deliverySafe } from "./delivery/delivery-safe";
import { logGroupExists } from "./delivery/log-group-exists";
import { streamRecordSize } from "./delivery/stream-record-size";
import { topicRuleSafe } from "./delivery/topic-rule-safe";
import { bucketEncrypted } from "./encryption/bucket-encrypted";
import { configuredKey } from "./encryption/configured-key";
import { deliveryEncrypted } from "./encryption/delivery-encrypted";
import { keyRotates } from "./encryption/key-rotates";
import { kmsGrantConfined } from "./encryption/kms-grant-confined";
import { queueEncrypted } from "./encryption/queue-encrypted";
import { resultsEncrypted } from "./encryption/results-encrypted";
import { streamEncrypted } from "./encryption/stream-encrypted";
import { tlsOnly } from "./encryption/tls-only";
import { tlsStated } from "./encryption/tls-stated";
import { transportEncrypted } from "./encryption/transport-encrypted";
import { bucketOwnerEnforced } from "./exposure/bucket-owner-enforced";
import { bucketPrivate } from "./exposure/bucket-private";
import { devicePolicy } from "./exposure/device-policy";
import { noAccessLists } from "./exposure/no-access-lists";
import { noOpenEndpoint } from "./exposure/no-open-endpoint";
import { noPlainSecret } from "./exposure/no-plain-secret";
import { noSecretOutput } from "./exposure/no-secret-output";
import { actionExists } from "./iam/action-exists";
import { conditionKeyExists } from "./iam/condition-key-exists";
import { grantGiven } from "./iam/grant-given";
import { grantNeeded } from "./iam/grant-needed";
import { inlinePoliciesFit } from "./iam/inline-policies-fit";
import { noAccessKey } from "./iam/no-access-key";
import { noAdminAction } from "./iam/no-admin-action";
import { noBroadManagedPolicy } from "./iam/no-broad-managed-policy";
import { noInvertedGrant } from "./iam/no-inverted-grant";
import { noPublicPrincipal } from "./iam/no-public-principal";
import { noWildcardAction } from "./iam/no-wildcard-action";
import { noWildcardResource } from "./iam/no-wildcard-resource";
import { passRoleCondition } from "./iam/pass-role-condition";
import { principalOfAccount } from "./iam/principal-of-account";
import { resourceFitsAction } from "./iam/resource-fits-action";
import { roleFitsUser } from "./iam/role-fits-user";
import { roleUsed } from "./iam/role-used";
import { servicePrincipalCondition } from "./iam/service-principal-condition";
import { trustCondition } from "./iam/trust-condition";
import { alarmLimits } from "./limits/alarm-limits";
import { bucketLimits } from "./limits/bucket-limits";
import { catalogLimits } from "./limits/catalog-limits";
import { deliveryLimits } from "./limits/delivery-limits";
import { functionLimits } from "./limits/function-limits";
import { iamLimits } from "./limits/iam-limits";
import { queryLimits } from "./limits/query-limits";
import { streamLimits } from "./limits/stream-limits";
import { topicRuleLimits } from "./limits/topic-rule-limits";
import { workflowLimits } from "./limits/workflow-limits";
import { alarmExists } from "./operability/alarm-exists";
import { alarmHeard } from "./operability/alarm-heard";
import { alarmSound } from "./operability/alarm-sound";
import { currentClass } from "./operability/current-class";
import { oneRegion } from "./operability/one-region";
import { serviceInRegion } from "./operability/service-in-region";
import { tagged } from "./operability/tagged";
import { optimizerSafe } from "./queries/optimizer-safe";
import { resultsApart } from "./queries/results-apart";
import { workgroupSafe } from "./queries/workgroup-safe";
import { bucketLifecycle } from "./retention/bucket-lifecycle";
import { dataProtected } from "./retention/data-protected";
import { dataVersioned } from "./retention/data-versioned";
import { keyDeletionWindow } from "./retention/key-deletion-window";
import { logRetention } from "./retention/log-retention";
import { multipartEnds } from "./retention/multipart-ends";
import { noncurrentEnds } from "./retention/noncurrent-ends";
import { queryResultsEnd } from "./retention/query-results-end";
import { queueRetention } from "./retention/queue-retention";
import { readDataKept } from "./retention/read-data-kept";
import { retentionAsSaid } from "./retention/retention-as-said";
import { retentionDecided } from "./retention/retention-decided";
import { streamRetention } from "./retention/stream-retention";
import { twoKeys } from "./retention/two-keys";
import { machineSafe } from "./workflows/machine-safe";
import { notebookSafe } from "./workflows/notebook-safe";
import { replicationSafe } from "./workflows/replication-safe";
import { reportSafe } from "./workflows/report-safe";
import { scheduleSafe } from "./workflows/schedule-safe";

/** Every rule of the pack, by group. */
export const RULES: readonly Rule[] = [
  actionExists,
  conditionKeyExists,
  grantGiven,
  grantNeeded,
  inlinePoliciesFit,
  noAccessKey,
  noAdminAction,
  noBroadManagedPolicy,
  noInvertedGrant,
  noPublicPrincipal,
  noWildcardAction,
  noWildcardResource,
  passRoleCondition,
  principalOfAccount,
  resourceFitsAction,
  roleFitsUser,
  roleUsed,
  servicePrincipalCondition,
  trustCondition,
  bucketLifecycle,
  dataProtected,
  dataVersioned,
  keyDeletionWindow,
  logRetention,
  multipartEnds,
  noncurrentEnds,
  queryResultsEnd,
  queueRetention,
  readDataKept,
  retentionAsSaid,
  retentionDecided,
  streamRetention,
  twoKeys,
  bucketEncrypted,
  configuredKey,
  deliveryEncrypted,
  keyRotates,
  kmsGrantConfined,
  queueEncrypted,
  resultsEncrypted,
  streamEncrypted,
  tlsOnly,
  tlsStated,
  transportEncrypted,
  bucketOwnerEnforced,
  bucketPrivate,
  devicePolicy,
  noAccessLists,
  noOpenEndpoint,
  noPlainSecret,
  noSecretOutput,
  alarmLimits,
  bucketLimits,
  catalogLimits,
  deliveryLimits,
  functionLimits,
  iamLimits,
  queryLimits,
  streamLimits,
  topicRuleLimits,
  workflowLimits,
  channelArchived,
  conversionSchema,
  deliverySafe,
  logGroupExists,
  streamRecordSize,
  topicRuleSafe,
  asyncFailuresKept,
  functionSafe,
  mappingSafe,
  queueReaderSafe,
  optimizerSafe,
  resultsApart,
  workgroupSafe,
  machineSafe,
  notebookSafe,
  replicationSafe,
  reportSafe,
  scheduleSafe,
  alarmExists,
  alarmHeard,
  alarmSound,
  currentClass,
  oneRegion,
  serviceInRegion,
  tagged,
];
