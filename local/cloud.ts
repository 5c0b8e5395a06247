import * as path from "node:path";
import { Athena, type QueryResult } from "./athena";
import type { ServiceApi } from "./api";
import { apisOf } from "./apis";
import { Contents } from "./contents";
import type { Clock } from "./core/clock";
import { Credentials } from "./core/credentials";
import { Defects } from "./core/defects";
import { Endpoints, type Addresses, type OpenAddresses, type OpenPorts, type Ports } from "./endpoints";
import { Iam } from "./iam";
import { ACCOUNT, TYPES, ofType, type Resource } from "./core/model";
import { Messages } from "./messages";
import type { RetainedMessages } from "./services/iotdata/api";
import { RuleEngine } from "./rules";
import { CloudWatch } from "./services/cloudwatch";
import { createTasks } from "./services/dms/create";
import type { ReplicationTask } from "./services/dms/task";
import { createMappings } from "./services/event-sources/create";
import type { Mapping } from "./services/event-sources/mapping";
import { createDeliveryStreams } from "./services/firehose/create";
import type { DeliveryStream } from "./services/firehose/delivery-stream";
import { Glue } from "./services/glue/glue";
import { Stream } from "./services/kinesis/stream";
import { Containers } from "./services/ecs/containers";
import type { LocalContainer } from "./services/ecs/settings";
import { createAsyncEvents, type AsyncEvents } from "./services/lambda/async-events";
import { LambdaFunction } from "./services/lambda/function";
import { invokeAll } from "./services/lambda/invocations";
import { Logs } from "./services/logs/logs";
import { S3 } from "./services/s3/s3";
import { Scheduler } from "./services/scheduler/scheduler";
import { QuickSight } from "./services/quicksight/quicksight";
import { Shadows } from "./services/shadows/shadows";
import { secretsWithoutValue } from "./services/secretsmanager/missing";
import { Secrets } from "./services/secretsmanager/secrets";
import type { LocalSecret } from "./services/secretsmanager/settings";
import { EventBus } from "./services/events/events";
import { Queue } from "./services/sqs/queue";
import { Parameters } from "./services/ssm/parameters";
import { StateMachine } from "./services/states";
import { IotLog } from "./services/iot/event-log";
import { Devices } from "./services/iot/device-side";
import { JustInTime } from "./services/provisioning/just-in-time";
import { Provisioner } from "./services/provisioning/provisioner";
import { Things } from "./services/things/registry";
import { Workgroups } from "./services/athena/workgroups";

const DAY = 86_400_000;
/** Streams drop whole segments and the buckets look for expired objects this often, on the local clock. */
const HOUSEKEEPING = DAY;

/** What a cloud is made of, and where it reports. */
export interface CloudOptions {
  resources: readonly Resource[];
  region: string;
  /** values of secrets by ARN */
  secrets?: Readonly<Record<string, LocalSecret>>;
  /** how containers run, by the name in their task definition */
  containers?: Readonly<Record<string, LocalContainer>>;
  /** folder of the program, which relative folders of containers are in; default the current one */
  projectDir?: string;
  dataDir: string;
  clock: Clock;
  /** what ends the run: a full disk, a defect */
  onError(error: unknown): void;
  /** a message that no rule saw: refused by the broker before it could be routed */
  onRefusedMessage?(reason: string): void;
  /** names besides those of the loopback interface under which HTTP is reached; for endpoints of its own */
  allowedHosts?: readonly string[];
  /** endpoints that are open already and stay so when this cloud closes; without them it has its own */
  endpoints?: Endpoints;
  /** records unexpected errors; default is that of `endpoints`, or one that hands errors of the machine to `onError` */
  defects?: Defects;
}

type Services = Pick<Cloud, "clock" | "iam" | "s3" | "logs" | "cloudwatch" | "region" | "defects">;

/** The data plane of a stack: every declared resource as a running part, and the two endpoints that devices reach. */
export class Cloud {
  readonly defects: Defects;
  readonly iam: Iam;
  readonly s3: S3;
  readonly logs: Logs;
  readonly cloudwatch: CloudWatch;
  readonly secrets: Secrets;
  readonly glue: Glue;
  readonly rules: RuleEngine;
  readonly messages: Messages;
  readonly things: Things;
  readonly shadows: Shadows;
  readonly devices: Devices;
  readonly iotLog: IotLog;
  readonly provisioner: Provisioner;
  readonly justInTime: JustInTime;
  readonly streams: ReadonlyMap<string, Stream>;
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  /** by name of the function */
  readonly asyncEvents: ReadonlyMap<string, AsyncEvents>;
  readonly mappings: readonly Mapping[];
  /** replications of DMS */
  readonly replications: readonly ReplicationTask[];
  readonly deliveryStreams: ReadonlyMap<string, DeliveryStream>;
  readonly workgroups: Workgroups;
  readonly contents: Contents;
  readonly parameters: Parameters;
  /** tasks of ECS */
  readonly containers: Containers;
  readonly events: EventBus;
  /** by ARN */
  readonly machines: ReadonlyMap<string, StateMachine>;
  /** by ARN */
  readonly queues: ReadonlyMap<string, Queue>;
  readonly scheduler: Scheduler;
  readonly quickSight: QuickSight;
  readonly clock: Clock;
  readonly region: string;
  private readonly endpoints: Endpoints;
  private readonly ownEndpoints: boolean;
  private readonly apis: readonly ServiceApi[];
  readonly athena = new Athena();

