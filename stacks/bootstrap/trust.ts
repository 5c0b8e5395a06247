import type { Settings } from "./settings";

/** The audience of the forge's tokens. */
export const AUDIENCE = "sts.amazonaws.com";

/** Who may take a role: `sub` of the tokens that the forge gives to its jobs. */
export interface Subjects {
  /** jobs of the environment; its approval comes before their token */
  deploy: string[];
  /** jobs of pull requests and of the deployed branch */
  preview: string[];
}

/**
 * Subjects by forge. GitHub: an environment's jobs have it in their subject, and no others do
 * (docs.github.com, "OpenID Connect reference", subject claims). GitLab's subject knows branches only (docs.gitlab.com, "OpenID Connect in
 * AWS"), so there the protected environment alone keeps a job of the branch from deploying; merge requests come from any branch.
 */
export function subjectsFor({ forge, repository, branch }: Settings, environment: string): Subjects {
  if (forge === "github")
    return {
      deploy: [`repo:${repository}:environment:${environment}`],
      preview: [`repo:${repository}:pull_request`, `repo:${repository}:ref:refs/heads/${branch}`],
    };
  const branches = `project_path:${repository}:ref_type:branch:ref:`;
  return { deploy: [branches + branch], preview: [`${branches}*`] };
}

/** A trust policy for tokens of the forge. Only a pattern is compared with StringLike. */
export function trustPolicy(issuer: string, provider: string, subjects: readonly string[]): object {
  const operator = subjects.some((subject) => subject.includes("*")) ? "StringLike" : "StringEquals";
  const aud = { [`${issuer}:aud`]: AUDIENCE };
  const sub = { [`${issuer}:sub`]: subjects };
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: provider },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition:
          operator === "StringEquals" ? { StringEquals: { ...aud, ...sub } } : { StringEquals: aud, StringLike: sub },
      },
    ],
  };
}
