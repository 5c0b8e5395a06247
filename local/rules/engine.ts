import { randomUUID } from "node:crypto";
import { basicIngest, topicMatchesFilter } from "../../aws/mqtt-topic";
import type { Clock } from "../core/clock";
import { DEMANDS, type Iam } from "../iam";
import { ACCOUNT, type Properties, type Resource } from "../core/model";
import type { OnPublish, Publish } from "../mqtt";
import { notAuthorized } from "../core/access-denied";
import type { Stream } from "../services/kinesis/stream";
import type { CloudWatch, Metric } from "../services/cloudwatch";
import type { Logs } from "../services/logs/logs";
import type { RuleContext } from "./functions";
import { RuleProgram, Template } from "./program";
import { parseJson } from "./payload";

/** Throttled writes are tried again for a while (building blocks 1.1, unverified how long); ms between the attempts. */
const RETRY_AFTER = [100, 200, 400, 800, 1600];
/** Topics whose rules are remembered. */
const REMEMBERED_TOPICS = 100_000;

export interface RuleCounts {
  matched: number;
  delivered: number;
  failed: number;
}

interface KinesisAction {
  roleArn: string;
  streamName: string;
  stream: Stream;
  partitionKey: Template;
}

interface Rule {
  name: string;
  arn: string;
  enabled: boolean;
  program: RuleProgram;
  actions: KinesisAction[];
  errorAction: { roleArn: string; logGroupName: string } | undefined;
  counts: RuleCounts;
  metrics: Record<"matched" | "unparsed" | "delivered" | "failed" | "errorDelivered" | "errorFailed", Metric>;
  /** roles that the rule may assume, or why not */
  assumed: Map<string, string | undefined>;
}

export interface RuleEngineContext {
  clock: Clock;
  iam: Iam;
  logs: Logs;
  cloudwatch: CloudWatch;
  region: string;
  streams: ReadonlyMap<string, Stream>;
}

/** The rules engine: every message meets every enabled rule whose filter matches its topic. */
export class RuleEngine {
  /** messages that the broker took in this run */
  received = 0;
  /** hands a message on to MQTT subscribers */
  onPublished: (message: Publish) => void = () => undefined;
  private readonly rules: Rule[];
  private readonly rulesOfTopic = new Map<string, Rule[]>();
  private retrying = 0;
  private nudging = false;

  constructor(
    resources: readonly Resource[],
    private readonly context: RuleEngineContext,
  ) {
    this.rules = resources.map((resource) => this.rule(resource));
    const { iam, logs } = context;
    for (const { name, errorAction } of this.rules)
      if (errorAction !== undefined)
        iam.demand(
          { principal: errorAction.roleArn, resource: logs.arn(errorAction.logGroupName, name) },
          DEMANDS.ruleErrors,
        );
    context.clock.onSettle(() => Promise.resolve());
  }

  counts(ruleName: string): RuleCounts {
    return this.rules.find(({ name }) => name === ruleName)!.counts;
  }

