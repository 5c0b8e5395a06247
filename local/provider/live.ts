import { Clock } from "../core/clock";
import { Cloud } from "../cloud";
import type { Endpoints } from "../endpoints";
import type { Resource } from "../core/model";
import { checkProgram } from "../handlers";
import { Sequence } from "./sequence";

/**
 * ms without a change after which the parts run again; a message that comes before starts them at once. Longer than the engine waits
 * between two resources on a busy machine, or each resource would start and stop all that is there already.
 */
const QUIET = 1000;

/** What a delivery stream with a transform has done so far. */
export interface Delivery {
  deliveryStream: string;
  stored: number;
  filtered: number;
  failed: number;
  /** by shard, the first record that the definition which runs now has read */
  since: Record<string, number>;
}

/** The resources of a running cloud, and where it reports. */
export interface LiveOptions {
  resources(): readonly Resource[];
  region: string;
  dataDir: string;
  endpoints: Endpoints;
  onError(error: unknown): void;
  /** called when the services run again; `left` names resources that do not, and why */
  onRunning?(running: readonly Resource[], left: readonly string[]): void;
  /** called when records from these positions on go through another definition of a delivery stream or its transform */
  onChanged?(deliveryStream: string, since: Record<string, number>): void;
}

/**
 * Runs the services for the current set of resources; a change stops and restarts them, after a moment without changes or with the first
 * message. Meanwhile messages wait at the endpoints and in the streams; every record is transformed by one definition and is in one object.
 */
export class LiveCloud {
  private cloud: Cloud | undefined;
  private running: readonly Resource[] = [];
  private clock: Clock | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly turns = new Sequence();
  private definitions = new Map<string, string>();
  private readonly totals = new Map<string, Delivery>();
  private closed = false;

  constructor(private readonly options: LiveOptions) {
    options.endpoints.onDemand = () => this.startSoon(0);
  }

  /** Runs `work` while nothing runs. Changes wait for each other. */
  change<T>(work: () => T): Promise<T> {
    return this.turns.run(async () => {
      await this.stop();
      try {
        return work();
      } finally {
        this.startSoon(QUIET);
      }
    });
  }

  /** Starts the parts if they do not run. */
  start(): Promise<Cloud> {
    clearTimeout(this.timer);
    return this.turns.run(() => Promise.resolve(this.cloud ?? this.open()));
  }

  /** The services that run now, with their resources; undefined while they are replaced. */
  get current(): { cloud: Cloud; resources: readonly Resource[] } | undefined {
    return this.cloud === undefined ? undefined : { cloud: this.cloud, resources: this.running };
  }

  /** What was delivered since this process began, by delivery stream. */
  get deliveries(): Delivery[] {
    this.count();
    return [...this.totals.values()];
  }

  /** Delivers what is buffered, without waiting for its time, and ends. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.turns.run(async () => {
      const { cloud, clock } = this;
      if (cloud === undefined) return;
      this.options.endpoints.pause();
      clock?.stop();
      await cloud.drain();
      this.count();
      this.cloud = undefined;
      await cloud.close();
    });
  }

  private startSoon(ms: number): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = setTimeout(() => {
      this.start().catch((error: unknown) => this.options.onError(error));
    }, ms);
  }

  private open(): Cloud {
    const { options } = this;
    const { running, left } = runnable(options.resources());
    const clock = new Clock(Date.now());
    const { region, dataDir, endpoints, onError } = options;
    const cloud = new Cloud({ resources: running, region, dataDir, clock, endpoints, onError });
    this.cloud = cloud;
    this.running = running;
    this.clock = clock;
    this.compare(cloud, running);
    cloud.start();
    clock.start();
    cloud.open();
    options.onRunning?.(running, left);
    return cloud;
  }

  private async stop(): Promise<void> {
    const { cloud, clock } = this;
    if (cloud === undefined) return;
    this.cloud = undefined;
    await cloud.handOver();
    clock?.stop();
    this.count(cloud);
  }

  /** Tells of delivery streams that go on under another definition. */
  private compare(cloud: Cloud, running: readonly Resource[]): void {
    const definitions = new Map<string, string>();
    for (const [name, stream] of cloud.deliveryStreams) {
      const resource = running.find(({ outputs }) => outputs.arn === stream.arn)!;
      const text = JSON.stringify(resource.inputs);
      const code = running.filter(({ outputs, inputs }) => inputs.code !== undefined && text.includes(outputs.arn));
      const definition = JSON.stringify([resource.inputs, ...code.map(({ inputs }) => inputs)]);
      definitions.set(name, definition);
      const before = this.definitions.get(name);
      const since = stream.positions;
      const total = this.totals.get(name);
      if (total === undefined)
        this.totals.set(name, { deliveryStream: name, stored: 0, filtered: 0, failed: 0, since });
      else if (before !== undefined && before !== definition) {
        total.since = since;
        this.options.onChanged?.(name, since);
      }
    }
    this.definitions = definitions;
  }

  private counted = new WeakMap<object, { stored: number; filtered: number; failed: number }>();

  /** Adds what a cloud's delivery streams have done since the last look. */
  private count(cloud = this.cloud): void {
    for (const [name, { counts }] of cloud?.deliveryStreams ?? []) {
      const total = this.totals.get(name)!;
      const before = this.counted.get(counts) ?? { stored: 0, filtered: 0, failed: 0 };
      for (const key of ["stored", "filtered", "failed"] as const) total[key] += counts[key] - before[key];
      this.counted.set(counts, { ...counts });
    }
  }
}

/** The resources whose references are all there, and those of the others in words. */
export function runnable(resources: readonly Resource[]): { running: Resource[]; left: string[] } {
  let running = [...resources];
  const left: string[] = [];
  for (;;) {
    const findings = checkProgram(running);
    if (findings.length === 0) return { running, left };
    for (const { resource, path, message } of findings)
      left.push(`${resource.name} (${resource.type})${path === "" ? "" : `, property ${path}`}: ${message}`);
    const out = new Set(findings.map(({ resource }) => resource));
    running = running.filter((resource) => !out.has(resource));
  }
}
