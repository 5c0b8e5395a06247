import { RegexTooSlow } from "../../etl/regex/bounded";
import { RuleContext, RuleProgram, Template, type Payload, type Selected } from "../../etl/iot-sql";
import type { Clock } from "../core/clock";
import type { Defects } from "../core/defects";
import { ACCOUNT, type Properties, type Resource } from "../core/model";
import type { Publish } from "../mqtt";
import { notAuthorized } from "../core/access-denied";
import type { Stream } from "../services/kinesis/stream";
import type { CloudWatch, Metric } from "../services/cloudwatch";
import type { Logs } from "../services/logs/logs";
import { callExternal, type CallingRule, type ExternalServices } from "./external";
import { traceOf, type IotLog } from "../services/iot/event-log";
import type { Facts } from "./facts";

/** ms between attempts of a throttled write; AWS does not document how long it tries again. */
export const RETRY_AFTER: readonly number[] = [100, 200, 400, 800, 1600];

/** Messages of a rule in this run. */
export interface RuleCounts {
  matched: number;
  delivered: number;
  failed: number;
}

/** What a rule works with. */
export interface RuleServices extends ExternalServices {
  readonly clock: Clock;
  readonly defects: Defects;
  readonly logs: Logs;
  readonly cloudwatch: CloudWatch;
  readonly streams: ReadonlyMap<string, Stream>;
  /** the log of AWS IoT */
  readonly iotLog?: IotLog;
  /** keeps count of work that goes on after `run` has returned: 1 more, 1 less */
  pending(change: 1 | -1): void;
  /** runs something after a while of the local clock */
  later(ms: number, run: () => void): void;
}

interface KinesisAction {
  readonly roleArn: string;
  readonly streamName: string;
  readonly stream: Stream;
  readonly partitionKey: Template;
}

/** What became of the statement over one message: no record, a failure, or a payload and the partition key of each action. */
type Outcome = Exclude<Selected, { kind: "selected" }> | { kind: "selected"; payload: Buffer; keys: readonly string[] };

/** A topic rule: its statement, its actions and its error action. */
export class Rule implements CallingRule {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly program: RuleProgram;
  readonly errorAction: { roleArn: string; logGroupName: string } | undefined;
  readonly counts: RuleCounts = { matched: 0, delivered: 0, failed: 0 };
  private readonly actions: KinesisAction[];
  private readonly external: boolean;
  private readonly metrics: Record<
    "matched" | "unparsed" | "delivered" | "failed" | "errorDelivered" | "errorFailed",
    Metric
  >;
  /** roles that the rule may assume, or why not */
  private readonly assumed = new Map<string, string | undefined>();

  /** @throws ExpressionError for SQL that the resource's checks would have refused */
  constructor(
    { inputs, outputs }: Resource,
    private readonly services: RuleServices,
  ) {
    this.name = inputs.name;
    this.arn = outputs.arn;
    this.enabled = inputs.enabled;
    this.program = new RuleProgram(inputs.sql);
    this.errorAction = inputs.errorAction?.cloudwatchLogs;
    const { variables } = this.program.statement;
    this.actions = ((inputs.kineses ?? []) as Properties[]).map(({ roleArn, streamName, partitionKey }) => ({
      roleArn,
      streamName,
      stream: services.streams.get(streamName)!,
      partitionKey: new Template(partitionKey ?? "${newuuid()}", variables),
    }));
    this.external = this.program.external || this.actions.some(({ partitionKey }) => partitionKey.external);
    const metric = (name: string, dimensions: Record<string, string> = {}): Metric =>
      services.cloudwatch.metric("AWS/IoT", name, { RuleName: inputs.name, ...dimensions });
    // The names of action types in this dimension are not documented; the first is seen in dashboards.
    const kinesis = { ActionType: "Kinesis" };
    const logs = { ActionType: "CloudwatchLogs" };
    this.metrics = {
      matched: metric("TopicMatch"),
      unparsed: metric("ParseError"),
      delivered: metric("Success", kinesis),
      failed: metric("Failure", kinesis),
      errorDelivered: metric("ErrorActionSuccess", logs),
      errorFailed: metric("ErrorActionFailure", logs),
    };
  }

  /**
   * Runs the rule over a message; it never throws. `done` is called once, when every action has the message on disk or its
   * failure is in the error log.
   * @param payload shared by the rules that see the message
   */
  run(message: Publish, facts: Facts, payload: Payload, done: (() => void) | undefined): void {
    if (!this.external) {
      let outcome: Outcome;
      try {
        const context = new RuleContext(facts, payload);
        outcome = this.outcome(this.program.run(context), context);
      } catch (error) {
        outcome = this.unforeseen(error);
      }
      this.act(message, outcome, done);
      return;
    }
    this.services.pending(1);
    void this.evaluateSettled(facts, payload)
      .catch((error: unknown) => this.unforeseen(error))
      .then((outcome) => {
        this.services.pending(-1);
        this.act(message, outcome, done);
      });
  }

