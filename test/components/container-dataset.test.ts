import assert from "node:assert/strict";
import {
  AnalyticsDataset,
  ContainerCluster,
  ContainerDataset,
  type ContainerDatasetArgs,
  type ContainerVariableArgs,
} from "../../components";
import { checkDefinition } from "../../local/services/states";
import { ACCOUNT, KEY, REGION, run, statements, wrongArguments, type Inputs } from "../harness";

const IMAGE = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/plant/report:2026-03-01`;
const NETWORK = { subnetIds: ["subnet-0a1b2c3d"] };
const PREFIX = "iot-telemetry-etl-dev";

function dataset(args: Partial<ContainerDatasetArgs> = {}): ContainerDataset {
  const cluster = new ContainerCluster("containers");
  return new ContainerDataset("report", { cluster, network: NETWORK, image: IMAGE, ...args });
}

/** The richest, over the contents of a dataset. */
function full(): ContainerDataset {
  const daily = new AnalyticsDataset("daily", { database: "plant", query: "SELECT 1 AS one", kmsKeyArn: KEY });
  return dataset({
    network: { ...NETWORK, securityGroupIds: ["sg-0a1b2c3d"], assignPublicIp: true },
    computeType: "ACU_2",
    volumeGigabytes: 50,
    architecture: "X86_64",
    variables: [
      { name: "site", stringValue: "north" },
      { name: "limit", doubleValue: 37.5 },
      { name: "readings", content: daily },
      { name: "same", content: daily },
      { name: "page", outputFile: "report.html" },
    ],
    schedules: ["cron(0 12 * * ? *)"],
    versions: { unlimited: true },
    deliveries: [{ file: "report.html", bucket: "reports", key: "daily/!{iotanalytics:versionId}.html" }],
    timeoutMinutes: 15,
    retries: 2,
    outputLimitMegabytes: 10,
    user: "app",
    writableRoot: true,
    kmsKeyArn: KEY,
  });
}

const definitionOf = (inputs: Inputs): Inputs => JSON.parse(inputs.definition as string) as Inputs;
const containerOf = (inputs: Inputs): Inputs => (JSON.parse(inputs.containerDefinitions as string) as Inputs[])[0]!;

describe("ContainerDataset", () => {
  it("is a task on Fargate and Graviton, read-only and not root, that a state machine runs in private subnets", async () => {
    const made = await run(() => dataset());
    const { inputs } = made.one("aws:ecs/taskDefinition:TaskDefinition");
    // https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_ResourceConfiguration.html
    assert.deepEqual(
      [inputs.cpu, inputs.memory, inputs.requiresCompatibilities, inputs.networkMode, inputs.ephemeralStorage],
      ["4096", "16384", ["FARGATE"], "awsvpc", undefined],
    );
    assert.deepEqual(inputs.runtimePlatform, { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" });
    const { image, user, readonlyRootFilesystem, mountPoints, environment, logConfiguration } = containerOf(inputs);
    assert.deepEqual([image, user, readonlyRootFilesystem], [IMAGE, "1000:1000", true]);
    assert.deepEqual(mountPoints, [{ sourceVolume: "scratch", containerPath: "/tmp", readOnly: false }]);
    assert.deepEqual(environment, [{ name: "IOTANALYTICS_DATASET", value: "report" }]);
    assert.equal((logConfiguration as Inputs).options["awslogs-group"], `/aws/ecs/${PREFIX}-report`);
    assert.equal(made.one("aws:cloudwatch/logGroup:LogGroup", "report-container-log").inputs.retentionInDays, 30);
    const machine = definitionOf(made.one("aws:sfn/stateMachine:StateMachine").inputs);
    assert.deepEqual(checkDefinition(JSON.stringify(machine)), []);
    const { Run } = machine.States as Inputs;
    assert.deepEqual(Run.Arguments.NetworkConfiguration, {
      AwsvpcConfiguration: { Subnets: ["subnet-0a1b2c3d"], AssignPublicIp: "DISABLED" },
    });
    assert.equal(Run.TimeoutSeconds, 3600);
    assert.ok(machine.TimeoutSeconds > 2 * 3600);
    assert.deepEqual(made.all("aws:ecr/repository:Repository"), []);
    assert.deepEqual(
      made
        .all("aws:cloudwatch/metricAlarm:MetricAlarm")
        .map(({ inputs: { metricName } }) => metricName)
        .sort(),
      ["ExecutionThrottled", "ExecutionsFailed", "ExecutionsTimedOut"],
    );
  });

  it("gives each actor what it calls and nothing else", async () => {
    const made = await run(full);
    const grants = (name: string): Record<string, unknown[]> =>
      Object.fromEntries(
        statements(made.one("aws:iam/rolePolicy:RolePolicy", `report-${name}-policy`)).map((statement) => {
          const { Sid, Action, Resource } = statement as { Sid: string; Action: string[]; Resource: string[] };
          return [Sid, [Action, Resource]];
        }),
      );
    const own = `arn:aws:s3:::${PREFIX}-report-results-${ACCOUNT}/results/report/*`;
    const other = `arn:aws:s3:::${PREFIX}-daily-results-${ACCOUNT}/results/daily/*`;
    const container = grants("container");
    assert.deepEqual(Object.keys(container), ["WriteContents", "ReadContents", "EncryptObjects", "DecryptObjects1"]);
    assert.deepEqual(container.WriteContents, [["s3:PutObject"], [own]]);
    // Named by two variables, and granted once.
    assert.deepEqual(container.ReadContents, [["s3:GetObject"], [other]]);
    assert.deepEqual(grants("execution"), {
      LogIn: [["ecr:GetAuthorizationToken"], ["*"]],
      PullImage: [
        ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        [`arn:aws:ecr:${REGION}:${ACCOUNT}:repository/plant/report`],
      ],
      WriteLog: [
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/ecs/${PREFIX}-report:*`],
      ],
    });
    const contents = grants("contents");
    assert.deepEqual(contents.PassRoles![1], [
      `arn:aws:iam::${ACCOUNT}:role/${PREFIX}-report-container`,
      `arn:aws:iam::${ACCOUNT}:role/${PREFIX}-report-execution`,
    ]);
    assert.deepEqual(contents.RunContainer, [
      ["ecs:RunTask"],
      [`arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/${PREFIX}-report:*`],
    ]);
    // All contents are kept, so nothing is deleted.
    assert.ok(!("DeleteSuperseded" in contents));
    assert.deepEqual(contents.Deliver![1], ["arn:aws:s3:::reports/daily/*.html"]);
    const trust = JSON.parse(
      made.one("aws:iam/role:Role", "report-container-role").inputs.assumeRolePolicy as string,
    ) as Inputs;
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    assert.equal(trust.Statement[0].Principal.Service, "ecs-tasks.amazonaws.com");
    assert.equal(trust.Statement[0].Condition.StringEquals["aws:SourceAccount"], ACCOUNT);
  });

  it("takes every argument", async () => {
    const made = await run(full);
    const { inputs } = made.one("aws:ecs/taskDefinition:TaskDefinition");
    assert.deepEqual([inputs.cpu, inputs.memory, inputs.ephemeralStorage], ["8192", "32768", { sizeInGib: 50 }]);
    assert.equal((inputs.runtimePlatform as Inputs).cpuArchitecture, "X86_64");
    const { user, readonlyRootFilesystem, environment } = containerOf(inputs);
    assert.deepEqual([user, readonlyRootFilesystem], ["app", false]);
    assert.deepEqual(environment, [
      { name: "IOTANALYTICS_DATASET", value: "report" },
      { name: "site", value: "north" },
      { name: "limit", value: "37.5" },
    ]);
    const machine = made.one("aws:sfn/stateMachine:StateMachine", "report-contents").inputs;
    assert.deepEqual(checkDefinition(machine.definition), []);
    const { Run } = definitionOf(machine).States as Inputs;
    assert.deepEqual(
      [Run.TimeoutSeconds, Run.Retry[1].MaxAttempts, Run.Arguments.NetworkConfiguration.AwsvpcConfiguration],
      [900, 2, { Subnets: ["subnet-0a1b2c3d"], SecurityGroups: ["sg-0a1b2c3d"], AssignPublicIp: "ENABLED" }],
    );
    assert.deepEqual(
      (Run.Arguments.Overrides.ContainerOverrides[0].Environment as Inputs[]).map(({ Name }) => Name as string),
      [
        ...["IOTANALYTICS_CONTENT_VERSION", "IOTANALYTICS_SCHEDULE_TIME", "IOTANALYTICS_OUTPUT_URI"],
        ...["readings", "readings_URI", "same", "same_URI", "page"],
      ],
    );
    assert.match(machine.definition as string, /wrote more than 10 MB/);
    assert.equal(made.one("aws:scheduler/schedule:Schedule").inputs.scheduleExpression, "cron(0 12 * * ? *)");
  });

  it("keeps images in a repository of its own", async () => {
    const made = await run(() => dataset({ image: undefined, imageTag: "2026-03-01" }));
    const { name, imageTagMutability, imageScanningConfiguration, forceDelete } = made.one(
      "aws:ecr/repository:Repository",
    ).inputs;
    assert.deepEqual(
      [name, imageTagMutability, imageScanningConfiguration, forceDelete],
      [`${PREFIX}-report`, "IMMUTABLE", { scanOnPush: true }, false],
    );
    const { rules } = JSON.parse(made.one("aws:ecr/lifecyclePolicy:LifecyclePolicy").inputs.policy as string) as Inputs;
    assert.deepEqual(rules[0].selection, { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 30 });
    assert.equal(
      containerOf(made.one("aws:ecs/taskDefinition:TaskDefinition").inputs).image,
      `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${PREFIX}-report:2026-03-01`,
    );
    const keys = { allowDataDeletion: true, stackAllowsDataDeletion: true };
    const deletable = await run(() => dataset({ image: undefined, imageTag: "1", ...keys }));
    assert.equal(deletable.one("aws:ecr/repository:Repository").inputs.forceDelete, true);
  });

  it("warns of an image that its task may not get", async () => {
    const warnings = async (image: string): Promise<string[]> => (await run(() => dataset({ image }))).warnings;
    assert.deepEqual(await warnings(IMAGE), []);
    assert.match(
      (await warnings(IMAGE.replace(REGION, "us-east-1"))).join(),
      /is in us-east-1 and the container runs in eu-central-1/,
    );
    assert.match(
      (await warnings(IMAGE.replace(ACCOUNT, "210987654321"))).join(),
      /its repository's policy must let the account 123456789012 pull/,
    );
    const china = IMAGE.replace(REGION, "cn-north-1").replace(".com/", ".com.cn/");
    assert.match((await warnings(china)).join(), /a partition of AWS that eu-central-1 does not reach/);
  });

  it("says every wrong argument with its place", async () => {
    const variables: ContainerVariableArgs[] = [
      { name: "1st", stringValue: "x" },
      { name: "AWS_REGION", stringValue: "x" },
      { name: "a", stringValue: "x", doubleValue: 1 },
      { name: "b" },
      { name: "c_URI", stringValue: "x" },
      { name: "c", content: { datasetName: "d", contentBucket: "b", contentPrefix: "p/" } },
    ];
    const wrong = await wrongArguments(() =>
      dataset({
        image: "report:latest",
        imageTag: "1",
        network: { subnetIds: [], securityGroupIds: ["default"] },
        computeType: "ACU_3",
        timeoutMinutes: 0,
        user: "Root User",
        variables,
      }),
    );
    assert.deepEqual(
      wrong.map((text) => text.split(":")[0]).sort(),
      [
        ...[
          "image",
          "imageTag",
          "network.subnetIds",
          "network.securityGroupIds[0]",
          "computeType",
          "timeoutMinutes",
          "user",
        ],
        ...["variables[0].name", "variables[1].name", "variables[2]", "variables[3]", "variables[5].name"],
      ].sort(),
    );
    assert.match(
      wrong.find((text) => text.startsWith("image:"))!,
      /an image is in a private repository of ECR/,
    );
    const none = await wrongArguments(() => dataset({ image: undefined }));
    assert.match(none.join(), /^image: is not set, nor is imageTag/);
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html: 8,192 characters
    const many = Array.from({ length: 50 }, (_, index) => ({
      name: `file${index}`,
      outputFile: `${"f".repeat(60)}${index}`,
    }));
    assert.match((await wrongArguments(() => dataset({ variables: many }))).join(), /^variables: .*RunTask takes 8192/);
  });
});
