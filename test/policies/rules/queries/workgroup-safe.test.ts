import { workgroupSafe } from "../../../../policies/rules/queries/workgroup-safe";
import { spec } from "../../spec";

spec(workgroupSafe, {
  messages: {
    "workgroup: clients choose their own settings": [
      "workgroup (aws:athena:Workgroup), configuration.enforceWorkgroupConfiguration: saw false; the workgroup's settings win over the client's; set true",
    ],
    "workgroup: no limit of what is scanned": [
      "workgroup (aws:athena:Workgroup), configuration.bytesScannedCutoffPerQuery: saw nothing; a query that scans too much is stopped; set a limit in bytes, 10485760 or more",
    ],
    "workgroup: no place for results": [
      "workgroup (aws:athena:Workgroup), configuration.resultConfiguration.outputLocation: saw nothing; the workgroup says where results go; set s3://BUCKET/PREFIX/",
    ],
    "workgroup: an old engine": [
      'workgroup (aws:athena:Workgroup), configuration.engineVersion.selectedEngineVersion: saw "Athena engine version 2"; queries run on the engine that they were written for; set "Athena engine version 3"',
    ],
    "workgroup: nothing measured": [
      "workgroup (aws:athena:Workgroup), configuration.publishCloudwatchMetricsEnabled: saw false; what queries scan is measured; set true",
    ],
    "workgroup: a workgroup that is off": [
      'workgroup (aws:athena:Workgroup), state: saw "DISABLED"; a workgroup that is off runs no query; set "ENABLED", or remove it',
    ],
  },
  unknown: {
    of: "workgroup",
    property: "configuration",
    says: "workgroup (aws:athena:Workgroup), configuration: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
