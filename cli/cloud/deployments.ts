import type { LocalProvider } from "../../local/provider";
import { stackOutputs } from "../../local/stack-outputs";
import type { Deployed } from "../start/deployed";
import type { Progress, Report } from "../start/report";
import { TransformLogStats } from "../start/transform-log-stats";

/** What Pulumi's engine has deployed, as it runs now. After each change it is another one, whose counts begin anew. */
export class Deployments {
  private last: { deployed: Deployed; progress: Progress } | undefined;

  constructor(
    private readonly local: LocalProvider,
    private readonly place: { stack: string; region: string },
    private readonly endpoints: Report["endpoints"],
    /** counts of messages that the broker refused, by reason */
    private readonly refusedMessages: Map<string, number>,
  ) {}

  /** undefined while services are replaced, and while nothing is deployed */
  current(): Deployed | undefined {
    const running = this.local.live.current;
    if (running === undefined || running.resources.length === 0) return undefined;
    const { cloud, resources } = running;
    if (this.last?.deployed.cloud !== cloud) {
      const evaluation = { ...this.place, resources: [...resources] };
      const deployed: Deployed = {
        cloud,
        // The stack's own outputs are in Pulumi's state.
        outputs: stackOutputs({ outputs: {}, resources }),
        evaluation,
        folder: this.local.folder,
      };
      const { endpoints, refusedMessages } = this;
      const transformLog = new TransformLogStats(deployed);
      this.last = { deployed, progress: { startedAt: Date.now(), endpoints, refusedMessages, put: 0, transformLog } };
    }
    return this.last!.deployed;
  }

  /** Facts of the run of what `current` gave last. */
  readonly progress = (): Progress => this.last!.progress;
}
