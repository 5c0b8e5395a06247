import { AthenaError } from "./athena";
import type { Clock } from "./core/clock";
import type { Resource } from "./core/model";
import { LOCAL_ADMIN_ARN } from "./core/principals";
import type { QueryContent, Workgroups } from "./services/athena/workgroups";
import { failureText, type Execution, type StateMachine, type Started } from "./services/states";

interface Services {
  clock: Clock;
  workgroups: Workgroups;
  /** by ARN */
  machines: ReadonlyMap<string, StateMachine>;
}

/** Contents of datasets that a person makes, and waits for. */
export class Contents {
  constructor(private readonly services: Services) {}

  /**
   * Runs a named query in its workgroup.
   * @throws AthenaError when it fails
   */
  async runNamedQuery({ inputs }: Resource): Promise<QueryContent> {
    const { workgroups } = this.services;
    const { query, database, workgroup } = inputs as { query: string; database: string; workgroup: string };
    const { id, state, reason } = await workgroups.run(LOCAL_ADMIN_ARN, { sql: query, workgroup, database });
    if (state !== "SUCCEEDED") throw AthenaError.from(reason ?? state);
    return workgroups.content(id)!;
  }

  /** Starts an execution of a state machine, and waits for its end. */
  executeMachine(machineArn: string): Promise<Execution> {
    return this.ended(this.machine(machineArn).start(LOCAL_ADMIN_ARN, {}));
  }

  /**
   * The same, of a machine with a query.
   * @returns what its last query has left
   * @throws AthenaError when it fails
   */
  async execute(machineArn: string): Promise<QueryContent> {
    return this.made(this.machine(machineArn).start(LOCAL_ADMIN_ARN, {}));
  }

  /**
   * What the newest execution of a state machine has made, which something else has started.
   * @throws AthenaError when it has failed, or there is none
   */
  async lastMade(machineArn: string, starter: string): Promise<QueryContent> {
    const newest = this.machine(machineArn).newest();
    if (newest === undefined) throw AthenaError.from(`not started, for ${starter} has made no content`);
    return this.made(newest);
  }

  /** The newest execution of a state machine, at its end; undefined if it was never started. */
  async lastExecution(machineArn: string): Promise<Execution | undefined> {
    const newest = this.machine(machineArn).newest();
    return newest && this.ended(newest);
  }

  private machine(arn: string): StateMachine {
    return this.services.machines.get(arn)!;
  }

  private async ended({ idle, done, execution }: Started): Promise<Execution> {
    const { clock } = this.services;
    await idle;
    // A retry waits for the clock, which stands when nobody moves it.
    while (execution.status === "RUNNING" && !clock.running) await clock.advanceTo(clock.next ?? clock.now() + 1000);
    return done;
  }

  private async made(started: Started): Promise<QueryContent> {
    const { status, output, error, cause } = await this.ended(started);
    if (status !== "SUCCEEDED") throw AthenaError.from(failureText(error, cause));
    const { version, windowStart, windowEnd } = output as { version: string; windowStart?: string; windowEnd?: string };
    const content = this.services.workgroups.content(version)!;
    if (windowStart === undefined || windowEnd === undefined) return content;
    return { ...content, window: { start: windowStart, end: windowEnd } };
  }
}
