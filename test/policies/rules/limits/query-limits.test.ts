import { queryLimits } from "../../../../policies/rules/limits/query-limits";
import { spec } from "../../spec";

spec(queryLimits, {
  messages: {
    "workgroup: SSE_KMS without a key": [
      "workgroup (aws:athena:Workgroup), configuration.resultConfiguration.encryptionConfiguration.kmsKeyArn: saw nothing; SSE_KMS wants a key; set kmsKeyArn, or SSE_S3",
    ],
    "workgroup: a limit below the least": [
      "workgroup (aws:athena:Workgroup), configuration.bytesScannedCutoffPerQuery: saw 1000; the scan limit is 0 or at least 10,485,760 bytes; set 10485760 or more",
    ],
    "workgroup: results at no URI": [
      'workgroup (aws:athena:Workgroup), configuration.resultConfiguration.outputLocation: saw "plant-results/queries/"; results go to an s3:// URI; write s3://BUCKET/PREFIX/',
    ],
    "query: no text": ['query (aws:athena:NamedQuery), query: saw ""; a query has a text; set query'],
  },
  unknown: {
    of: "workgroup",
    property: "configuration",
    says: "workgroup (aws:athena:Workgroup), configuration: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
