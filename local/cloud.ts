import * as fs from "node:fs";
import * as path from "node:path";
import { Athena, AthenaError, type QueryResult } from "./athena";
import type { Clock } from "./core/clock";
import { Defects } from "./core/defects";
import { Endpoints } from "./endpoints";
import { glueRoute, lambdaRoutes, thingRoutes } from "./http";
import { Iam } from "./iam";
import { ACCOUNT, TYPES, ofType, type Resource } from "./core/model";
import type { Publish, Verdict } from "./mqtt";
import { RuleEngine } from "./rules";
import { CloudWatch } from "./services/cloudwatch";
import { DeliveryStream } from "./services/firehose/delivery-stream";
import { Glue } from "./services/glue/glue";
import { notAuthorized } from "./core/access-denied";
import { Stream } from "./services/kinesis/stream";
import { LOCAL_ADMIN_ARN, principalOf } from "./core/principals";
import { LambdaFunction } from "./services/lambda/function";
import { Logs } from "./services/logs/logs";
import { S3 } from "./services/s3/s3";
import { Scheduler } from "./services/scheduler/scheduler";
import { stringifyDocument, type JsonObject } from "./services/shadows/json";
import { Shadows } from "./services/shadows/shadows";
import { answerShadowRequest, shadowRequest } from "./services/shadows/topics";
import { Queue } from "./services/sqs/queue";
import { fileOf, Parameters } from "./services/ssm/parameters";
import { failureText, StateMachine } from "./services/states";
import { tableFile } from "./services/glue/table-version";
import { Things } from "./services/things/registry";
import { Workgroups, type QueryContent } from "./services/athena/workgroups";

const DAY = 86_400_000;
/** Streams drop whole segments and the buckets look for expired objects this often, on the local clock. */
const HOUSEKEEPING = DAY;

export interface CloudOptions {
  resources: readonly Resource[];
  region: string;
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

/** The data plane of a stack: every declared resource as a running part, and the two endpoints that devices reach. */
export class Cloud {
  readonly defects: Defects;
  readonly iam: Iam;
  readonly s3: S3;
  readonly logs: Logs;
  readonly cloudwatch: CloudWatch;
  readonly glue: Glue;
  readonly rules: RuleEngine;
  readonly things: Things;
  readonly shadows: Shadows;
  readonly streams = new Map<string, Stream>();
  readonly functions = new Map<string, LambdaFunction>();
  readonly deliveryStreams = new Map<string, DeliveryStream>();
  readonly workgroups: Workgroups;
  /** by ARN */
  readonly machines = new Map<string, StateMachine>();
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  private readonly region: string;
  private readonly endpoints: Endpoints;
  private readonly ownEndpoints: boolean;
  private readonly athena = new Athena();

