import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { TelemetryChannel, type SiteWiseArgs } from "../../components";
import { ACCOUNT, KEY, REGION, run, statements, wrongArguments } from "../harness";

const STREAM = `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/iot-telemetry-etl-dev-plant`;
const BUCKET = `iot-telemetry-etl-dev-plant-raw-${ACCOUNT}`;
const LOGS = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:`;

const smallest = () => new TelemetryChannel("plant", { topicFilter: "dt/+/aggregate", retention: { days: 90 } });

describe("TelemetryChannel of AWS IoT SiteWise", () => {
  const sqlOf = async (siteWise: SiteWiseArgs): Promise<string> => {
    const { one } = await run(() => new TelemetryChannel("plant", { siteWise }));
    return one("aws:iot/topicRule:TopicRule").inputs.sql as string;
  };
  const select = "SELECT *, topic(4) AS assetModelId, timestamp() AS __received_at FROM";

  it("takes all notifications, the ones of one id by the filter, of several by conditions", async () => {
    assert.equal(await sqlOf({}), `${select} '$aws/sitewise/asset-models/+/assets/+/properties/+'`);
    assert.equal(
      await sqlOf({ assetModels: ["m"], assets: ["a", "b"], properties: ["p", "q"] }),
      `${select} '$aws/sitewise/asset-models/m/assets/+/properties/+' WHERE (topic(6) = 'a' OR topic(6) = 'b') AND (topic(8) = 'p' OR topic(8) = 'q')`,
    );
  });

  it("has a rule of its own beside the others, with the asset as the partition key", async () => {
    const { all } = await run(() => new TelemetryChannel("plant", { topicFilter: "dt/+/x", siteWise: {} }));
    assert.deepEqual(
      all("aws:iot/topicRule:TopicRule").map(({ inputs }) => inputs.kineses[0].partitionKey as string),
      ["${topic(2)}", "${topic(6)}"],
    );
  });

  it("refuses ids that are none, and lists that take nothing", async () => {
    assert.deepEqual(
      await wrongArguments(() => new TelemetryChannel("plant", { siteWise: { assets: ["a'b"], properties: [] } })),
      [
        'siteWise.assets[0]: saw "a\'b"; an id of SiteWise has letters, digits and -, such as a1b2c3d4-5678-90ab-cdef-11111EXAMPLE',
        "siteWise.properties: is empty, so no notification would be taken; leave it out to take all",
      ],
    );
  });
});

describe("TelemetryChannel", () => {
  it("of a topic filter is a rule, a stream, an archive and a bucket", async () => {
    const { resources } = await run(smallest);
    // Its alarms are tested by themselves.
    const others = resources.filter(({ type }) => type !== "aws:cloudwatch/metricAlarm:MetricAlarm");
    assert.deepEqual(others.map(({ type }) => type).sort(), [
      "aws:cloudwatch/logGroup:LogGroup",
      "aws:cloudwatch/logGroup:LogGroup",
      "aws:cloudwatch/logStream:LogStream",
      "aws:iam/role:Role",
      "aws:iam/role:Role",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:iot/topicRule:TopicRule",
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      "aws:kinesis/stream:Stream",
      "aws:s3/bucket:Bucket",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "aws:s3/bucketVersioning:BucketVersioning",
      "iot-telemetry-etl:index:TelemetryChannel",
    ]);
    for (const { custom, name, parent } of resources)
      if (custom) {
        assert.match(name, /^plant-/);
        assert.match(parent, /::plant$/);
      }
  });

  it("routes by a rule with a role and an error log of its own", async () => {
    const { one } = await run(smallest);
    const role = `arn:aws:iam::${ACCOUNT}:role/iot-telemetry-etl-dev-plant-rule`;
    assert.deepEqual(one("aws:iot/topicRule:TopicRule").inputs, {
      name: "iot_telemetry_etl_dev_plant",
      enabled: true,
      sql: "SELECT *, timestamp() AS __received_at FROM 'dt/+/aggregate'",
      sqlVersion: "2016-03-23",
      kineses: [{ streamName: "iot-telemetry-etl-dev-plant", partitionKey: "${topic(2)}", roleArn: role }],
      errorAction: { cloudwatchLogs: { logGroupName: "/aws/iot-rules/iot_telemetry_etl_dev_plant", roleArn: role } },
    });
    assert.deepEqual(statements(one("aws:iam/rolePolicy:RolePolicy", "plant-rule-policy")), [
      { Sid: "PutRecords", Effect: "Allow", Action: ["kinesis:PutRecord"], Resource: [STREAM] },
      {
        Sid: "WriteErrors",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: [`${LOGS}/aws/iot-rules/iot_telemetry_etl_dev_plant:*`],
      },
    ]);
    assert.deepEqual(statements(one("aws:iam/role:Role", "plant-rule-role")), [
      {
        Effect: "Allow",
        Principal: { Service: "iot.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": ACCOUNT },
          ArnLike: { "aws:SourceArn": `arn:aws:iot:${REGION}:${ACCOUNT}:rule/iot_telemetry_etl_dev_plant` },
        },
      },
    ]);
    assert.equal(one("aws:cloudwatch/logGroup:LogGroup", "plant-error-log").inputs.retentionInDays, 30);
  });

  it("names the rule in its role's trust, also the name that the rule keeps or that a transform gives it", async () => {
    const source = async (rule: { ruleName?: string }, name?: string): Promise<unknown> => {
      const { one } = await run(() => {
        const rules = [{ name: "readings", sql: "SELECT * FROM 'dt/#'", ...rule }];
        const transform = name === undefined ? undefined : { rule: { rule: { name } } };
        return new TelemetryChannel("plant", { rules }, { transform });
      });
      const [statement] = JSON.parse(
        one("aws:iam/role:Role", "plant-readings-rule-role").inputs.assumeRolePolicy,
      ).Statement;
      return statement.Condition.ArnLike["aws:SourceArn"];
    };
    assert.equal(await source({}), `arn:aws:iot:${REGION}:${ACCOUNT}:rule/iot_telemetry_etl_dev_readings`);
    assert.equal(await source({ ruleName: "kept" }), `arn:aws:iot:${REGION}:${ACCOUNT}:rule/kept`);
    assert.equal(await source({}, "other"), `arn:aws:iot:${REGION}:${ACCOUNT}:rule/other`);
  });

  it("archives every message in gzip", async () => {
    const { one } = await run(smallest);
    const role = `arn:aws:iam::${ACCOUNT}:role/iot-telemetry-etl-dev-plant-archive`;
    const group = "/aws/kinesisfirehose/iot-telemetry-etl-dev-plant-archive";
    assert.deepEqual(one("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream").inputs, {
      name: "iot-telemetry-etl-dev-plant-archive",
      destination: "extended_s3",
      kinesisSourceConfiguration: { kinesisStreamArn: STREAM, roleArn: role },
      extendedS3Configuration: {
        bucketArn: `arn:aws:s3:::${BUCKET}`,
        roleArn: role,
        prefix: "raw/plant/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/",
        errorOutputPrefix: "raw-errors/plant/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
        bufferingSize: 128,
        bufferingInterval: 300,
        compressionFormat: "GZIP",
        cloudwatchLoggingOptions: { enabled: true, logGroupName: group, logStreamName: "DestinationDelivery" },
        processingConfiguration: {
          enabled: true,
          processors: [
            {
              type: "AppendDelimiterToRecord",
              parameters: [{ parameterName: "Delimiter", parameterValue: "\\n" }],
            },
          ],
        },
      },
    });
    assert.deepEqual(statements(one("aws:iam/rolePolicy:RolePolicy", "plant-archive-policy")), [
      {
        Sid: "ReadStream",
        Effect: "Allow",
        Action: ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"],
        Resource: [STREAM],
      },
      {
        Sid: "FindBucket",
        Effect: "Allow",
        Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        Resource: [`arn:aws:s3:::${BUCKET}`],
      },
      {
        Sid: "WriteObjects",
        Effect: "Allow",
        Action: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
        Resource: [`arn:aws:s3:::${BUCKET}/raw/plant/*`, `arn:aws:s3:::${BUCKET}/raw-errors/plant/*`],
      },
      {
        Sid: "WriteLog",
        Effect: "Allow",
        Action: ["logs:PutLogEvents"],
        Resource: [`${LOGS}${group}:log-stream:DestinationDelivery`],
      },
    ]);
    assert.deepEqual(statements(one("aws:iam/role:Role", "plant-archive-role")), [
      {
        Effect: "Allow",
        Principal: { Service: "firehose.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": ACCOUNT } },
      },
    ]);
  });

  it("keeps its bucket private, encrypted, versioned, over TLS only, and expires what is old", async () => {
    const { one } = await run(smallest);
    assert.deepEqual(one("aws:s3/bucket:Bucket").inputs, {
      bucket: BUCKET,
      forceDestroy: false,
      tags: { "data-retention": "90 days" },
    });
    assert.deepEqual(one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs, {
      bucket: BUCKET,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual(one("aws:s3/bucketOwnershipControls:BucketOwnershipControls").inputs.rule, {
      objectOwnership: "BucketOwnerEnforced",
    });
    assert.deepEqual(
      one("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration").inputs.rules,
      [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    );
    assert.deepEqual(one("aws:s3/bucketVersioning:BucketVersioning").inputs.versioningConfiguration, {
      status: "Enabled",
    });
    assert.deepEqual(one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs.rules, [
      {
        id: "housekeeping",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 7 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
      { id: "retention", status: "Enabled", filter: { prefix: "" }, expiration: { days: 90 } },
    ]);
    const policy = one("aws:s3/bucketPolicy:BucketPolicy");
    assert.deepEqual(statements(policy), [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
    const block = one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock");
    assert.ok(policy.dependencies.includes(block.urn), "the policy comes after the block");
  });

  it("waits with its rules for what they need and for the archive", async () => {
    const { one } = await run(smallest);
    const { dependencies } = one("aws:iot/topicRule:TopicRule");
    for (const [type, name] of [
      ["aws:iam/rolePolicy:RolePolicy", "plant-rule-policy"],
      ["aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "plant-archive"],
      ["aws:kinesis/stream:Stream", "plant-stream"],
    ] as const)
      assert.ok(dependencies.includes(one(type, name).urn), name);
  });

  it("has a stream of the size that is asked for, encrypted", async () => {
    const { one } = await run(smallest);
    assert.deepEqual(one("aws:kinesis/stream:Stream").inputs, {
      name: "iot-telemetry-etl-dev-plant",
      streamModeDetails: { streamMode: "PROVISIONED" },
      shardCount: 1,
      retentionPeriod: 24,
      encryptionType: "KMS",
      kmsKeyId: "alias/aws/kinesis",
    });
    const { one: other } = await run(
      () => new TelemetryChannel("plant", { stream: { mode: "ON_DEMAND", retentionHours: 168 } }),
    );
    const { inputs } = other("aws:kinesis/stream:Stream");
    assert.deepEqual(inputs.streamModeDetails, { streamMode: "ON_DEMAND" });
    assert.equal(inputs.shardCount, undefined);
    assert.equal(inputs.retentionPeriod, 168);
  });

  it("takes SQL as it stands, and several rules", async () => {
    const { all, one, outputs } = await run(() => {
      const channel = new TelemetryChannel("plant", {
        rules: [
          { name: "one", sql: "SELECT * FROM 'dt/+/aggregate'", description: "first", errorLogGroup: "/plant/errors" },
          { name: "two", sql: "SELECT a FROM 'plant'", enabled: false, partitionKey: "${clientid()}" },
          { name: "three", sql: "SELECT a FROM 'plant'" },
        ],
        tags: { plant: "north" },
        logRetentionDays: 365,
      });
      return channel.ruleNames;
    });
    assert.deepEqual(
      outputs,
      ["one", "two", "three"].map((name) => `iot_telemetry_etl_dev_${name}`),
    );
    const rules = all("aws:iot/topicRule:TopicRule").map(({ inputs }) => inputs);
    // They are registered side by side, in any order.
    const [first, second, third] = ["one", "two", "three"].map((name) =>
      rules.find((rule) => String(rule.name).endsWith(`_${name}`)),
    );
    assert.equal(first!.sql, "SELECT * FROM 'dt/+/aggregate'");
    assert.equal(first!.description, "first");
    assert.equal(first!.errorAction.cloudwatchLogs.logGroupName, "/plant/errors");
    assert.deepEqual(
      [first, second, third].map((rule) => rule!.enabled),
      [true, false, true],
    );
    assert.deepEqual(
      [first, second, third].map((rule) => rule!.kineses[0].partitionKey),
      ["${topic(2)}", "${clientid()}", "${newuuid()}"],
    );
    for (const group of all("aws:cloudwatch/logGroup:LogGroup")) {
      assert.equal(group.inputs.retentionInDays, 365);
      assert.deepEqual(group.inputs.tags, { plant: "north" });
    }
    const role = one("aws:iam/role:Role", "plant-two-rule-role");
    assert.equal(second!.kineses[0].roleArn, `arn:aws:iam::${ACCOUNT}:role/${role.inputs.name}`);
  });

  it("leaves a bucket of the user's as it is", async () => {
    const { resources, one, outputs } = await run(() => {
      const channel = new TelemetryChannel("plant", {
        topicFilter: "dt/#",
        storage: { bucket: pulumi.output("mine"), prefix: "iot/" },
      });
      return { bucket: channel.bucket, prefix: channel.prefix };
    });
    assert.deepEqual(outputs, { bucket: "mine", prefix: "iot/raw/plant/" });
    assert.deepEqual(
      resources.filter(({ type }) => type.startsWith("aws:s3/")),
      [],
    );
    const { bucketArn, prefix, errorOutputPrefix } = one("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream")
      .inputs.extendedS3Configuration;
    assert.equal(bucketArn, "arn:aws:s3:::mine");
    assert.match(prefix, /^iot\/raw\/plant\//);
    assert.match(errorOutputPrefix, /^iot\/raw-errors\/plant\//);
    const writes = statements(one("aws:iam/rolePolicy:RolePolicy", "plant-archive-policy")).find(
      ({ Sid }) => Sid === "WriteObjects",
    );
    assert.deepEqual(writes!.Resource, [
      "arn:aws:s3:::mine/iot/raw/plant/*",
      "arn:aws:s3:::mine/iot/raw-errors/plant/*",
    ]);
  });

  it("uses a customer's key everywhere, each role through its service only", async () => {
    const { one, all } = await run(() => new TelemetryChannel("plant", { topicFilter: "dt/+/x", kmsKeyArn: KEY }));
    assert.equal(one("aws:kinesis/stream:Stream").inputs.kmsKeyId, KEY);
    assert.deepEqual(
      one("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration").inputs.rules,
      [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY },
          bucketKeyEnabled: true,
        },
      ],
    );
    assert.equal(
      one("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream").inputs.extendedS3Configuration.kmsKeyArn,
      KEY,
    );
    for (const group of all("aws:cloudwatch/logGroup:LogGroup")) assert.equal(group.inputs.kmsKeyId, KEY);
    const kinesis = { StringEquals: { "kms:ViaService": `kinesis.${REGION}.amazonaws.com` } };
    assert.deepEqual(statements(one("aws:iam/rolePolicy:RolePolicy", "plant-rule-policy")).slice(2), [
      {
        Sid: "EncryptStream",
        Effect: "Allow",
        Action: ["kms:GenerateDataKey"],
        Resource: [KEY],
        Condition: kinesis,
      },
    ]);
    assert.deepEqual(statements(one("aws:iam/rolePolicy:RolePolicy", "plant-archive-policy")).slice(4), [
      { Sid: "DecryptStream", Effect: "Allow", Action: ["kms:Decrypt"], Resource: [KEY], Condition: kinesis },
      {
        Sid: "EncryptObjects",
        Effect: "Allow",
        Action: ["kms:GenerateDataKey", "kms:Decrypt"],
        Resource: [KEY],
        Condition: {
          StringEquals: { "kms:ViaService": `s3.${REGION}.amazonaws.com` },
          StringLike: {
            "kms:EncryptionContext:aws:s3:arn": [
              `arn:aws:s3:::${BUCKET}`,
              `arn:aws:s3:::${BUCKET}/raw/plant/*`,
              `arn:aws:s3:::${BUCKET}/raw-errors/plant/*`,
            ],
          },
        },
      },
    ]);
  });

  it("deletes data only with both keys", async () => {
    const destroys = async (allowDataDeletion?: boolean, stackAllowsDataDeletion?: boolean): Promise<unknown> => {
      // The project's configuration is not the component's business.
      const { one } = await run(() => new TelemetryChannel("plant", { allowDataDeletion, stackAllowsDataDeletion }), {
        config: { allowDataDeletion: "true" },
      });
      return one("aws:s3/bucket:Bucket").inputs.forceDestroy;
    };
    assert.equal(await destroys(), false);
    assert.equal(await destroys(true, undefined), false);
    assert.equal(await destroys(true, false), false);
    assert.equal(await destroys(false, true), false);
    assert.equal(await destroys(true, true), true);
  });

  it("bounds its roles by the policy that it is given, and by no other", async () => {
    const boundaries = async (permissionsBoundaryArn?: string): Promise<unknown[]> => {
      const { all } = await run(
        () => new TelemetryChannel("plant", { topicFilter: "dt/+/x", permissionsBoundaryArn }),
        { config: { permissionsBoundaryArn: `arn:aws:iam::${ACCOUNT}:policy/of-the-project` } },
      );
      return all("aws:iam/role:Role").map(({ inputs }) => inputs.permissionsBoundary as unknown);
    };
    const boundary = `arn:aws:iam::${ACCOUNT}:policy/plant/boundary`;
    assert.deepEqual(await boundaries(boundary), [boundary, boundary]);
    assert.deepEqual(await boundaries(), [undefined, undefined]);
    assert.deepEqual(
      await wrongArguments(() => new TelemetryChannel("plant", { permissionsBoundaryArn: "boundary" })),
      ['permissionsBoundaryArn: saw "boundary"; the ARN of a managed policy, arn:aws:iam::ACCOUNT:policy/NAME'],
    );
  });

  it("changes every child by a function or by an object of arguments", async () => {
    const { one } = await run(
      () =>
        new TelemetryChannel(
          "plant",
          { topicFilter: "dt/+/x" },
          {
            protect: true,
            transform: {
              stream: (args, opts, name) => {
                args.shardLevelMetrics = ["IteratorAgeMilliseconds"];
                assert.equal(name, "plant-stream");
                opts.retainOnDelete = true;
              },
              bucket: { bucket: { bucket: "other" } },
              rule: { rule: (args) => void (args.description = "changed"), policy: { name: "own" } },
              archive: { deliveryStream: { tags: { changed: "yes" } } },
              alarm: { evaluationPeriods: 7 },
            },
          },
        ),
    );
    assert.deepEqual(one("aws:kinesis/stream:Stream").inputs.shardLevelMetrics, ["IteratorAgeMilliseconds"]);
    assert.equal(one("aws:s3/bucketVersioning:BucketVersioning").inputs.bucket, "other");
    assert.equal(one("aws:s3/bucket:Bucket").inputs.forceDestroy, false, "members that the object lacks stay");
    assert.equal(one("aws:iot/topicRule:TopicRule").inputs.description, "changed");
    assert.equal(one("aws:iam/rolePolicy:RolePolicy", "plant-rule-policy").inputs.name, "own");
    assert.equal(one("aws:cloudwatch/metricAlarm:MetricAlarm", "plant-stream-behind").inputs.evaluationPeriods, 7);
    const archive = one("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream").inputs;
    assert.deepEqual(archive.tags, { changed: "yes" });
    assert.equal(archive.extendedS3Configuration.bucketArn, "arn:aws:s3:::other");
  });

  it("says everything that is wrong with its arguments at once", async () => {
    const problems = await wrongArguments(
      () =>
        new TelemetryChannel("-plant", {
          topicFilter: "dt/#/x",
          rules: [
            { name: "a-b", sql: " ", errorLogGroup: "a b" },
            { name: "a", sql: "SELECT * FROM 'x'", partitionKey: "" },
            { name: "a", sql: "SELECT * FROM 'x'", description: "x".repeat(501) },
          ],
          partitionKey: " ",
          stream: { mode: "ON_DEMAND", shards: 2, retentionHours: 12 },
          retention: { days: 0, unlimited: true },
          storage: { bucket: "My_Bucket", prefix: "!{x}/" },
          buffering: { seconds: 30, megabytes: 5 },
          kmsKeyArn: "alias/plant",
          logRetentionDays: 8,
          tags: { "aws:x": "y" },
          allowDataDeletion: true,
        }),
    );
    const paths = problems.map((problem) => problem.split(": ")[0]);
    assert.deepEqual(paths, [
      "name",
      "topicFilter",
      "rules[0].name",
      "rules[0].sql",
      "rules[0].errorLogGroup",
      "rules[2].description",
      "rules",
      "rules[1].partitionKey",
      "rules[2].name",
      "stream.retentionHours",
      "stream.shards",
      "retention.days",
      "retention.unlimited",
      "retention.days",
      "storage.bucket",
      "storage.prefix",
      "buffering.seconds",
      "buffering.megabytes",
      "kmsKeyArn",
      "logRetentionDays",
      "tags",
      "partitionKey",
      "allowDataDeletion",
    ]);
    assert.ok(problems.includes("stream.retentionHours: saw 12; must be a whole number of hours from 24 to 8760"));
  });

  it("refuses topic filters that IoT Core refuses", async () => {
    for (const topicFilter of ["", "a+/b", "a/#/b", "a/b#", "1/2/3/4/5/6/7/8/9", "it's"]) {
      const [problem] = await wrongArguments(() => new TelemetryChannel("plant", { topicFilter }));
      assert.match(problem!, /^topicFilter: saw "/);
    }
    for (const topicFilter of ["#", "+/+", "dt/#", "1/2/3/4/5/6/7/8"])
      await run(() => new TelemetryChannel("plant", { topicFilter }));
  });

  it("refuses SQL that AWS refuses, with its place", async () => {
    const sql = "SELECT * FORM 'dt/+/aggregate'";
    const [problem] = await wrongArguments(() => new TelemetryChannel("plant", { rules: [{ name: "a", sql }] }));
    assert.match(problem!, /^rules\[0\]\.sql: expected "," or FROM, found "FORM"; did you mean FROM\?[^]*\^$/);
  });

  it("reads FROM where the statement has it", async () => {
    for (const [sql, key] of [
      ["SELECT *, 'sent FROM ' AS origin FROM 'dt/+/aggregate'", "${topic(2)}"],
      ['SELECT * FROM "dt/+/aggregate"', "${topic(2)}"],
      ["SELECT * FROM 'dt/#'", "${topic(2)}"],
      ["SELECT * FROM '#'", "${topic()}"],
      ["SELECT * FROM 'plant'", "${newuuid()}"],
      ["SELECT *", "${newuuid()}"],
    ] as const) {
      const { one } = await run(() => new TelemetryChannel("plant", { rules: [{ name: "a", sql }] }));
      assert.equal(one("aws:iot/topicRule:TopicRule").inputs.kineses[0].partitionKey, key, sql);
    }
  });

  it("warns of a partition key that can be empty", async () => {
    const rules = [{ name: "a", sql: "SELECT * FROM 'dt/+/x'" }];
    const empty = await run(() => new TelemetryChannel("plant", { rules, partitionKey: "${device_id}" }));
    assert.match(empty.warnings.join(), /rule a: the partition key \$\{device_id\} can be empty/);
    const sure = await run(() => new TelemetryChannel("plant", { rules, partitionKey: "d-${device_id}" }));
    assert.deepEqual(sure.warnings, []);
  });
});
