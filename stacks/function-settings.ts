/** The settings of functions that `lambda` activities call, and of the secrets that they read. */
import { NODE_RUNTIMES, PYTHON_RUNTIMES } from "../aws/lambda-runtimes";
import { choice, group, list, map, secretText, text, texts, whole } from "./config-types";

/** ARN of a KMS key. */
export const KEY_ARN = text(
  "the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID",
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
);
const SECRET = "arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\\d{12}:secret:[\\w/+=.@-]{1,512}-";
const SECRET_WORDS = "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX";

/** Functions by their lambdaName. */
export const FUNCTIONS = map(
  "a lambdaName",
  /^[A-Za-z0-9_-]{1,64}$/,
  "the lambdaName of an activity: 1-64 letters, digits, hyphens and underscores",
  group({
    path: {
      kind: text("a folder or file", /^.+$/),
      description: "folder of the function's files, or its only file, absolute or relative to the project's folder",
    },
    handler: {
      kind: text("FILE.EXPORT, such as index.handler", /^[^\s.][^\s]*\.[^\s.]+$/),
      description:
        "file name without extension, and exported name. Default: index.handler, in Python lambda_function.lambda_handler; for a single file, that file's",
    },
    runtime: {
      kind: choice(...NODE_RUNTIMES, ...PYTHON_RUNTIMES),
      description:
        "Lambda runtime; default nodejs22.x, or python3.13 for a .py file. The local cloud uses the Python installed on the machine",
    },
    memoryMegabytes: { kind: whole(128, 10_240), description: "memory in MB; default 256" },
    timeoutSeconds: { kind: whole(1, 300), description: "time limit of a call in seconds; default 60" },
    environment: {
      kind: map(
        "a variable's name",
        /^[a-zA-Z][a-zA-Z0-9_]+$/,
        "a letter, then letters, digits and underscores",
        text("a text", /^[^]*$/),
      ),
      description: "environment variables",
    },
    secrets: {
      kind: texts(
        `each the ARN of a secret, ${SECRET_WORDS}; six ? stand for the characters that AWS adds`,
        new RegExp(`^${SECRET}([A-Za-z0-9]{6}|\\?{6})$`),
      ),
      description:
        "secrets in Secrets Manager that it may read (GetSecretValue); localSecrets has their values for the local cloud",
    },
    secretsKeyArn: {
      kind: KEY_ARN,
      description: "KMS key that these secrets are encrypted with; default AWS's own",
    },
    statements: {
      kind: list(
        "permissions",
        group({
          actions: {
            kind: texts("each an action SERVICE:ACTION", /^[a-z0-9-]+:[A-Za-z]\w*\*?$/),
            description: "actions of IAM",
          },
          resources: {
            kind: texts(
              'each an ARN, or "*" for actions without a resource',
              /^(\*|arn:aws[a-z-]*:[a-z0-9-]+:[^:]*:[^:]*:\S+)$/,
            ),
            description: "what the actions are taken on",
          },
          conditions: {
            kind: map(
              "an operator",
              /^[A-Za-z]+(:[A-Za-z]+)?$/,
              "an operator of IAM such as StringEquals",
              map(
                "a condition key",
                /^[a-z0-9-]+:\S+$/i,
                "a key such as aws:ResourceTag/plant",
                texts("that are values", /^[^]*$/),
              ),
            ),
            description: "conditions of IAM",
          },
        }),
      ),
      description: "what else it may do",
    },
    arn: {
      kind: text(
        "the ARN of a function",
        /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9$_-]+)?$/,
      ),
      description: "an existing function whose name or location differs; cannot be combined with the other members",
    },
  }),
);

/** Values of secrets by ARN. */
export const LOCAL_SECRETS = map(
  "a secret's ARN",
  new RegExp(`^${SECRET}[A-Za-z0-9]{6}$`),
  `the ARN of a secret, ${SECRET_WORDS}`,
  group({
    value: { kind: secretText(), description: "what GetSecretValue returns as SecretString; encrypt it" },
    kmsKeyArn: { kind: KEY_ARN, description: "KMS key that the secret is encrypted with; default AWS's own" },
  }),
);
