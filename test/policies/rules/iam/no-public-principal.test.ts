import { noPublicPrincipal } from "../../../../policies/rules/iam/no-public-principal";
import type { Inputs } from "../../../../aws/values";
import { adding, type Misconfiguration } from "../../misconfigurations/run";
import { ACCOUNT, document, type Shorthand } from "../../resources";
import { spec } from "../../spec";

const GITHUB = "token.actions.githubusercontent.com";

/** A role for tokens of an identity provider. */
function trusting(issuer: string, Condition: Inputs): Shorthand {
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

/** Tokens that an issuer made for AWS, of a subject. */
function subject(issuer: string, sub: string, operator = "StringEquals"): Inputs {
  const audience = { [`${issuer}:aud`]: "sts.amazonaws.com" };
  const wanted = { [`${issuer}:sub`]: sub };
  return operator === "StringEquals"
    ? { StringEquals: { ...audience, ...wanted } }
    : { StringEquals: audience, [operator]: wanted };
}

const stranger = (what: string, saw: string, condition: Inputs): Misconfiguration =>
  adding(
    "no-public-principal",
    what,
    `deploy (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw ${saw}; anyone with a token of this provider can assume the role; add "StringEquals": {"${GITHUB}:sub": "repo:OWNER/NAME:environment:NAME"}`,
    trusting(GITHUB, condition),
  );

spec(noPublicPrincipal, {
  good: {
    "an environment of one repository": {
      add: [trusting(GITHUB, subject(GITHUB, "repo:acme/plant:environment:prod"))],
    },
    "any branch of one repository": { add: [trusting(GITHUB, subject(GITHUB, "repo:acme/plant:*", "StringLike"))] },
    "a project at GitLab": {
      add: [trusting("gitlab.com", subject("gitlab.com", "project_path:acme/north/plant:ref_type:branch:ref:main"))],
    },
    "a service account of a cluster": {
      add: [
        trusting(
          "oidc.eks.eu-central-1.amazonaws.com/id/ABC",
          subject("oidc.eks.eu-central-1.amazonaws.com/id/ABC", "system:serviceaccount:plant:reader"),
        ),
      ],
    },
  },
  more: [
    stranger("every repository of everybody", `no ${GITHUB}:sub`, {
      StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com" },
    }),
    stranger("every repository of an owner", '"repo:acme/*"', subject(GITHUB, "repo:acme/*", "StringLike")),
    stranger(
      "repositories whose names begin alike",
      '"repo:acme/plant*"',
      subject(GITHUB, "repo:acme/plant*", "StringLike"),
    ),
    stranger(
      "a subject that may be missing",
      `no ${GITHUB}:sub`,
      subject(GITHUB, "repo:acme/plant:environment:prod", "StringEqualsIfExists"),
    ),
    adding(
      "no-public-principal",
      "tokens for another audience",
      `deploy (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no ${GITHUB}:aud; a token that was issued for another audience is accepted too; add "StringEquals": {"${GITHUB}:aud": "sts.amazonaws.com"}`,
      trusting(GITHUB, { StringEquals: { [`${GITHUB}:sub`]: "repo:acme/plant:environment:prod" } }),
    ),
  ],
  unknown: {
    of: "rule-role",
    property: "assumeRolePolicy",
    says: "rule-role (aws:iam:Role), assumeRolePolicy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
