import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";
import { LOCAL_ADMIN_ARN } from "../../../../local/core/principals";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../../local/core/model";
import type { LocalContainer } from "../../../../local/services/ecs/settings";
import type { Execution } from "../../../../local/services/states";
import { smallStack, TestCloud } from "../../stack";

const ECS = `arn:aws:ecs:eu-central-1:${ACCOUNT}`;
const EVENTS = `arn:aws:events:eu-central-1:${ACCOUNT}:rule/StepFunctionsGetEventsForECSTaskRule`;
const LOGS = `arn:aws:logs:eu-central-1:${ACCOUNT}`;
const REPOSITORY = `arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/report`;
const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

const GRANTS: Record<string, Properties[]> = {
  machine: [
    { Action: ["ecs:RunTask"], Resource: [`${ECS}:task-definition/report:*`] },
    { Action: ["ecs:DescribeTasks", "ecs:StopTask"], Resource: [`${ECS}:task/c/*`] },
    { Action: ["iam:PassRole"], Resource: [role("execution"), role("task")] },
    { Action: ["events:PutTargets", "events:PutRule", "events:DescribeRule"], Resource: [EVENTS] },
  ],
  execution: [
    { Action: ["ecr:GetAuthorizationToken"], Resource: ["*"] },
    {
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: [REPOSITORY],
    },
    { Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: [`${LOGS}:log-group:/aws/ecs/report:*`] },
  ],
  task: [{ Action: ["s3:PutObject"], Resource: ["arn:aws:s3:::store/out/*"] }],
};

/** A machine of one state, which runs a task of a definition with one container. */
function stack(grants = GRANTS, timeoutSeconds = 60): Resource[] {
  const resources = smallStack();
  const add = (type: string, name: string, inputs: Properties, arn: string): void => {
    const urn = `urn:pulumi:test::test::${type}::${name}`;
    resources.push({ urn, type, name, custom: true, id: name, dependencies: [], inputs, outputs: { ...inputs, arn } });
  };
  const policy = (Statement: Properties[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
  for (const [name, statements] of Object.entries(grants)) {
    const Service = name === "machine" ? "states.amazonaws.com" : "ecs-tasks.amazonaws.com";
    const trust = policy([{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }]);
    add(TYPES.role, name, { name, assumeRolePolicy: trust }, role(name));
    const allowed = policy(statements.map((statement) => ({ Effect: "Allow", ...statement })));
    add(TYPES.rolePolicy, name, { role: name, name, policy: allowed }, "");
  }
  add(TYPES.logGroup, "log", { name: "/aws/ecs/report" }, "");
  const container = {
    name: "report",
    image: `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/report:1`,
    environment: [{ name: "FIXED", value: "1.5" }],
    readonlyRootFilesystem: true,
    user: "1000:1000",
    logConfiguration: {
      logDriver: "awslogs",
      options: { "awslogs-group": "/aws/ecs/report", "awslogs-stream-prefix": "content" },
    },
  };
  const definition = {
    family: "report",
    containerDefinitions: JSON.stringify([container]),
    executionRoleArn: role("execution"),
    taskRoleArn: role("task"),
  };
  add(TYPES.taskDefinition, "report", definition, `${ECS}:task-definition/report:1`);
  const Run = {
    Type: "Task",
    Resource: "arn:aws:states:::ecs:runTask.sync",
    Arguments: {
      Cluster: `${ECS}:cluster/c`,
      TaskDefinition: `${ECS}:task-definition/report:1`,
      LaunchType: "FARGATE",
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ["subnet-1"] } },
      Overrides: {
        ContainerOverrides: [{ Name: "report", Environment: [{ Name: "GIVEN", Value: "{% 'a' & 'b' %}" }] }],
      },
    },
    TimeoutSeconds: timeoutSeconds,
    End: true,
  };
  const machine = { QueryLanguage: "JSONata", StartAt: "Run", States: { Run } };
  add(
    TYPES.stateMachine,
    "m",
    { name: "m", roleArn: role("machine"), definition: JSON.stringify(machine) },
    `arn:aws:states:eu-central-1:${ACCOUNT}:stateMachine:m`,
  );
  return resources;
}