  constructor(options: CloudOptions) {
    const { resources, region, dataDir, clock, onError } = options;
    const inside = (name: string): string => path.join(dataDir, name);
    this.clock = clock;
    this.defects = options.defects ?? options.endpoints?.defects ?? new Defects({ onMachineError: onError });
    this.region = region;
    this.iam = new Iam(resources, ACCOUNT);
    this.s3 = new S3(resources, inside("s3"), clock, this.iam, region);
    this.s3.clean();
    this.logs = new Logs(resources, inside("logs"), clock, this.iam, region);
    this.cloudwatch = new CloudWatch(resources, inside("cloudwatch"), clock);
    this.logs.listen(this.cloudwatch.takeLogs);
    this.glue = new Glue(resources, this.s3, clock, inside("glue"));
    for (const resource of ofType(resources, TYPES.stream)) {
      const stream = new Stream(
        resource,
        path.join(inside("kinesis"), resource.inputs.name),
        clock,
        this.iam,
        this.cloudwatch,
        onError,
      );
      this.streams.set(stream.name, stream);
    }
    for (const resource of ofType(resources, TYPES.function)) {
      const lambda = new LambdaFunction(
        resource,
        inside("lambda"),
        clock,
        this.iam,
        this.logs,
        this.cloudwatch,
        region,
        () => this.endpoints.httpUrl,
      );
      this.functions.set(lambda.name, lambda);
    }
    for (const resource of ofType(resources, TYPES.deliveryStream)) {
      const stream = new DeliveryStream(resource, {
        folder: inside("firehose"),
        clock,
        iam: this.iam,
        s3: this.s3,
        logs: this.logs,
        cloudwatch: this.cloudwatch,
        region,
        stream: this.streamOf(resource),
        lambda: this.functionOf(resource),
        table: tableOf(resource, resources),
        onError,
      });
      this.deliveryStreams.set(stream.name, stream);
    }
    this.things = new Things(resources, inside("things"), this.region);
    this.shadows = new Shadows(inside("shadows"), clock);
    this.rules = new RuleEngine(ofType(resources, TYPES.topicRule), { ...this, clock, region });
    this.workgroups = new Workgroups(resources, { ...this, athena: this.athena, clock, region });
    const parameters = new Parameters(resources, inside("ssm"), this.iam, region);
    for (const resource of ofType(resources, TYPES.stateMachine)) {
      const machine = new StateMachine(resource, {
        clock,
        iam: this.iam,
        logs: this.logs,
        cloudwatch: this.cloudwatch,
        services: { workgroups: this.workgroups, s3: this.s3, parameters },
        region,
        folder: inside("states"),
        onError,
      });
      machine.demand(ofType(resources, TYPES.workgroup), this.s3);
      this.machines.set(machine.arn, machine);
    }
    const queues = ofType(resources, TYPES.queue).map(
      (queue) => new Queue(queue, inside("sqs"), clock, this.iam, this.cloudwatch),
    );
    this.scheduler = new Scheduler(resources, {
      clock,
      iam: this.iam,
      cloudwatch: this.cloudwatch,
      region,
      machines: this.machines,
      queues: new Map(queues.map((queue) => [queue.arn, queue])),
      onError,
    });
    this.ownEndpoints = options.endpoints === undefined;
    this.endpoints =
      options.endpoints ??
      new Endpoints({
        retainedFile: path.join(inside("mqtt"), "retained.ndjson"),
        allowedHosts: options.allowedHosts,
        principalOf,
        defects: this.defects,
        onRefusedMessage: options.onRefusedMessage,
      });
    this.rules.onPublished = ({ topic, payload, qos, retain, clientId, properties }) =>
      this.endpoints.mqtt.publish(topic, payload, { qos, retain, clientId, properties });
    if (this.ownEndpoints) this.open();
  }

  /** Opens the endpoints on 127.0.0.1; port 0 takes a free one. A port in use is thrown as EADDRINUSE. */
  listen(ports: { mqtt: number; http: number }): Promise<{ mqtt: string; http: string }> {
    return this.endpoints.listen(ports);
  }

  /** Takes over the messages of endpoints that were open before. */
  open(): void {
    this.endpoints.attach({
      publish: this.publish,
      publishOverHttp: (message, done) => this.publishOverHttp(message, done),
      routes: [
        ...lambdaRoutes(this.functions, this.region),
        glueRoute(this.glue, this.iam, this.region),
        ...thingRoutes({
          iam: this.iam,
          region: this.region,
          things: this.things,
          shadows: this.shadows,
          publish: this.publishShadow,
        }),
      ],
    });
  }

  /** Begins to work: what an earlier run left in the streams is read, and housekeeping is on the clock. */
  start(): void {
    for (const stream of this.deliveryStreams.values()) stream.wake();
    for (const machine of this.machines.values()) machine.checkLogging();
    this.scheduler.start();
    const sweep = (): void => {
      if (this.s3.expiryDue) for (const stream of this.deliveryStreams.values()) stream.checkpoint();
      for (const stream of this.streams.values()) stream.expire();
      this.s3.expire();
      this.logs.expire();
      this.cloudwatch.settle();
      this.clock.after(HOUSEKEEPING, sweep);
    };
    // S3 applies lifecycle rules at midnight UTC.
    this.clock.at(Math.ceil((this.clock.now() + 1) / DAY) * DAY, sweep);
  }