  /** Whether the rule may assume a role, decided once for each. */
  assume(roleArn: string): string | undefined {
    if (!this.assumed.has(roleArn)) {
      const decision = this.services.iam.assume("iot.amazonaws.com", roleArn, {
        "aws:SourceAccount": ACCOUNT,
        "aws:SourceArn": this.arn,
      });
      this.assumed.set(
        roleArn,
        decision.allowed
          ? undefined
          : notAuthorized("iot.amazonaws.com", "sts:AssumeRole", roleArn, decision.decidedBy),
      );
    }
    return this.assumed.get(roleArn);
  }

  private async evaluateSettled(facts: Facts, payload: Payload): Promise<Outcome> {
    const context = new RuleContext(facts, payload, (name, args) => callExternal(this.services, this, name, args));
    const selected = await this.program.runSettled(context);
    return context.settled(() => this.outcome(selected, context));
  }

  private outcome(selected: Selected, context: RuleContext): Outcome {
    if (selected.kind !== "selected") return selected;
    return { ...selected, keys: this.actions.map(({ partitionKey }) => partitionKey.evaluate(context)) };
  }

  private unforeseen(error: unknown): Outcome {
    // a text that doubles with each variable of SET becomes longer than any text can be
    if (error instanceof RangeError)
      return { kind: "failed", message: `The rule's result is too large: ${error.message}` };
    if (error instanceof RegexTooSlow) return { kind: "failed", message: `The rule's SQL failed: ${error.message}` };
    this.services.defects.record(`rule ${this.name}`, error);
    return {
      kind: "failed",
      message: `The rule failed unexpectedly: ${error instanceof Error ? error.message : "unknown error"}`,
    };
  }

  private act(message: Publish, outcome: Outcome, done: (() => void) | undefined): void {
    if (outcome.kind === "unmatched") return done?.();
    const now = this.services.clock.now();
    this.counts.matched++;
    this.metrics.matched.add(1, now);
    const { iotLog } = this.services;
    if (iotLog?.wants("INFO") === true) iotLog.ofMessage("INFO", "RuleMatch", message, { ruleName: this.name });
    if (outcome.kind === "failed") {
      this.metrics.unparsed.add(1, now);
      this.fail(message, "RuleSql", this.name, outcome.message);
      return done?.();
    }
    let left = this.actions.length;
    const one = done === undefined ? undefined : () => (--left === 0 ? done() : undefined);
    this.actions.forEach((action, index) => this.put(action, message, outcome.payload, outcome.keys[index]!, one, 0));
  }

  private put(
    action: KinesisAction,
    message: Publish,
    payload: Buffer,
    partitionKey: string,
    done: (() => void) | undefined,
    attempt: number,
  ): void {
    const refusal = this.assume(action.roleArn);
    const { clock, iotLog } = this.services;
    const now = clock.now();
    const ofAction = { ruleName: this.name, ruleAction: "KinesisAction" };
    if (attempt === 0 && iotLog?.wants("DEBUG") === true)
      iotLog.ofMessage("DEBUG", "StartingRuleExecution", message, ofAction);
    if (refusal !== undefined) {
      this.metrics.failed.add(1, now);
      this.fail(message, "KinesisAction", action.streamName, refusal);
      return done?.();
    }
    const result = action.stream.put(action.roleArn, partitionKey, payload, done);
    if (result.ok) {
      this.counts.delivered++;
      this.metrics.delivered.add(1, now);
      if (iotLog?.wants("INFO") === true)
        iotLog.ofMessage("INFO", "RuleExecution", message, {
          ...ofAction,
          resources: { StreamName: action.streamName },
        });
      return;
    }
    const wait = result.error === "ProvisionedThroughputExceededException" ? RETRY_AFTER[attempt] : undefined;
    if (wait === undefined) {
      this.metrics.failed.add(1, now);
      this.fail(message, "KinesisAction", action.streamName, `${result.error}: ${result.message}`);
      return done?.();
    }
    this.services.later(wait, () => this.put(action, message, payload, partitionKey, done, attempt + 1));
  }

  /**
   * One message for the error action.
   * https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html
   */
  private fail(message: Publish, failedAction: string, failedResource: string, errorMessage: string): void {
    this.counts.failed++;
    const { iotLog } = this.services;
    const ofAction =
      failedAction === "RuleSql" ? {} : { ruleAction: failedAction, resources: { StreamName: failedResource } };
    iotLog?.ofMessage(
      "ERROR",
      "RuleExecution",
      message,
      { ruleName: this.name, ...ofAction },
      { details: errorMessage },
    );
    const { errorAction } = this;
    if (errorAction === undefined) return;
    const line = JSON.stringify({
      ruleName: this.name,
      topic: message.topic,
      cloudwatchTraceId: traceOf(message),
      clientId: message.clientId,
      base64OriginalPayload: message.payload.toString("base64"),
      failures: [{ failedAction, failedResource, errorMessage }],
    });
    const { clock, logs } = this.services;
    const refusal =
      this.assume(errorAction.roleArn) ??
      logs.put(errorAction.roleArn, errorAction.logGroupName, this.name, [line], true, true);
    const { errorDelivered, errorFailed } = this.metrics;
    (refusal === undefined ? errorDelivered : errorFailed).add(1, clock.now());
  }
}
