import { strict as assert } from "node:assert";
import { judge, type Judgement, type JudgeOptions } from "../../policies/framework/judge";
import type { Rule } from "../../policies/framework/rule";
import type { Registered } from "../../policies/framework/view";
import type { Inputs } from "../../aws/values";

/** A resource in short: type, name, arguments, and what matters beside them. */
export type Shorthand = readonly [type: string, name: string, inputs: Inputs, more?: Partial<Registered>];

export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";

export function resource([type, name, inputs, more]: Shorthand, stack = "dev"): Registered {
  return { urn: `urn:pulumi:${stack}::plant::${type}::${name}`, type, name, inputs: structuredClone(inputs), ...more };
}

export interface RuleCase {
  /** nothing may be found in it */
  good: readonly Shorthand[];
  /** each changes the good program in one way */
  bad: readonly Change[];
  stack?: string;
  stackConfig?: Record<string, string>;
  config?: JudgeOptions["config"];
  /** further programs in which nothing may be found */
  alsoGood?: Readonly<Record<string, readonly Shorthand[]>>;
}

export interface Change {
  title: string;
  /** changes the arguments of the resource of this name */
  of?: string;
  change?(inputs: Inputs): void;
  /** takes these resources out */
  without?: readonly string[];
  /** puts these in */
  add?: readonly Shorthand[];
  /** the messages, word for word */
  messages: readonly string[];
  /** where the stack or its configuration differ */
  stack?: string;
  stackConfig?: Record<string, string>;
}

/** A rule's spec: the compliant program, and each change that has to be caught with its exact message. */
export function rule(tested: Rule, { good, bad, stack = "dev", stackConfig, config, alsoGood = {} }: RuleCase): void {
  const run = (resources: readonly Registered[], name: string, own = stackConfig): Judgement =>
    judge({ stack: name, resources, stackConfig: own }, { rules: [tested], config });
  describe(`rule ${tested.id}`, () => {
    it("finds nothing in the compliant program", () => {
      const judgement = run(
        good.map((each) => resource(each, stack)),
        stack,
      );
      assert.deepEqual(judgement.violations, []);
      assert.deepEqual(judgement.undecided, []);
    });
    for (const [title, program] of Object.entries(alsoGood))
      it(`finds nothing: ${title}`, () => {
        const judgement = run(
          program.map((each) => resource(each, stack)),
          stack,
        );
        assert.deepEqual(judgement.violations, []);
        assert.deepEqual(judgement.undecided, []);
      });
    for (const { title, of, change, without = [], add = [], messages, stack: name = stack, stackConfig: own } of bad)
      it(`catches ${title}`, () => {
        const resources = [...good, ...add]
          .filter(([, each]) => !without.includes(each))
          .map((each) => resource(each, name));
        if (of !== undefined) {
          const target = resources.find((each) => each.name === of);
          assert.ok(target, `there is no ${of} in the program`);
          change?.(target.inputs);
        }
        const { violations } = run(resources, name, own ?? stackConfig);
        assert.deepEqual(
          violations.map(({ message }) => message),
          messages,
        );
        assert.ok(violations.every(({ policy, level }) => policy === tested.id && level === tested.level));
      });
  });
}