  /** Records that wait somewhere for their delivery. */
  get pending(): number {
    let pending = 0;
    for (const stream of this.deliveryStreams.values()) pending += stream.pending;
    return pending;
  }

  /**
   * Lets the clock pass until everything is delivered that can be: the longest a record can wait, twice, since a partition's buffer
   * opens when the Lambda's closes.
   */
  async drain(): Promise<void> {
    for (const stream of this.streams.values()) stream.flush();
    await this.clock.settle();
    let patience = 0;
    for (const stream of this.deliveryStreams.values()) patience = Math.max(patience, stream.patience);
    for (let round = 0; round < 3 && this.pending > 0; round++)
      await this.clock.advanceTo(this.clock.now() + patience + 1000);
  }

  /** SQL as Athena runs it, over the tables of the catalog. */
  query(sql: string, database: string, maxRows?: number): Promise<QueryResult> {
    return this.athena.query(sql, { database, tables: this.glue.tables, maxRows, now: this.clock.now() });
  }

  /** As `query`, over all that the tables hold: partitions that Athena wants named need not be. */
  look(sql: string, database: string, maxRows?: number): Promise<QueryResult> {
    const now = this.clock.now();
    return this.athena.query(sql, { database, tables: this.glue.tables, maxRows, now, everyPartition: true });
  }

  /**
   * Runs a named query in its workgroup, as a person does.
   * @throws AthenaError when it fails
   */
  async runNamedQuery({ inputs }: Resource): Promise<QueryContent> {
    const { query, database, workgroup } = inputs as { query: string; database: string; workgroup: string };
    const { QueryExecutionId, Status } = await this.workgroups.run(LOCAL_ADMIN_ARN, {
      sql: query,
      workgroup,
      database,
    });
    if (Status.State === "FAILED") throw AthenaError.from(Status.StateChangeReason!);
    return this.workgroups.content(QueryExecutionId)!;
  }

  /**
   * Starts an execution of a state machine, as a person does, and waits for its end.
   * @returns what its last query has left
   * @throws AthenaError when it fails
   */
  async execute(machineArn: string): Promise<QueryContent> {
    const { idle, done, execution } = this.machines.get(machineArn)!.start(LOCAL_ADMIN_ARN, {});
    await idle;
    // A retry waits for the clock, which stands when nobody moves it.
    while (execution.status === "RUNNING" && !this.clock.running) await this.clock.advanceTo(this.clock.now() + 1000);
    const { status, output, error, cause } = await done;
    if (status !== "SUCCEEDED") throw AthenaError.from(failureText(error, cause));
    return this.workgroups.content((output as { version: string }).version)!;
  }

  /**
   * Makes room for another cloud over the same data folder: nothing is read any more, and what a transform has answered is delivered,
   * so that each record goes through one definition and is in one object. Records that no transform has seen stay in their
   * streams for the next.
   */
  async handOver(): Promise<void> {
    this.endpoints.pause();
    this.scheduler.stop();
    await this.rules.settled();
    for (const stream of this.streams.values()) stream.flush();
    for (const stream of this.deliveryStreams.values()) await stream.handOver();
    await this.close();
    this.endpoints.detach();
  }

  async close(): Promise<void> {
    this.scheduler.stop();
    if (this.ownEndpoints) await this.endpoints.close();
    for (const stream of this.deliveryStreams.values()) await stream.close();
    for (const lambda of this.functions.values()) await lambda.close();
    for (const stream of this.streams.values()) stream.close();
    this.athena.close();
    this.cloudwatch.save();
  }

