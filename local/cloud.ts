import * as path from "node:path";
import { Athena, AthenaError, type QueryResult } from "./athena";
import type { ServiceApi } from "./api";
import { apisOf } from "./apis";
import type { Clock } from "./core/clock";
import { Credentials } from "./core/credentials";
import { Defects } from "./core/defects";
import { Endpoints, type Addresses, type OpenAddresses, type OpenPorts, type Ports } from "./endpoints";
import { Iam } from "./iam";
import { ACCOUNT, TYPES, ofType, type Resource } from "./core/model";
import type { Publish, Verdict } from "./mqtt";
import type { RetainedMessages } from "./services/iotdata/api";
import { RuleEngine } from "./rules";
import { CloudWatch } from "./services/cloudwatch";
import { createTasks } from "./services/dms/create";
import type { ReplicationTask } from "./services/dms/task";
import { createMappings } from "./services/event-sources/create";
import type { Mapping } from "./services/event-sources/mapping";
import { DeliveryStream } from "./services/firehose/delivery-stream";
import { DirectPut } from "./services/firehose/direct-put";
import { divisionOf } from "./services/firehose/divide";
import type { Source } from "./services/firehose/source";
import { Glue } from "./services/glue/glue";
import { notAuthorized } from "./core/access-denied";
import { Stream } from "./services/kinesis/stream";
import { LOCAL_ADMIN_ARN } from "./core/principals";
import { Containers } from "./services/ecs/containers";
import type { LocalContainer } from "./services/ecs/settings";
import { createAsyncEvents, type AsyncEvents } from "./services/lambda/async-events";
import { LambdaFunction } from "./services/lambda/function";
import { invokeAll } from "./services/lambda/invocations";
import { Logs } from "./services/logs/logs";
import { S3 } from "./services/s3/s3";
import { Scheduler } from "./services/scheduler/scheduler";
import { QuickSight } from "./services/quicksight/quicksight";
import { stringifyDocument, type JsonObject } from "./services/shadows/json";
import { Shadows } from "./services/shadows/shadows";
import { answerShadowRequest, shadowRequest } from "./services/shadows/topics";
import { secretsWithoutValue } from "./services/secretsmanager/missing";
import { Secrets } from "./services/secretsmanager/secrets";
import type { LocalSecret } from "./services/secretsmanager/settings";
import { EventBus } from "./services/events/events";
import { Queue } from "./services/sqs/queue";
import { Parameters } from "./services/ssm/parameters";
import { failureText, StateMachine, type Execution, type Started } from "./services/states";
import { IotLog, traceOf } from "./services/iot/event-log";
import { Devices } from "./services/iot/device-side";
import { JustInTime } from "./services/provisioning/just-in-time";
import { Provisioner } from "./services/provisioning/provisioner";
import { provisioningRequest } from "./services/provisioning/topics";
import { Things } from "./services/things/registry";
import { Workgroups, type QueryContent } from "./services/athena/workgroups";

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
    this.deliveryStreams = this.createDeliveryStreams();
    this.things = new Things(resources, this.folder("things"), region);
    const { iam, things } = this;
    this.devices = new Devices({ resources, folder: this.folder("iot"), region, clock, iam, things });
    const { devices, functions, defects } = this;
    this.provisioner = new Provisioner(resources, { devices, iam, clock, defects, functions, iotLog: this.iotLog });
    const { iotLog } = this;
    const publish = (topic: string, document: object): void => this.publishEvent(topic, document);
    this.justInTime = new JustInTime(resources, { devices, iam, clock, defects, iotLog, publish });
    devices.onUnknown = (certificate) => this.justInTime.take(certificate);
    this.shadows = new Shadows(this.folder("shadows"), clock);
    this.rules = new RuleEngine(ofType(resources, TYPES.topicRule), this);
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

  private createDeliveryStreams(): Map<string, DeliveryStream> {
    const { resources } = this.options;
    const all = ofType(resources, TYPES.deliveryStream);
    const takingPuts = all.filter(({ inputs }) => inputs.kinesisSourceConfiguration === undefined);
    const streams = all.map((resource) => {
      const lambda = this.functionOf(resource);
      return new DeliveryStream(resource, {
        ...this.services,
        folder: this.folder("firehose"),
        source: this.sourceOf(resource),
        lambda,
        table: tableOf(resource, resources),
        // A function that two delivery streams call, of which one takes puts, is what puts into it.
        keepsAnswers:
          lambda !== undefined &&
          !takingPuts.includes(resource) &&
          takingPuts.some((other) => this.functionOf(other) === lambda),
      });
    });
    return new Map(streams.map((stream) => [stream.name, stream]));
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
      publish: this.publish,
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
   * Runs a named query in its workgroup, as a person does.
   * @throws AthenaError when it fails
   */
  async runNamedQuery({ inputs }: Resource): Promise<QueryContent> {
    const { query, database, workgroup } = inputs as { query: string; database: string; workgroup: string };
    const { id, state, reason } = await this.workgroups.run(LOCAL_ADMIN_ARN, { sql: query, workgroup, database });
    if (state !== "SUCCEEDED") throw AthenaError.from(reason ?? state);
    return this.workgroups.content(id)!;
  }

  /** Starts an execution of a state machine, as a person does, and waits for its end. */
  executeMachine(machineArn: string): Promise<Execution> {
    return this.ended(this.machines.get(machineArn)!.start(LOCAL_ADMIN_ARN, {}));
  }

  /**
   * The same, of a machine with a query.
   * @returns what its last query has left
   * @throws AthenaError when it fails
   */
  async execute(machineArn: string): Promise<QueryContent> {
    return this.made(this.machines.get(machineArn)!.start(LOCAL_ADMIN_ARN, {}));
  }

  /**
   * What the newest execution of a state machine has made, which something else has started.
   * @throws AthenaError when it has failed, or there is none
   */
  async lastMade(machineArn: string, starter: string): Promise<QueryContent> {
    const newest = this.machines.get(machineArn)!.newest();
    if (newest === undefined) throw AthenaError.from(`not started, for ${starter} has made no content`);
    return this.made(newest);
  }

  /** The newest execution of a state machine, at its end; undefined if it was never started. */
  async lastExecution(machineArn: string): Promise<Execution | undefined> {
    const newest = this.machines.get(machineArn)!.newest();
    return newest && this.ended(newest);
  }

  private async ended({ idle, done, execution }: Started): Promise<Execution> {
    await idle;
    // A retry waits for the clock, which stands when nobody moves it.
    while (execution.status === "RUNNING" && !this.clock.running)
      await this.clock.advanceTo(this.clock.next ?? this.clock.now() + 1000);
    return done;
  }

  private async made(started: Started): Promise<QueryContent> {
    const { status, output, error, cause } = await this.ended(started);
    if (status !== "SUCCEEDED") throw AthenaError.from(failureText(error, cause));
    const { version, windowStart, windowEnd } = output as { version: string; windowStart?: string; windowEnd?: string };
    const content = this.workgroups.content(version)!;
    if (windowStart === undefined || windowEnd === undefined) return content;
    return { ...content, window: { start: windowStart, end: windowEnd } };
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

  /** Takes a message of a client; one that asks something of a shadow is answered, and rules and subscribers see it as any other. */
  private readonly publish = (message: Publish, done?: (verdict: Verdict) => void): void => {
    const provisioning = provisioningRequest(message.topic);
    if (provisioning !== undefined) {
      done?.({ ok: true });
      void this.provisioner.take(provisioning, message, (topic, payload) =>
        this.endpoints.mqtt.answer(message.clientId, topic, payload),
      );
      return;
    }
    this.rules.publish(message, done);
    const request = shadowRequest(message.topic);
    if (request !== undefined)
      this.defects.guard(
        "shadow request over MQTT",
        () => answerShadowRequest(this.shadows, request, message.payload, this.clock.now(), this.publishShadow),
        undefined,
      );
  };

  /** Hands a document to whoever listens on a shadow's topics. */
  readonly publishShadow = (topic: string, document: JsonObject): void =>
    this.publishAsIot(topic, Buffer.from(stringifyDocument(document)));

  /** An event of AWS IoT's own. */
  private publishEvent(topic: string, document: object): void {
    this.publishAsIot(topic, Buffer.from(JSON.stringify(document)));
  }

  private publishAsIot(topic: string, payload: Buffer): void {
    this.rules.route({
      topic,
      payload,
      qos: 1,
      retain: false,
      clientId: "N/A",
      principal: "iot.amazonaws.com",
      source: "mqtt",
    });
  }

  /** A notification that AWS IoT SiteWise publishes. */
  publishNotification(topic: string, payload: Buffer): Promise<Verdict> {
    const own = {
      qos: 1,
      retain: false,
      clientId: "N/A",
      principal: "iotsitewise.amazonaws.com",
      source: "mqtt",
    } as const;
    return new Promise((resolve) => this.rules.publish({ topic, payload, ...own }, resolve));
  }

  /** A message over HTTP: the caller's policies decide; one to retain is kept once its rules have it. */
  publishMessage(message: Publish): Promise<Verdict> {
    const { principal, topic, retain } = message;
    for (const action of retain ? ["iot:Publish", "iot:RetainPublish"] : ["iot:Publish"]) {
      const resource = `arn:aws:iot:${this.region}:${ACCOUNT}:topic/${topic}`;
      const { allowed, decidedBy } = this.iam.check({ principal, action, resource });
      if (!allowed) {
        const refusal = notAuthorized(principal, action, resource, decidedBy);
        this.logHttp(message, { reason: "AUTHORIZATION_FAILURE", details: refusal });
        return Promise.resolve({ ok: false, reason: "unauthorized", message: refusal });
      }
    }
    this.logHttp(message);
    return new Promise((resolve) =>
      this.publish(message, (verdict) => {
        if (verdict.ok && retain && !this.endpoints.mqtt.retain(message))
          verdict = { ok: false, reason: "throttled", message: "no room for the retained message of one more topic" };
        resolve(verdict);
      }),
    );
  }

  /** The entry of AWS IoT's log about a message over HTTP. */
  private logHttp(message: Publish, failed?: { reason: string; details: string }): void {
    if (!this.iotLog.wants(failed === undefined ? "INFO" : "ERROR")) return;
    const { topic, clientId, principal } = message;
    this.iotLog.record({
      ...{ eventType: "Publish-In", protocol: "HTTP", topicName: topic, clientId, principalId: principal },
      ...{ sourceIp: "127.0.0.1", failed, traceId: traceOf(message) },
    });
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

  private sourceOf({ inputs }: Resource): Source {
    const arn: string | undefined = inputs.kinesisSourceConfiguration?.kinesisStreamArn;
    if (arn === undefined)
      return new DirectPut(
        path.join(this.folder("firehose"), inputs.name, "records"),
        inputs.name,
        this,
        divisionOf(inputs),
      );
    return [...this.streams.values()].find((stream) => stream.arn === arn)!;
  }

  private functionOf(resource: Resource): LambdaFunction | undefined {
    const text = JSON.stringify(resource.inputs.extendedS3Configuration.processingConfiguration ?? {});
    return [...this.functions.values()].find(({ arn }) => text.includes(`"${arn}:`) || text.includes(`"${arn}"`));
  }
}

function tableOf(resource: Resource, resources: readonly Resource[]): Resource | undefined {
  const schema = resource.inputs.extendedS3Configuration.dataFormatConversionConfiguration?.schemaConfiguration;
  if (schema === undefined) return undefined;
  return ofType(resources, TYPES.table).find(
    ({ inputs }) => inputs.databaseName === schema.databaseName && inputs.name === schema.tableName,
  );
}