  constructor(private readonly options: CloudOptions) {
    const { resources, region, clock, onError } = options;
    this.clock = clock;
    this.region = region;
    this.defects = options.defects ?? options.endpoints?.defects ?? new Defects({ onMachineError: onError });
    clock.onError = (place, error) => this.defects.record(place, error);
    this.iam = new Iam(resources, ACCOUNT);
    this.s3 = new S3(resources, this.folder("s3"), clock, this.iam, region);
    this.s3.clean();
    this.logs = new Logs(resources, this.folder("logs"), clock, this.iam, region);
    this.cloudwatch = new CloudWatch(resources, this.folder("cloudwatch"), clock, this.defects);
    this.logs.listen(this.cloudwatch.takeLogs);
    this.iotLog = new IotLog(resources, this);
    const { secrets = {} } = options;
    const named = secretsWithoutValue(resources, secrets);
    this.secrets = new Secrets(secrets, named, this.iam, region, ACCOUNT, () => clock.now());
    this.glue = new Glue(resources, this.s3, clock, this.folder("glue"));
    this.streams = this.createStreams();
    this.queues = this.createQueues();
    this.functions = this.createFunctions();
    const events = { ...this.services, folder: this.folder("lambda-events"), queues: this.queues };
    this.asyncEvents = createAsyncEvents(resources, this.functions, events);
    this.mappings = createMappings(resources, {
      ...this.services,
      folder: this.folder("event-sources"),
      streams: this.streams,
      functions: this.functions,
      queues: this.queues,
    });
    this.replications = createTasks(resources, this.streams, {
      ...this.services,
      secrets: this.secrets,
      folder: this.folder("dms"),
    });
    const { streams } = this;
    this.deliveryStreams = createDeliveryStreams(resources, {
      ...{ ...this.services, folder: this.folder("firehose") },
      ...{ streams, functions: this.functions },
    });
    this.things = new Things(resources, this.folder("things"), region);
    const { iam, things } = this;
    this.devices = new Devices({ resources, folder: this.folder("iot"), region, clock, iam, things });
    const { devices, functions, defects } = this;
    this.provisioner = new Provisioner(resources, { devices, iam, clock, defects, functions, iotLog: this.iotLog });
    const { iotLog } = this;
    const publish = (topic: string, document: object): void => this.messages.publishEvent(topic, document);
    this.justInTime = new JustInTime(resources, { devices, iam, clock, defects, iotLog, publish });
    devices.onUnknown = (certificate) => this.justInTime.take(certificate);
    this.shadows = new Shadows(this.folder("shadows"), clock);
    this.rules = new RuleEngine(ofType(resources, TYPES.topicRule), this);
    this.messages = new Messages(this, () => this.endpoints);
    this.workgroups = new Workgroups(resources, {
      ...this.services,
      athena: this.athena,
      glue: this.glue,
      folder: this.folder("athena"),
    });
    this.parameters = new Parameters(resources, this.folder("ssm"), this.iam, region);
    this.containers = this.createContainers();
    this.events = new EventBus(this.folder("events"), clock, iam, region);
    this.machines = this.createMachines();
    this.contents = new Contents(this);
    const { machines, queues, asyncEvents } = this;
    this.scheduler = new Scheduler(resources, { ...this.services, machines, queues, asyncEvents });
    this.quickSight = new QuickSight(resources, { ...this.services, workgroups: this.workgroups });
    this.endpoints = options.endpoints ?? this.createEndpoints();
    this.ownEndpoints = options.endpoints === undefined;
    this.apis = apisOf(this);
    this.rules.onPublished = ({ topic, payload, qos, retain, clientId, properties }) =>
      this.endpoints.mqtt.publish(topic, payload, { qos, retain, clientId, properties });
    if (this.ownEndpoints) this.open();
  }

  /** The part of the data folder that belongs to a service. */
  private folder(service: string): string {
    return path.join(this.options.dataDir, service);
  }