  /** Takes a message of a client; one that asks something of a shadow is answered, and rules and subscribers see it as any other. */
  private readonly publish = (message: Publish, done?: (verdict: Verdict) => void): void => {
    this.rules.publish(message, done);
    const request = shadowRequest(message.topic);
    if (request !== undefined)
      this.defects.guard(
        "shadow request over MQTT",
        () => answerShadowRequest(this.shadows, request, message.payload, this.clock.now(), this.publishShadow),
        undefined,
      );
  };

  private readonly publishShadow = (topic: string, document: JsonObject): void => {
    this.rules.route({
      topic,
      payload: Buffer.from(stringifyDocument(document)),
      qos: 1,
      retain: false,
      clientId: "N/A",
      principal: "iot.amazonaws.com",
      source: "mqtt",
    });
  };

  /** Over HTTP the caller's policies decide; a message to retain is kept once its rules have it. */
  private publishOverHttp(message: Publish, done?: (verdict: Verdict) => void): void {
    const { principal, topic, retain } = message;
    for (const action of retain ? ["iot:Publish", "iot:RetainPublish"] : ["iot:Publish"]) {
      const resource = `arn:aws:iot:${this.region}:${ACCOUNT}:topic/${topic}`;
      const { allowed, decidedBy } = this.iam.check({ principal, action, resource });
      if (!allowed)
        return done?.({
          ok: false,
          reason: "unauthorized",
          message: notAuthorized(principal, action, resource, decidedBy),
        });
    }
    this.publish(message, (verdict) => {
      if (verdict.ok && retain && !this.endpoints.mqtt.retain(message))
        verdict = { ok: false, reason: "throttled", message: "no room for the retained message of one more topic" };
      done?.(verdict);
    });
  }

  private streamOf(resource: Resource): Stream {
    const arn: string = resource.inputs.kinesisSourceConfiguration.kinesisStreamArn;
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

/** Why a resource may not be deleted, or undefined: S3 deletes a bucket with objects only when it is told to. */
export function removalProblem(resource: Resource, dataDir: string): string | undefined {
  if (objectsLost(resource, dataDir) === 0) return undefined;
  return (
    `${resource.urn.split("::").at(-1)}: the bucket ${resource.inputs.bucket} holds objects and would be deleted with them (BucketNotEmpty). ` +
    "Allow it with both keys (the component's argument and the stack's allowDataDeletion) and start once before it goes, or start over with --fresh."
  );
}

/** Objects that would go with a bucket although nobody allowed it. */
export function objectsLost({ type, inputs }: Resource, dataDir: string): number {
  if (type !== TYPES.bucket || inputs.forceDestroy === true) return 0;
  const folder = path.join(dataDir, "s3", inputs.bucket);
  if (!fs.existsSync(folder)) return 0;
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

/** Removes what a deleted resource leaves in the data folder. */
export function removeData(resource: Resource, dataDir: string): void {
  const remove = (...parts: string[]): void =>
    fs.rmSync(path.join(dataDir, ...parts), { recursive: true, force: true });
  switch (resource.type) {
    case TYPES.stream:
      return remove("kinesis", resource.inputs.name);
    case TYPES.deliveryStream:
      return remove("firehose", resource.inputs.name);
    case TYPES.function:
      return remove("lambda", resource.inputs.name);
    case TYPES.logGroup:
      return remove(
        "logs",
        ...String(resource.inputs.name)
          .split("/")
          .filter((part) => part !== ""),
      );
    case TYPES.bucket:
      return remove("s3", resource.inputs.bucket);
    case TYPES.table:
      return remove("glue", tableFile(resource.inputs.databaseName, resource.inputs.name));
    case TYPES.stateMachine:
      return remove("states", resource.inputs.name);
    case TYPES.parameter:
      return remove("ssm", fileOf(resource.inputs.name));
    case TYPES.queue:
      return remove("sqs", `${resource.inputs.name}.ndjson`);
  }
}