const node = (script: string): LocalContainer => ({ command: [process.execPath, "-e", script] });

/** Whether the process runs; one that has ended and was not collected yet does not. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !fs.readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

describe("local/services/ecs: containers", () => {
  let test: TestCloud;
  let folder: string;
  beforeEach(() => void (folder = fs.mkdtempSync(path.join(os.tmpdir(), "container-"))));
  afterEach(async () => {
    await test.close();
    fs.rmSync(folder, { recursive: true });
  });

  const open = (container: LocalContainer | undefined, resources = stack()): void => {
    const containers: Record<string, LocalContainer> =
      container === undefined ? {} : { report: { cwd: folder, ...container } };
    test = new TestCloud(resources, undefined, undefined, { containers });
  };
  const start = () => [...test.cloud.machines.values()][0]!.start(LOCAL_ADMIN_ARN, {});
  const run = async (container: LocalContainer | undefined, resources?: Resource[]): Promise<Execution> => {
    open(container, resources);
    return start().done;
  };
  const printed = (): string[] => [...test.cloud.logs.events("/aws/ecs/report")].map(({ message }) => message).slice(1);
  const taskOf = ({ cause }: Execution): Properties => JSON.parse(cause!) as Properties;
  const file = (name: string): string => path.join(folder, name);

  it("runs the command with the variables of the task and the container, the role's keys, and nothing of this machine's user", async () => {
    process.env.AWS_PROFILE = "somebody";
    try {
      const execution = await run(node("console.log(JSON.stringify(process.env)); console.error('second line')"));
      assert.equal(execution.status, "SUCCEEDED");
      assert.deepEqual((execution.output as Properties).Containers, [{ Name: "report", ExitCode: 0 }]);
    } finally {
      delete process.env.AWS_PROFILE;
    }
    const lines = printed();
    const env = JSON.parse(lines.find((line) => line.startsWith("{"))!) as Record<string, string>;
    assert.ok(lines.includes("second line"));
    assert.equal(env.FIXED, "1.5");
    assert.equal(env.GIVEN, "ab");
    assert.equal(env.AWS_REGION, "eu-central-1");
    assert.equal(test.cloud.credentials.recognise(env.AWS_SESSION_TOKEN!)?.roleArn, role("task"));
    assert.equal(env.AWS_PROFILE, undefined);
    assert.ok(!fs.existsSync(env.AWS_CONFIG_FILE!), "no configuration of the user's");
    const { iam } = test.cloud;
    assert.deepEqual(iam.refused(), []);
    // This container calls nothing.
    const used = ["s3:PutObject"];
    const unused = iam.unused().filter(({ role: name }) => name in GRANTS);
    assert.deepEqual(
      unused.map(({ action }) => action),
      used,
    );
  });

  it("fails with the exit code, that of a signal, and that of a command that is not there", async () => {
    const codes: unknown[] = [];
    for (const container of [
      node("process.exit(3)"),
      node("process.kill(process.pid)"),
      { command: ["no-such-program"] },
    ]) {
      const execution = await run(container);
      assert.equal(execution.error, "States.TaskFailed");
      codes.push(taskOf(execution).Containers[0].ExitCode);
      if (codes.length < 3) await test.close();
    }
    // 128 + 15 for SIGTERM; 127 as a shell has it.
    assert.deepEqual(codes, [3, 143, 127]);
    assert.match(printed().join(), /no-such-program.*ENOENT/);
  });

  it("says how a container is configured that has no command", async () => {
    const { StoppedReason } = taskOf(await run(undefined));
    assert.match(StoppedReason as string, /a command in place of the container report.*set containers to/);
  });

  it("ends a container whose time is over, with what it has started", async () => {
    const child = `setInterval(() => {}, 1000)`;
    const script = `const { pid } = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}]);
      require("node:fs").writeFileSync("pid", String(pid)); ${child}`;
    const execution = await run(node(script), stack(GRANTS, 1));
    assert.equal(execution.error, "States.Timeout");
    // Killed, it is in the table of processes until the system has taken it out.
    const pid = Number(fs.readFileSync(file("pid"), "utf8"));
    for (let wait = 0; wait < 100 && runs(pid); wait++) await setTimeout(50);
    assert.equal(runs(pid), false);
  });

  it("ends containers with the local cloud, and with a stopped execution", async () => {
    const script = 'require("node:fs").writeFileSync("pid", String(process.pid)); setInterval(() => {}, 1000)';
    const pids: number[] = [];
    for (const end of ["close", "abort"] as const) {
      open(node(script));
      const { execution } = start();
      while (!fs.existsSync(file("pid")) || fs.statSync(file("pid")).size === 0) await setTimeout(10);
      pids.push(Number(fs.readFileSync(file("pid"), "utf8")));
      fs.rmSync(file("pid"));
      if (end === "abort") [...test.cloud.machines.values()][0]!.stop(LOCAL_ADMIN_ARN, execution.name);
      if (end === "close") await test.close();
      else await test.cloud.containers.close();
    }
    assert.deepEqual(pids.map(runs), [false, false]);
  });

  it("starts no container whose roles may not do what ECS does with them", async () => {
    const without = (name: string, action: string): Record<string, Properties[]> => ({
      ...GRANTS,
      [name]: GRANTS[name]!.filter(({ Action }) => !(Action as string[]).includes(action)),
    });
    const cases: [string, string, RegExp][] = [
      ["execution", "ecr:BatchGetImage", /CannotPullContainerError: .*ecr:Batch/],
      ["execution", "logs:PutLogEvents", /failed to validate logger args: .*logs:CreateLogStream/],
      ["machine", "iam:PassRole", /not authorized to perform: iam:PassRole/],
      ["machine", "events:PutRule", /not authorized to perform: events:PutTargets/],
    ];
    for (const [index, [name, action, says]] of cases.entries()) {
      if (index > 0) await test.close();
      const { status, cause } = await run(node("console.log('ran')"), stack(without(name, action)));
      assert.equal(status, "FAILED");
      assert.match(cause!, says);
      assert.deepEqual(printed(), []);
    }
  });

  it("hands docker the image, the user and the names of variables, and removes a container that is ended", async () => {
    // In place of docker: keeps its arguments, prints one variable that it would hand on, and runs on if it is to.
    const docker = path.join(folder, "docker");
    const script =
      '#!/bin/sh\necho "$@" >> calls\n[ "$1" = rm ] && exit\necho "$GIVEN"\n[ "$LONG" != 1 ] || sleep 60\n';
    fs.writeFileSync(docker, script.replace('"$LONG"', "0"), { mode: 0o755 });
    const before = process.env.PATH;
    process.env.PATH = `${folder}${path.delimiter}${before}`;
    const calls = (): string[] => fs.readFileSync(file("calls"), "utf8").trim().split("\n");
    try {
      const container = { runtime: "docker", localImage: "report:dev", command: ["--once"] } as const;
      assert.equal((await run(container)).status, "SUCCEEDED");
      assert.deepEqual(printed(), ["ab"]);
      const [called] = calls();
      assert.match(
        called!,
        /^run --rm --name (\S+) --network host .*--read-only --user 1000:1000 .*--env GIVEN .*report:dev --once$/,
      );
      assert.doesNotMatch(called!, /GIVEN=|SECRET_ACCESS_KEY=/);
      assert.equal(calls().length, 1, "docker removes a container that has ended");

      await test.close();
      fs.writeFileSync(docker, script.replace('"$LONG"', "1"));
      const { error } = await run(container, stack(GRANTS, 1));
      assert.equal(error, "States.Timeout");
      assert.match(calls().at(-1)!, /^rm --force iot-telemetry-etl-[0-9a-f]{32}$/);
    } finally {
      process.env.PATH = before;
    }
  });
});
