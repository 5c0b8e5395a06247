import { absent, block, number, show } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const workgroupSafe: ResourceRule = {
  id: "workgroup-safe",
  group: "queries",
  title:
    "A workgroup enforces its settings, limits what a query may scan, says where results go and runs engine version 3.",
  rationale:
    "A client could otherwise choose an unencrypted location, and one query over everything can cost hundreds of dollars.",
  severity: "high",
  level: "mandatory",
  remediation:
    "Set enforceWorkgroupConfiguration, bytesScannedCutoffPerQuery, engineVersion and resultConfiguration.outputLocation.",
  page: "https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html",
  types: ["aws:athena/workgroup:Workgroup"],
  check({ inputs }, found) {
    const configuration = block(inputs.configuration) ?? {};
    const at = "configuration";
    if (inputs.state === "DISABLED")
      found.add("state", '"DISABLED"', "a disabled workgroup runs no query", 'set "ENABLED", or remove it');
    if (configuration.enforceWorkgroupConfiguration === false)
      found.add(
        `${at}.enforceWorkgroupConfiguration`,
        "false",
        "the workgroup's settings win over the client's",
        "set true",
      );
    const cutoff = number(configuration.bytesScannedCutoffPerQuery);
    if (cutoff === undefined || cutoff === 0)
      found.add(
        `${at}.bytesScannedCutoffPerQuery`,
        show(cutoff),
        "a query needs a limit on the bytes that it scans",
        "set a limit in bytes, 10485760 or more",
      );
    const engine: unknown = block(configuration.engineVersion)?.selectedEngineVersion;
    if (engine !== "Athena engine version 3")
      found.add(
        `${at}.engineVersion.selectedEngineVersion`,
        show(engine),
        "queries must run on engine version 3",
        'set "Athena engine version 3"',
      );
    const managed = block(configuration.managedQueryResultsConfiguration)?.enabled === true;
    if (!managed && absent(block(configuration.resultConfiguration)?.outputLocation))
      found.add(
        `${at}.resultConfiguration.outputLocation`,
        "nothing",
        "the workgroup must set the location of results",
        "set s3://BUCKET/PREFIX/",
      );
    if (configuration.publishCloudwatchMetricsEnabled === false)
      found.add(
        `${at}.publishCloudwatchMetricsEnabled`,
        "false",
        "the bytes that queries scan must be published",
        "set true",
      );
  },
};
