import { basicIngest, topicMatchesFilter } from "../../aws/mqtt-topic";
import { Payload } from "../../etl/iot-sql";
import type { Resource } from "../core/model";
import { UNEXERCISED } from "../iam";
import type { OnPublish, Publish } from "../mqtt";
import { Facts } from "./facts";
import { RETRY_AFTER, Rule, type RuleCounts, type RuleServices } from "./rule";

/** Topics whose rules are remembered. */
const REMEMBERED_TOPICS = 100_000;
/** Names of rules that do not exist, which are counted each by itself. */
const UNKNOWN_RULES = 100;

export type RuleEngineContext = Omit<RuleServices, "pending" | "later">;

/** The rules engine: every message meets every enabled rule whose filter matches its topic. */
export class RuleEngine {
  /** messages that the broker took in this run */
  received = 0;
  /** publishes by basic ingest to a rule that does not exist or is off, by its name */
  readonly notFound = new Map<string, number>();
  /** hands a message on to MQTT subscribers */
  onPublished: (message: Publish) => void = () => undefined;
  private readonly rules: Rule[];
  private readonly rulesOfTopic = new Map<string, Rule[]>();
  private pending = 0;
  private retrying = 0;
  private nudging = false;

  constructor(
    resources: readonly Resource[],
    private readonly context: RuleEngineContext,
  ) {
    const services: RuleServices = {
      ...context,
      pending: (change) => (this.pending += change),
      later: (ms, run) => this.later(ms, run),
    };
    this.rules = resources.map((resource) => new Rule(resource, services));
    const { iam, logs } = context;
    for (const { name, errorAction } of this.rules)
      if (errorAction !== undefined)
        iam.requirePermissions(
          { principal: errorAction.roleArn, resource: logs.arn(errorAction.logGroupName, name) },
          UNEXERCISED.ruleErrors,
        );
    context.clock.onSettle(() => this.answered());
  }

  counts(ruleName: string): RuleCounts {
    return this.rules.find(({ name }) => name === ruleName)!.counts;
  }

  /** Waits until no write is to be tried again, and no rule waits for a function outside of it. */
  async settled(): Promise<void> {
    const { clock } = this.context;
    while (this.retrying > 0 || this.pending > 0) {
      // A stepped clock is moved by the retries themselves.
      if (!clock.running && this.retrying > 0) this.nudge(RETRY_AFTER[0]!);
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
    if (direct === undefined) {
      this.runAll(this.rulesFor(message.topic), message, message.topic, done);
      this.onPublished(message);
      return;
    }
    const rule = this.rules.find(({ name, enabled }) => enabled && name === direct.rule);
    if (rule === undefined) {
      this.countNotFound(direct.rule);
      const failed = { reason: "RuleNotFound", details: `Rule ${direct.rule} not found` };
      this.context.iotLog?.ofMessage("ERROR", "RuleNotFound", message, { ruleName: direct.rule }, failed);
    }
    this.runAll(rule === undefined ? [] : [rule], message, direct.topic, done);
  };

  private runAll(rules: readonly Rule[], message: Publish, topic: string, done: Parameters<OnPublish>[1]): void {
    let left = rules.length;
    if (left === 0) return done?.({ ok: true });
    const facts = new Facts(topic, message, this.context.clock.now());
    const payload = new Payload(message.payload);
    const one = done === undefined ? undefined : () => (--left === 0 ? done({ ok: true }) : undefined);
    for (const rule of rules) rule.run(message, facts, payload, one);
  }

  private rulesFor(topic: string): Rule[] {
    let rules = this.rulesOfTopic.get(topic);
    if (rules === undefined) {
      rules = this.rules.filter(
        ({ enabled, program: { filter } }) => enabled && filter !== undefined && topicMatchesFilter(filter, topic),
      );
      if (this.rulesOfTopic.size >= REMEMBERED_TOPICS) this.rulesOfTopic.clear();
      this.rulesOfTopic.set(topic, rules);
    }
    return rules;
  }

  /** https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html: metric RuleNotFound */
  private countNotFound(rule: string): void {
    const { clock, cloudwatch } = this.context;
    const name = this.notFound.has(rule) || this.notFound.size < UNKNOWN_RULES ? rule : "(others)";
    this.notFound.set(name, (this.notFound.get(name) ?? 0) + 1);
    cloudwatch.metric("AWS/IoT", "RuleNotFound", { RuleName: name }).add(1, clock.now());
  }

  /** Waits for rules that wait for a function outside of them. */
  private async answered(): Promise<void> {
    while (this.pending > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  private later(ms: number, run: () => void): void {
    this.retrying++;
    this.context.clock.after(ms, () => {
      this.retrying--;
      run();
    });
    this.nudge(ms);
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
}
