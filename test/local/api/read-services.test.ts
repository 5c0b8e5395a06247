import assert from "node:assert/strict";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { GetTopicRuleCommand, IoTClient, ListTopicRulesCommand } from "@aws-sdk/client-iot";
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { GetParametersCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Resource } from "../../../local/core/model";
import { scheduledStack, smallStack, TestCloud } from "../stack";

const REGION = "eu-central-1";
const ACCOUNT = "000000000000";

/** The services that mostly show what the program declares and what has happened, by AWS's own clients. */
describe("local/api: services that are read", () => {
  let test: TestCloud, config: object;
  const open = async (resources: Resource[]): Promise<void> => {
    test = new TestCloud(resources);
    const { http } = await test.cloud.listen({ mqtt: 0, http: 0 });
    const credentials = { accessKeyId: "any", secretAccessKey: "any" };
    config = { endpoint: http, region: REGION, credentials, maxAttempts: 1 };
  };
  afterEach(() => test.close());

  it("CloudWatch Logs: groups, streams, events by page, by time and by pattern", async () => {
    await open(smallStack());
    const client = new CloudWatchLogsClient(config);
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({}));
    const logGroupName = logGroups![0]!.logGroupName!;
    const logStreamName = "2026/01/15/[$LATEST]a%b";
    await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    await assert.rejects(client.send(new CreateLogStreamCommand({ logGroupName, logStreamName })), {
      name: "ResourceAlreadyExistsException",
    });
    const now = test.clock.now();
    const logEvents = [1, 2, 3, 4, 5].map((i) => ({ timestamp: now + i, message: JSON.stringify({ n: i }) }));
    await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    const put = (events: typeof logEvents) =>
      client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: events }));
    await assert.rejects(put([...logEvents].reverse()), {
      name: "InvalidParameterException",
      message: /chronological/,
    });
    await assert.rejects(put([]), { name: "InvalidParameterException" });

    const streams = await client.send(new DescribeLogStreamsCommand({ logGroupName, orderBy: "LastEventTime" }));
    const own = streams.logStreams!.find((stream) => stream.logStreamName === logStreamName)!;
    assert.deepEqual([own.firstEventTimestamp, own.lastEventTimestamp], [now + 1, now + 5]);
    const read = (input: object) =>
      client.send(new GetLogEventsCommand({ logGroupName, logStreamName, ...input })).then(({ events, ...tokens }) => ({
        n: events!.map(({ message }) => (JSON.parse(message!) as { n: number }).n),
        ...tokens,
      }));
    const head = await read({ startFromHead: true, limit: 2 });
    assert.deepEqual(head.n, [1, 2]);
    const next = await read({ nextToken: head.nextForwardToken, limit: 10 });
    assert.deepEqual(next.n, [3, 4, 5]);
    const end = await read({ nextToken: next.nextForwardToken });
    assert.deepEqual([end.n, end.nextForwardToken], [[], next.nextForwardToken]);
    assert.deepEqual((await read({ limit: 2 })).n, [4, 5]);
    assert.deepEqual((await read({ startTime: now + 2, endTime: now + 4 })).n, [2, 3]);

    const first = await client.send(
      new FilterLogEventsCommand({ logGroupName, filterPattern: "{ $.n > 2 }", limit: 2 }),
    );
    const second = await client.send(
      new FilterLogEventsCommand({
        logGroupName,
        filterPattern: "{ $.n > 2 }",
        limit: 2,
        nextToken: first.nextToken,
      }),
    );
    assert.deepEqual(
      [...first.events!, ...second.events!].map(({ message }) => message),
      ['{"n":3}', '{"n":4}', '{"n":5}'],
    );
    assert.equal(second.nextToken, undefined);
    await assert.rejects(client.send(new FilterLogEventsCommand({ logGroupName: "none" })), {
      name: "ResourceNotFoundException",
      message: "The specified log group does not exist.",
    });
    await assert.rejects(
      client.send(new StartQueryCommand({ logGroupName, startTime: 0, endTime: 1, queryString: "fields @message" })),
      { name: "NotImplementedException", message: /^StartQuery of CloudWatch Logs is not part of the local cloud/ },
    );
  });

  it("CloudWatch: metrics, their values by period, alarms", async () => {
    await open(smallStack());
    const client = new CloudWatchClient(config);
    const minute = 60_000;
    const begin = Math.floor(test.clock.now() / minute) * minute;
    const Dimensions = [{ Name: "site", Value: "north" }];
    const MetricData = [
      { MetricName: "m", Dimensions, Value: 1, Timestamp: new Date(begin) },
      { MetricName: "m", Dimensions, Values: [2, 6], Counts: [1, 2], Timestamp: new Date(begin + minute) },
      {
        MetricName: "m",
        Dimensions,
        StatisticValues: { SampleCount: 2, Sum: 30, Minimum: 10, Maximum: 20 },
        Timestamp: new Date(begin + 2 * minute),
      },
    ];
    await client.send(new PutMetricDataCommand({ Namespace: "own", MetricData }));
    const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: "own" }));
    assert.deepEqual(Metrics, [{ Namespace: "own", MetricName: "m", Dimensions }]);
    const [StartTime, EndTime] = [new Date(begin), new Date(begin + 3 * minute)];
    const statistics = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: "own",
        MetricName: "m",
        Dimensions,
        StartTime,
        EndTime,
        Period: 60,
        Statistics: ["Sum", "Average", "Minimum", "Maximum", "SampleCount"],
      }),
    );
    assert.deepEqual(
      statistics.Datapoints!.map(({ Sum, Average, Minimum, Maximum, SampleCount }) => [
        Sum,
        Average,
        Minimum,
        Maximum,
        SampleCount,
      ]),
      [
        [1, 1, 1, 1, 1],
        [14, 14 / 3, 2, 6, 3],
        [30, 15, 10, 20, 2],
      ],
    );
    const data = await client.send(
      new GetMetricDataCommand({
        StartTime,
        EndTime,
        MetricDataQueries: [
          {
            Id: "a",
            MetricStat: { Metric: { Namespace: "own", MetricName: "m", Dimensions }, Period: 60, Stat: "Sum" },
          },
          { Id: "b", Expression: `SELECT MAX(m) FROM SCHEMA("own", site) WHERE site = 'north'`, Period: 60 },
        ],
      }),
    );
    assert.deepEqual(
      data.MetricDataResults!.map(({ Id, Values }) => [Id, Values]),
      [
        ["a", [30, 14, 1]],
        ["b", [20, 6, 1]],
      ],
    );
    await assert.rejects(client.send(new PutMetricDataCommand({ Namespace: "AWS/IoT", MetricData: [] })), {
      name: "InvalidParameterValueException",
    });
    assert.deepEqual((await client.send(new DescribeAlarmsCommand({}))).MetricAlarms ?? [], []);
  });

  it("IoT: topic rules as they are declared", async () => {
    await open(smallStack());
    const client = new IoTClient(config);
    const { rules } = await client.send(new ListTopicRulesCommand({}));
    const { rule } = await client.send(new GetTopicRuleCommand({ ruleName: rules![0]!.ruleName }));
    assert.equal(rule!.awsIotSqlVersion, "2016-03-23");
    assert.ok(rule!.actions![0]!.kinesis!.streamName !== undefined);
    await assert.rejects(client.send(new GetTopicRuleCommand({ ruleName: "none" })), { name: "UnauthorizedException" });
  });

  describe("of a schedule", () => {
    const definition = {
      QueryLanguage: "JSONata",
      StartAt: "Read",
      States: {
        Read: {
          Type: "Task",
          Resource: "arn:aws:states:::aws-sdk:ssm:getParameter",
          Arguments: { Name: "{% $states.input.name %}" },
          Next: "Done",
        },
        Done: { Type: "Pass", Output: "{% {'value': $states.input.Parameter.Value} %}", End: true },
      },
    };
    beforeEach(() => open(scheduledStack({ definition, rate: "rate(1 day)" })));

    it("Step Functions: an execution, its history, a failed one", async () => {
      const client = new SFNClient(config);
      const { stateMachines } = await client.send(new ListStateMachinesCommand({}));
      const { stateMachineArn } = stateMachines![0]!;
      const start = (name: string, input: object) =>
        client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      const { executionArn } = await start("one", { name: "/p" });
      let described = await client.send(new DescribeExecutionCommand({ executionArn }));
      while (described.status === "RUNNING") {
        await new Promise((resolve) => setTimeout(resolve, 5));
        described = await client.send(new DescribeExecutionCommand({ executionArn }));
      }
      assert.equal(described.status, "SUCCEEDED");
      assert.deepEqual(Object.keys(JSON.parse(described.output!) as object), ["value"]);
      const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
      assert.deepEqual(
        events!.map(({ id, type }) => [id, type]),
        [
          [1, "ExecutionStarted"],
          [2, "TaskStateEntered"],
          [3, "TaskScheduled"],
          [4, "TaskSucceeded"],
          [5, "TaskStateExited"],
          [6, "PassStateEntered"],
          [7, "PassStateExited"],
          [8, "ExecutionSucceeded"],
        ],
      );
      await assert.rejects(start("one", { name: "/other" }), { name: "ExecutionAlreadyExists" });
      await start("two", { name: "/missing" });
      await new Promise((resolve) => setTimeout(resolve, 20));
      const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
      assert.deepEqual(
        executions!.map(({ name, status }) => [name, status]),
        [
          ["two", "FAILED"],
          ["one", "SUCCEEDED"],
        ],
      );
      const reversed = await client.send(
        new GetExecutionHistoryCommand({
          executionArn: executions![0]!.executionArn,
          reverseOrder: true,
          maxResults: 2,
        }),
      );
      assert.deepEqual(
        reversed.events!.map(({ type }) => type),
        ["ExecutionFailed", "TaskFailed"],
      );
      assert.ok(reversed.nextToken !== undefined);
    });

    it("Scheduler: schedules as they are declared", async () => {
      const client = new SchedulerClient(config);
      const { Schedules } = await client.send(new ListSchedulesCommand({}));
      const { Name, GroupName } = Schedules![0]!;
      const schedule = await client.send(new GetScheduleCommand({ Name, GroupName }));
      assert.equal(schedule.ScheduleExpression, "rate(1 day)");
      assert.match(schedule.Target!.Arn!, new RegExp(`^arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:`));
      await assert.rejects(client.send(new GetScheduleCommand({ Name: "none" })), {
        name: "ResourceNotFoundException",
      });
    });

    it("Systems Manager: parameters are read and overwritten", async () => {
      const client = new SSMClient(config);
      await client.send(new PutParameterCommand({ Name: "/p", Value: "new", Overwrite: true }));
      const { Parameters, InvalidParameters } = await client.send(new GetParametersCommand({ Names: ["/p", "/none"] }));
      assert.deepEqual(
        Parameters!.map(({ Name, Value, Version }) => [Name, Value, Version]),
        [["/p", "new", 2]],
      );
      assert.deepEqual(InvalidParameters, ["/none"]);
      await assert.rejects(client.send(new PutParameterCommand({ Name: "/p", Value: "x" })), {
        name: "ParameterAlreadyExists",
      });
    });
  });
});
