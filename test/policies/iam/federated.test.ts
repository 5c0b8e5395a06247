import { noPublicPrincipal } from "../../../policies/rules/iam/no-public-principal";
import { ACCOUNT, document, rule, statement, type Shorthand } from "../harness";

const GITHUB = "token.actions.githubusercontent.com";

/** A role for tokens of an identity provider. */
function trusting(issuer: string, subject: string, operator = "StringEquals"): Shorthand {
  const aud = { [`${issuer}:aud`]: "sts.amazonaws.com" };
  const sub = { [`${issuer}:sub`]: subject };
  const Condition =
    operator === "StringEquals" ? { StringEquals: { ...aud, ...sub } } : { StringEquals: aud, [operator]: sub };
  return [
    "aws:iam/role:Role",
    "deploy",
    {
      name: "deploy",
      assumeRolePolicy: document({
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer}` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition,
      }),
    },
  ];
}

const stranger = (saw: string): string =>
  `deploy (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw ${saw}; anyone who gets a token from this provider becomes the role; add "StringEquals": {"${GITHUB}:sub": "repo:OWNER/NAME:environment:NAME"}`;
const like = (subject: string) =>
  statement("assumeRolePolicy", (own) => {
    own.Condition = {
      StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com" },
      StringLike: { [`${GITHUB}:sub`]: subject },
    };
  });

rule(noPublicPrincipal, {
  good: [trusting(GITHUB, "repo:acme/plant:environment:prod")],
  alsoGood: {
    "any branch of one repository": [trusting(GITHUB, "repo:acme/plant:*", "StringLike")],
    "a project at GitLab": [trusting("gitlab.com", "project_path:acme/north/plant:ref_type:branch:ref:main")],
    "a service account of a cluster": [
      trusting("oidc.eks.eu-central-1.amazonaws.com/id/ABC", "system:serviceaccount:plant:reader"),
    ],
  },
  bad: [
    {
      title: "every repository of everybody",
      of: "deploy",
      change: statement("assumeRolePolicy", (own) => {
        own.Condition = { StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com" } };
      }),
      messages: [stranger(`no ${GITHUB}:sub`)],
    },
    {
      title: "every repository of an owner",
      of: "deploy",
      change: like("repo:acme/*"),
      messages: [stranger('"repo:acme/*"')],
    },
    {
      title: "repositories whose names begin alike",
      of: "deploy",
      change: like("repo:acme/plant*"),
      messages: [stranger('"repo:acme/plant*"')],
    },
    {
      title: "a subject that need not be there",
      of: "deploy",
      change: statement("assumeRolePolicy", (own) => {
        own.Condition = {
          StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com" },
          StringEqualsIfExists: { [`${GITHUB}:sub`]: "repo:acme/plant:environment:prod" },
        };
      }),
      messages: [stranger(`no ${GITHUB}:sub`)],
    },
    {
      title: "tokens for another audience",
      of: "deploy",
      change: statement("assumeRolePolicy", (own) => {
        own.Condition = { StringEquals: { [`${GITHUB}:sub`]: "repo:acme/plant:environment:prod" } };
      }),
      messages: [
        `deploy (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no ${GITHUB}:aud; a token that was made out to somebody else is taken too; add "StringEquals": {"${GITHUB}:aud": "sts.amazonaws.com"}`,
      ],
    },
  ],
});
