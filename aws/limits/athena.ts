import { checkName } from "../names";
import { tagLimits } from "./tags";
import { absent, block, Findings, number, show, text, type Limit } from "../values";

/** Workgroup. https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html */
export const workgroup: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "workgroup");
  findings.among("state", inputs.state, ["ENABLED", "DISABLED"], "the state of a workgroup");
  findings.within("", tagLimits(inputs.tags));
  const configuration = block(inputs.configuration);
  if (configuration === undefined) return findings.all;
  const at = "configuration";
  const cutoff = number(configuration.bytesScannedCutoffPerQuery);
  if (cutoff !== undefined && cutoff !== 0 && cutoff < 10_485_760)
    findings.add(
      `${at}.bytesScannedCutoffPerQuery`,
      String(cutoff),
      "the scan limit is 0 or at least 10,485,760 bytes",
      "set 10485760 or more",
    );
  const managed = block(configuration.managedQueryResultsConfiguration)?.enabled === true;
  const result = block(configuration.resultConfiguration);
  if (result === undefined) return findings.all;
  const location = text(result.outputLocation);
  if (location !== undefined && location !== "" && !/^s3:\/\/[^/]+(\/.*)?$/.test(location))
    findings.add(
      `${at}.resultConfiguration.outputLocation`,
      show(location),
      "results go to an s3:// URI",
      "write s3://BUCKET/PREFIX/",
    );
  if (managed && !absent(result.outputLocation) && location !== "")
    findings.add(
      `${at}.resultConfiguration.outputLocation`,
      show(result.outputLocation),
      "managed query results exclude a location",
      "remove one of the two",
    );
  const encryption = block(result.encryptionConfiguration);
  if (encryption !== undefined) {
    const option = `${at}.resultConfiguration.encryptionConfiguration.encryptionOption`;
    findings.among(option, encryption.encryptionOption, ["SSE_S3", "SSE_KMS", "CSE_KMS"], "the encryption of results");
    const kind = text(encryption.encryptionOption);
    if ((kind === "SSE_KMS" || kind === "CSE_KMS") && (absent(encryption.kmsKeyArn) || encryption.kmsKeyArn === ""))
      findings.add(
        `${at}.resultConfiguration.encryptionConfiguration.kmsKeyArn`,
        "nothing",
        `${kind} wants a key`,
        "set kmsKeyArn, or SSE_S3",
      );
  }
  const owner = text(result.expectedBucketOwner);
  if (owner !== undefined && !/^\d{12}$/.test(owner))
    findings.add(
      `${at}.resultConfiguration.expectedBucketOwner`,
      show(owner),
      "an account has 12 digits",
      "write the account's number",
    );
  return findings.all;
};

/** Named query. https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateNamedQuery.html */
export const namedQuery: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "namedQuery");
  checkQuery(findings, "query", inputs.query);
  return findings.all;
};

/** Prepared statement. https://docs.aws.amazon.com/athena/latest/APIReference/API_CreatePreparedStatement.html */
export const preparedStatement: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "preparedStatement");
  checkQuery(findings, "queryStatement", inputs.queryStatement);
  return findings.all;
};

function checkQuery(findings: Findings, path: string, value: unknown): void {
  findings.required(path, value, "a query has a text");
  const bytes = Buffer.byteLength(text(value) ?? "");
  if (bytes > 262_144) findings.add(path, `${bytes} bytes`, "a query has at most 262,144", "shorten it");
}