  private createStreams(): Map<string, Stream> {
    const streams = ofType(this.options.resources, TYPES.stream).map(
      (resource) => new Stream(resource, this.folder("kinesis"), this),
    );
    return new Map(streams.map((stream) => [stream.name, stream]));
  }

  private createFunctions(): Map<string, LambdaFunction> {
    const endpoint = (): string | undefined => this.endpoints.httpUrl;
    const functions = ofType(this.options.resources, TYPES.function).map(
      (resource) => new LambdaFunction(resource, this.folder("lambda"), this, endpoint),
    );
    return new Map(functions.map((lambda) => [lambda.name, lambda]));
  }

  /** Those that others put records into come last: the functions of those that read a stream may be putting yet. */
  private inOrder(): DeliveryStream[] {
    const all = [...this.deliveryStreams.values()];
    const takesPuts = ({ directPut }: DeliveryStream): boolean => directPut !== undefined;
    return [...all.filter((stream) => !takesPuts(stream)), ...all.filter(takesPuts)];
  }

  private createContainers(): Containers {
    const { resources, region, clock, containers: settings = {}, projectDir = process.cwd() } = this.options;
    const { iam, logs } = this;
    return new Containers(resources, {
      ...{ clock, iam, logs, region, settings, projectDir },
      credentials: () => this.credentials,
      endpoint: () => this.endpoints.httpUrl,
    });
  }

  private createMachines(): Map<string, StateMachine> {
    const { resources } = this.options;
    const services = {
      workgroups: this.workgroups,
      s3: this.s3,
      parameters: this.parameters,
      functions: this.functions,
      containers: this.containers,
      events: this.events,
      iam: this.iam,
      clock: this.clock,
      cloudwatch: this.cloudwatch,
      region: this.region,
      machines: () => this.machines,
    };
    const machines = ofType(resources, TYPES.stateMachine).map((resource) => {
      const machine = new StateMachine(resource, { ...this.services, services, folder: this.folder("states") });
      machine.requirePermissions(ofType(resources, TYPES.workgroup), this.s3);
      machine.requireMapPermissions();
      return machine;
    });
    return new Map(machines.map((machine) => [machine.arn, machine]));
  }

  private createQueues(): Map<string, Queue> {
    const queues = ofType(this.options.resources, TYPES.queue).map(
      (resource) => new Queue(resource, this.folder("sqs"), this.clock, this.iam, this.cloudwatch),
    );
    const byArn = new Map(queues.map((queue) => [queue.arn, queue]));
    for (const queue of queues) if (queue.redrive !== undefined) queue.deadLetters = byArn.get(queue.redrive.arn);
    return byArn;
  }

  private createEndpoints(): Endpoints {
    const { allowedHosts, onRefusedMessage } = this.options;
    const retainedFile = path.join(this.folder("mqtt"), "retained.ndjson");
    const authorityFolder = this.folder("iot");
    const credentials = new Credentials(path.join(this.folder("account"), "signing-key"));
    return new Endpoints({
      retainedFile,
      authorityFolder,
      allowedHosts,
      credentials,
      defects: this.defects,
      onRefusedMessage,
    });
  }

  /** Knows and issues the keys of roles. */
  get credentials(): Credentials {
    return this.endpoints.credentials;
  }

  /** What services share. */
  private get services(): Services {
    const { clock, iam, s3, logs, cloudwatch, region, defects } = this;
    return { clock, iam, s3, logs, cloudwatch, region, defects };
  }

  /** Opens the endpoints on 127.0.0.1; port 0 takes a free one. A port in use is thrown as EADDRINUSE. */
  listen(ports: OpenPorts): Promise<OpenAddresses>;
  listen(ports: Ports): Promise<Addresses>;
  listen(ports: Ports): Promise<Addresses> {
    return this.endpoints.listen(ports);
  }

  /** Takes over the messages of endpoints that were open before. */
  open(): void {
    this.endpoints.attach({
      publish: this.messages.publish,
      iam: this.iam,
      apis: this.apis,
      devices: this.devices,
      journal: this.iotLog,
    });
  }

  /** Makes the invocations that the program declares and that were not made before; functions call back, so the endpoints are open. @throws InvocationFailed */
  invokeDeclared(): Promise<void> {
    return invokeAll(this.options.resources, this.functions, this.folder("lambda"));
  }