  /** Waits until no write is to be tried again. */
  async settled(): Promise<void> {
    const { clock } = this.context;
    while (this.retrying > 0) {
      // A stepped clock is moved by the retries themselves.
      if (!clock.running) this.nudge(RETRY_AFTER[0]!);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Takes a message; `done` is called when every rule has it on disk, in its stream or in its error log. */
  readonly publish: OnPublish = (message, done) => {
    this.received++;
    this.route(message, done);
  };

  /** The same for what AWS IoT itself publishes, such as the answers of shadows. */
  readonly route: OnPublish = (message, done) => {
    const direct = basicIngest(message.topic);
    if (direct !== undefined) {
      const rule = this.rules.find(({ name }) => name === direct.rule);
      if (rule === undefined) {
        done?.({ ok: true });
        return;
      }
      this.run(rule, { ...message, topic: direct.topic }, done === undefined ? undefined : () => done({ ok: true }));
      return;
    }
    const rules = this.rulesFor(message.topic);
    if (done === undefined) for (const rule of rules) this.run(rule, message, undefined);
    else {
      let left = rules.length;
      if (left === 0) done({ ok: true });
      else
        for (const rule of rules)
          this.run(rule, message, () => {
            if (--left === 0) done({ ok: true });
          });
    }
    this.onPublished(message);
  };

  private rulesFor(topic: string): Rule[] {
    let rules = this.rulesOfTopic.get(topic);
    if (rules === undefined) {
      rules = this.rules.filter(({ enabled, program }) => enabled && topicMatchesFilter(program.filter, topic));
      if (this.rulesOfTopic.size >= REMEMBERED_TOPICS) this.rulesOfTopic.clear();
      this.rulesOfTopic.set(topic, rules);
    }
    return rules;
  }

  private run(rule: Rule, message: Publish, done: (() => void) | undefined): void {
    const context: RuleContext = {
      topic: message.topic,
      clientId: message.clientId,
      principal: message.principal,
      account: ACCOUNT,
      traceId: "",
      time: this.context.clock.now(),
      message: undefined,
    };
    const selected = rule.program.run(message.payload, context);
    if (selected.kind === "unmatched") return done?.();
    rule.counts.matched++;
    rule.metrics.matched.add(1, context.time);
    if (selected.kind === "failed") {
      rule.metrics.unparsed.add(1, context.time);
      this.fail(rule, message, "RuleSql", rule.name, selected.message);
      return done?.();
    }
    let left = rule.actions.length;
    const one = done === undefined ? undefined : () => (--left === 0 ? done() : undefined);
    for (const action of rule.actions) {
      if (action.partitionKey.looksIntoPayload && context.message === undefined) {
        const parsed = parseJson(message.payload);
        if (parsed.ok) context.message = parsed.value;
      }
      this.put(rule, action, message, selected.payload, action.partitionKey.evaluate(context), one, 0);
    }
  }

  private put(
    rule: Rule,
    action: KinesisAction,
    message: Publish,
    payload: Buffer,
    partitionKey: string,
    done: (() => void) | undefined,
    attempt: number,
  ): void {
    const refusal = this.assume(rule, action.roleArn);
    const now = this.context.clock.now();
    if (refusal !== undefined) {
      rule.metrics.failed.add(1, now);
      this.fail(rule, message, "KinesisAction", action.streamName, refusal);
      return done?.();
    }
    // Kinesis wants 1 to 256 characters.
    const key = partitionKey === "" ? "-" : partitionKey.slice(0, 256);
    const result = action.stream.put(action.roleArn, key, payload, done);
    if (result.ok) {
      rule.counts.delivered++;
      rule.metrics.delivered.add(1, now);
      return;
    }
    const wait = result.error === "ProvisionedThroughputExceededException" ? RETRY_AFTER[attempt] : undefined;
    if (wait === undefined) {
      rule.metrics.failed.add(1, now);
      this.fail(rule, message, "KinesisAction", action.streamName, `${result.error}: ${result.message}`);
      return done?.();
    }
    this.retrying++;
    this.context.clock.after(wait, () => {
      this.retrying--;
      this.put(rule, action, message, payload, partitionKey, done, attempt + 1);
    });
    this.nudge(wait);
  }

  /**
   * A stepped clock stands while the publisher waits for its acknowledgement, and the acknowledgement waits for the
   * clock: so a retry moves it.
   */
  private nudge(wait: number): void {
    const { clock } = this.context;
    if (clock.running || this.nudging) return;
    this.nudging = true;
    setImmediate(() => {
      void clock.advanceTo(clock.now() + wait).then(() => {
        this.nudging = false;
        if (this.retrying > 0) this.nudge(RETRY_AFTER[0]!);
      });
    });
  }

  /** One message for the error action, with the fields of building blocks 1.1. */
  private fail(rule: Rule, message: Publish, failedAction: string, failedResource: string, errorMessage: string): void {
    rule.counts.failed++;
    const { errorAction } = rule;
    if (errorAction === undefined) return;
    const line = JSON.stringify({
      ruleName: rule.name,
      topic: message.topic,
      cloudwatchTraceId: randomUUID(),
      clientId: message.clientId,
      base64OriginalPayload: message.payload.toString("base64"),
      failures: [{ failedAction, failedResource, errorMessage }],
    });
    const { clock, logs } = this.context;
    const refusal =
      this.assume(rule, errorAction.roleArn) ??
      logs.put(errorAction.roleArn, errorAction.logGroupName, rule.name, [line], true, true);
    const { errorDelivered, errorFailed } = rule.metrics;
    (refusal === undefined ? errorDelivered : errorFailed).add(1, clock.now());
  }

  private assume(rule: Rule, roleArn: string): string | undefined {
    if (!rule.assumed.has(roleArn)) {
      const decision = this.context.iam.assume("iot.amazonaws.com", roleArn, {
        "aws:SourceAccount": ACCOUNT,
        "aws:SourceArn": rule.arn,
      });
      rule.assumed.set(
        roleArn,
        decision.allowed
          ? undefined
          : notAuthorized("iot.amazonaws.com", "sts:AssumeRole", roleArn, decision.decidedBy),
      );
    }
    return rule.assumed.get(roleArn);
  }

  private rule(resource: Resource): Rule {
    const { inputs } = resource;
    const metric = (name: string, dimensions: Record<string, string> = {}): Metric =>
      this.context.cloudwatch.metric("AWS/IoT", name, { RuleName: inputs.name, ...dimensions });
    // The names of action types in this dimension are not documented; the first is seen in dashboards.
    const kinesis = { ActionType: "Kinesis" };
    const logs = { ActionType: "CloudwatchLogs" };
    return {
      name: inputs.name,
      arn: resource.outputs.arn,
      enabled: inputs.enabled,
      program: new RuleProgram(inputs.sql),
      actions: ((inputs.kineses ?? []) as Properties[]).map(({ roleArn, streamName, partitionKey }) => ({
        roleArn,
        streamName,
        stream: this.context.streams.get(streamName)!,
        partitionKey: new Template(partitionKey ?? "${newuuid()}"),
      })),
      errorAction: inputs.errorAction?.cloudwatchLogs,
      counts: { matched: 0, delivered: 0, failed: 0 },
      metrics: {
        matched: metric("TopicMatch"),
        unparsed: metric("ParseError"),
        delivered: metric("Success", kinesis),
        failed: metric("Failure", kinesis),
        errorDelivered: metric("ErrorActionSuccess", logs),
        errorFailed: metric("ErrorActionFailure", logs),
      },
      assumed: new Map(),
    };
  }
}
