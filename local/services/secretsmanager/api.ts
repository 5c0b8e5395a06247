import type {
  DescribeSecretRequest,
  DescribeSecretResponse,
  GetSecretValueRequest,
  GetSecretValueResponse,
  ListSecretsRequest,
  ListSecretsResponse,
} from "@aws-sdk/client-secrets-manager";
import { ApiError, operation, pageOf, type ServiceApi } from "../../api";
import { SecretsError, type Secrets } from "./secrets";

const PAGE = 100;

/** Secrets Manager, with the secrets whose values the stack's configuration has. */
export function secretsManagerApi(services: { secrets: Secrets }): ServiceApi {
  return {
    service: "secretsmanager",
    notes: ["Secrets are those of the setting `localSecrets`, each with one version."],
    operations: {
      GetSecretValue: operation<GetSecretValueRequest, GetSecretValueResponse>({
        takes: ["SecretId", "VersionId", "VersionStage"],
        // Decided where the secret is known by its ARN.
        permissions: () => [],
        answer: ({ input: { SecretId, VersionId, VersionStage }, caller }) => {
          const asked = { SecretId: SecretId!, VersionId, VersionStage };
          const { CreatedDate, ...value } = told(() => services.secrets.getSecretValue(caller.principal, asked));
          return { ...value, CreatedDate: new Date(CreatedDate * 1000) };
        },
      }),
      DescribeSecret: operation<DescribeSecretRequest, DescribeSecretResponse>({
        takes: ["SecretId"],
        permissions: ({ SecretId }) => [
          { action: "secretsmanager:DescribeSecret", resource: services.secrets.arnOfSecret(SecretId!) },
        ],
        answer: ({ input: { SecretId } }) => {
          const found = services.secrets.list().find(({ ARN }) => ARN === services.secrets.arnOfSecret(SecretId!));
          if (found === undefined)
            throw new ApiError(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
          return found;
        },
      }),
      ListSecrets: operation<ListSecretsRequest, ListSecretsResponse>({
        takes: ["MaxResults", "NextToken"],
        permissions: () => [{ action: "secretsmanager:ListSecrets", resource: "*" }],
        answer: ({ input: { MaxResults = PAGE, NextToken } }) => {
          const all = services.secrets.list().sort((a, b) => (a.ARN < b.ARN ? -1 : 1));
          const page = pageOf(all, ({ ARN }) => ARN, NextToken, Math.min(MaxResults, PAGE));
          if (page === undefined) throw new ApiError(400, "InvalidNextTokenException", "The token is invalid.");
          return { SecretList: page.items, NextToken: page.nextToken };
        },
      }),
    },
  };
}

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SecretsError)) throw error;
    throw new ApiError(400, error.code, error.message);
  }
}
