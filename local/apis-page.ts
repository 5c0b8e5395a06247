/**
 * Writes docs/aws-apis.md from the tables of operations: `node --require ./register.cjs local/apis-page.ts`. A test fails when the page is
 * out of date.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { SERVICES, ServiceModel, type Operation, type ServiceApi } from "./api";
import { apisOf, type ApiServices } from "./apis";

/** The page that is written. */
export const FILE = path.resolve(__dirname, "..", "docs", "aws-apis.md");

/** The page as it has to be. */
export function page(): string {
  // The tables only look at the services when an operation is answered.
  const apis = [...apisOf({} as ApiServices)].sort((a, b) => title(a).localeCompare(title(b)));
  const count = apis.reduce((sum, { operations }) => sum + Object.keys(operations).length, 0);
  return [
    "<!-- Written from the tables of operations by local/apis-page.ts; change those. -->",
    "",
    "# AWS's APIs on the local cloud",
    "",
    `The HTTP endpoint of the local cloud answers ${count} operations of ${apis.length} services, so the AWS CLI, SDKs and your own programs`,
    "work with the data of a stack. `npm start -- --keep` and `npm run cloud` print the address.",
    "",
    "```sh",
    "export AWS_ENDPOINT_URL=http://127.0.0.1:8080 AWS_REGION=eu-central-1",
    "export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local",
    "aws sts get-caller-identity",
    "```",
    "",
    "- **Who calls.** Any keys are the administrator's, whom only a resource's own policy can deny something. Keys of `AssumeRole` and of",
    "  functions act as their role: their signature is verified, the role's policies decide every call, and a refusal is in the summary.",
    "- **Where.** S3 takes buckets in the path and in the host's name (`BUCKET.localhost`). HTTP/1.1 and, without TLS, HTTP/2 are served.",
    "- **What is refused.** An operation that is not in the tables below, and a request member that its row does not list, is refused by name",
    "  with `NotImplementedException` (S3: `NotImplemented`, query protocol: `InvalidAction`) and status 501. Members that are accepted without effect are listed with the reason.",
    "",
    "| Service | Protocols | Executed | Refused |",
    "| --- | --- | --- | --- |",
    ...apis.map((api) => {
      const { operations, facts } = ServiceModel.of(api.service);
      const executed = Object.keys(api.operations).length;
      return `| [${facts.title}](#${anchor(facts.title)}) | ${facts.protocols.map((name) => PROTOCOLS[name]).join(", ")} | ${executed} | ${operations.size - executed} |`;
    }),
    "",
    ...apis.flatMap(section),
  ].join("\n");
}

const PROTOCOLS = {
  awsJson1_0: "JSON 1.0",
  awsJson1_1: "JSON 1.1",
  restJson: "REST JSON",
  restXml: "REST XML",
  awsQuery: "query",
  rpcV2Cbor: "RPC v2 CBOR",
};

function title({ service }: ServiceApi): string {
  return SERVICES[service].title;
}

function anchor(text: string): string {
  return text.toLowerCase().replaceAll(" ", "-");
}

function section(api: ServiceApi): string[] {
  const { operations } = ServiceModel.of(api.service);
  const refused = [...operations.keys()].filter((name) => !(name in api.operations)).sort();
  return [
    `## ${title(api)}`,
    "",
    ...(api.notes ?? []).flatMap((note) => [note, ""]),
    "| Operation | Takes | Accepted without effect | Notes |",
    "| --- | --- | --- | --- |",
    ...Object.entries(api.operations)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, row]) => `| ${name} | ${takes(row)} | ${ignores(row)} | ${cell(row.note ?? "")} |`),
    "",
    `Refused: ${refusedText(refused)}.`,
    "",
  ];
}

/** A service with hundreds of operations is not listed: what is not in its table is refused. */
function refusedText(names: readonly string[]): string {
  if (names.length === 0) return "none";
  return names.length > 60 ? `the other ${names.length} operations` : names.join(", ");
}

function takes({ takes: members }: Operation<never>): string {
  return members.length === 0 ? "none" : members.map((name) => `\`${String(name)}\``).join(", ");
}

function ignores({ ignores: members }: Operation<never>): string {
  const entries = Object.entries(members ?? {}) as [string, string][];
  return entries.map(([name, why]) => cell(`\`${name}\` (${why})`)).join(", ");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

if (require.main === module) fs.writeFileSync(FILE, page());