/** A policy document of one statement, or of several. */
export function document(...statements: Inputs[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Changes the first statement of a document in an argument. */
export function statement(property: string, change: (statement: Inputs) => void): (inputs: Inputs) => void {
  return (inputs) => {
    const parsed = JSON.parse(inputs[property] as string) as { Statement: Inputs[] };
    change(parsed.Statement[0]!);
    inputs[property] = JSON.stringify(parsed);
  };
}

export const BUCKET_NAME = "plant-raw";
export const BUCKET_ARN = `arn:aws:s3:::${BUCKET_NAME}`;
export const STREAM_ARN = `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/plant`;
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/archive`;
export const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;

/** A role's inline policy with one statement. */
export function rolePolicy(own: Inputs): Shorthand {
  return [
    "aws:iam/rolePolicy:RolePolicy",
    "policy",
    { name: "archive", role: "archive", policy: document({ Effect: "Allow", ...own }) },
  ];
}

/** A bucket with everything that surrounds it. */
export const BUCKET: readonly Shorthand[] = [
  [
    "aws:s3/bucket:Bucket",
    "bucket",
    { bucket: BUCKET_NAME, forceDestroy: false, tags: { "data-retention": "90 days" } },
  ],
  [
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "block",
    {
      bucket: BUCKET_NAME,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
  ],
  [
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "ownership",
    { bucket: BUCKET_NAME, rule: { objectOwnership: "BucketOwnerEnforced" } },
  ],
  [
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "encryption",
    { bucket: BUCKET_NAME, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
  ],
  [
    "aws:s3/bucketVersioning:BucketVersioning",
    "versioning",
    { bucket: BUCKET_NAME, versioningConfiguration: { status: "Enabled" } },
  ],
  [
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "lifecycle",
    {
      bucket: BUCKET_NAME,
      rules: [
        {
          id: "housekeeping",
          status: "Enabled",
          filter: { prefix: "" },
          noncurrentVersionExpiration: { noncurrentDays: 7 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
        { id: "retention", status: "Enabled", filter: { prefix: "" }, expiration: { days: 90 } },
      ],
    },
  ],
  [
    "aws:s3/bucketPolicy:BucketPolicy",
    "bucket-policy",
    {
      bucket: BUCKET_NAME,
      policy: document({
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [BUCKET_ARN, `${BUCKET_ARN}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    },
  ],
];

export function trust(service: string, condition?: Inputs): string {
  return document({
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    ...(condition === undefined ? {} : { Condition: condition }),
  });
}

/** A stream, its archive and the archive's role. */
export const ARCHIVE: readonly Shorthand[] = [
  [
    "aws:kinesis/stream:Stream",
    "stream",
    {
      name: "plant",
      retentionPeriod: 24,
      shardCount: 1,
      encryptionType: "KMS",
      kmsKeyId: "alias/aws/kinesis",
      streamModeDetails: { streamMode: "PROVISIONED" },
    },
  ],
  ["aws:cloudwatch/logGroup:LogGroup", "log", { name: "/aws/kinesisfirehose/archive", retentionInDays: 30 }],
  [
    "aws:cloudwatch/logStream:LogStream",
    "log-stream",
    { name: "DestinationDelivery", logGroupName: "/aws/kinesisfirehose/archive" },
  ],
  [
    "aws:iam/role:Role",
    "role",
    {
      name: "archive",
      assumeRolePolicy: trust("firehose.amazonaws.com", { StringEquals: { "sts:ExternalId": ACCOUNT } }),
    },
  ],
  [
    "aws:iam/rolePolicy:RolePolicy",
    "role-policy",
    {
      name: "archive",
      role: "archive",
      policy: document(
        {
          Sid: "WriteObjects",
          Effect: "Allow",
          Action: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
          Resource: [`${BUCKET_ARN}/raw/*`, `${BUCKET_ARN}/raw-errors/*`],
        },
        {
          Sid: "FindBucket",
          Effect: "Allow",
          Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
          Resource: [BUCKET_ARN],
        },
        {
          Sid: "ReadStream",
          Effect: "Allow",
          Action: ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"],
          Resource: [STREAM_ARN],
        },
        {
          Sid: "WriteLog",
          Effect: "Allow",
          Action: ["logs:PutLogEvents"],
          Resource: [
            `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/kinesisfirehose/archive:log-stream:DestinationDelivery`,
          ],
        },
      ),
    },
  ],
  [
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "archive",
    {
      name: "archive",
      destination: "extended_s3",
      kinesisSourceConfiguration: { kinesisStreamArn: STREAM_ARN, roleArn: ROLE_ARN },
      extendedS3Configuration: {
        bucketArn: BUCKET_ARN,
        roleArn: ROLE_ARN,
        prefix: "raw/dt=!{timestamp:yyyy-MM-dd}/",
        errorOutputPrefix: "raw-errors/!{firehose:error-output-type}/",
        bufferingSize: 64,
        bufferingInterval: 300,
        compressionFormat: "GZIP",
        cloudwatchLoggingOptions: {
          enabled: true,
          logGroupName: "/aws/kinesisfirehose/archive",
          logStreamName: "DestinationDelivery",
        },
      },
    },
  ],
];
