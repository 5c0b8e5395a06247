import type { Addresses } from "../../local/endpoints";

/**
 * The lines that a person pastes to reach the local cloud's endpoint with AWS's clients.
 * @param http URL of the endpoint
 */
export function endpointLines(http: string, region: string): string[] {
  return [
    `  HTTP   ${http}   AWS's APIs: S3, Athena, Kinesis, IoT, ... (docs/aws-apis.md). Any keys act as the administrator;`,
    "         those of sts assume-role act as the role",
    `    shell       export AWS_ENDPOINT_URL=${http} AWS_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
    `    Python      boto3.client("s3", endpoint_url="${http}", region_name="${region}", aws_access_key_id="local", aws_secret_access_key="local")`,
    `    JavaScript  new S3Client({ endpoint: "${http}", region: "${region}", forcePathStyle: true, credentials: { accessKeyId: "local", secretAccessKey: "local" } })`,
  ];
}

/** The lines for devices with certificates; none where no device has one. */
export function secureLines({ mqtts, caFile }: Addresses): string[] {
  if (mqtts === undefined) return [];
  return [`  MQTTS  ${mqtts}   for devices with certificates (docs/fleets.md); authority that they trust: ${caFile}`];
}