  /** Begins to work: what an earlier run left in the streams is read, and housekeeping is on the clock. */
  start(): void {
    for (const stream of this.deliveryStreams.values()) stream.wake();
    for (const events of this.asyncEvents.values()) events.start();
    for (const mapping of this.mappings) if (mapping.resource.inputs.enabled !== false) mapping.start();
    for (const task of this.replications) task.start();
    for (const machine of this.machines.values()) machine.checkLogging();
    this.scheduler.start();
    this.quickSight.start();
    // S3 applies lifecycle rules at midnight UTC.
    this.clock.at(Math.ceil((this.clock.now() + 1) / DAY) * DAY, this.housekeep, "housekeeping");
  }

  /** Once a day; what one service raises does not keep the others from it. */
  private readonly housekeep = (): void => {
    this.clock.after(HOUSEKEEPING, this.housekeep, "housekeeping");
    const each = (service: string, work: () => void): void =>
      this.defects.guard(`housekeeping of ${service}`, work, undefined);
    each("Firehose", () => {
      for (const stream of this.deliveryStreams.values())
        if (this.s3.expiryDue || stream.directPut !== undefined) stream.checkpoint();
    });
    each("Kinesis", () => {
      for (const stream of this.streams.values()) stream.expire();
    });
    each("SQS", () => {
      for (const queue of this.queues.values()) queue.expire();
    });
    each("S3", () => this.s3.expire());
    each("IoT Core", () => this.provisioner.expire());
    each("CloudWatch Logs", () => this.logs.expire());
    each("CloudWatch", () => this.cloudwatch.settle());
  };

  /** Records that wait somewhere for their delivery. */
  get pending(): number {
    let pending = 0;
    for (const stream of this.deliveryStreams.values()) pending += stream.pending;
    for (const reader of [...this.mappings, ...this.asyncEvents.values()]) pending += reader.pending;
    return pending;
  }

  /**
   * Lets the clock pass until everything is delivered that can be: the longest a record can wait, twice, since a partition's buffer
   * opens when the Lambda's closes.
   */
  async drain(): Promise<void> {
    for (const stream of this.streams.values()) stream.flush();
    for (const stream of this.deliveryStreams.values()) stream.directPut?.flush();
    await this.clock.settle();
    for (let round = 0; round < 3 && this.pending > 0; round++) {
      const readers = [...this.deliveryStreams.values(), ...this.mappings, ...this.asyncEvents.values()];
      const delay = Math.max(0, ...readers.map(({ maxDelayMs }) => maxDelayMs));
      await this.clock.advanceTo(this.clock.now() + delay + 1000);
    }
  }

  /** SQL as Athena runs it, over the tables of the catalog. */
  query(sql: string, database: string, maxRows?: number): Promise<QueryResult> {
    return this.athena.query(sql, { database, tables: this.glue.tables, maxRows, now: this.clock.now() });
  }

  /** As `query`, over every partition: those of injected keys, too, which Athena wants to be named. */
  queryAllPartitions(sql: string, database: string, maxRows?: number): Promise<QueryResult> {
    const now = this.clock.now();
    return this.athena.query(sql, { database, tables: this.glue.tables, maxRows, now, everyPartition: true });
  }

  /**
   * Makes room for another cloud over the same data folder: nothing is read any more, and what a transform has answered is delivered,
   * so that each record goes through one definition and is in one object. Records that no transform has seen stay in their
   * streams for the next.
   */
  async handOver(): Promise<void> {
    this.endpoints.pause();
    this.scheduler.stop();
    this.quickSight.stop();
    for (const task of this.replications) await task.close();
    await this.rules.settled();
    for (const reader of [...this.mappings, ...this.asyncEvents.values()]) await reader.close();
    for (const stream of this.streams.values()) stream.flush();
    for (const stream of this.inOrder()) {
      stream.directPut?.flush();
      await stream.handOver();
    }
    await this.close();
    this.endpoints.detach();
  }

  async close(): Promise<void> {
    this.scheduler.stop();
    this.quickSight.stop();
    await this.containers.close();
    if (this.ownEndpoints) await this.endpoints.close();
    for (const task of this.replications) await task.close();
    for (const reader of [...this.mappings, ...this.asyncEvents.values()]) await reader.close();
    for (const stream of this.inOrder()) await stream.close();
    for (const lambda of this.functions.values()) await lambda.close();
    for (const stream of this.streams.values()) stream.close();
    for (const queue of this.queues.values()) queue.close();
    await this.workgroups.close();
    this.athena.close();
    this.iotLog.flush();
    this.cloudwatch.save();
  }

  /** The retained messages of the broker. */
  get retained(): RetainedMessages {
    return this.endpoints.mqtt;
  }

  /** `HOST:PORT` of the HTTP endpoint. */
  httpHost(): string {
    return new URL(this.endpoints.httpUrl ?? "http://127.0.0.1").host;
  }

  /** What the program declares. */
  get resources(): readonly Resource[] {
    return this.options.resources;
  }
}
