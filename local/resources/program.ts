import { TYPES, ofType, type Properties, type Resource } from "../model";
import { NAMED_BY } from "../services/cloudwatch/emitted";
import { parseQuery } from "../services/cloudwatch/query";

/** A finding about one resource that only shows beside the others. */
export interface ProgramFinding {
  resource: Resource;
  path: string;
  message: string;
}

type Report = (path: string, message: string) => void;

/**
 * What AWS would refuse when it creates the resources one after the other: names that are taken, references to what is not there.
 * A bucket may be the user's own and outside of the program; everything else must be in it.
 */
export function checkProgram(resources: readonly Resource[]): ProgramFinding[] {
  const findings: ProgramFinding[] = [];
  const known = new Known();
  for (const resource of resources) known.add(resource);
  const taken = new Map<string, Resource>();
  for (const resource of resources) {
    if (!resource.custom) continue;
    const report: Report = (path, message) => findings.push({ resource, path, message });
    const key = `${resource.type} ${resource.outputs.arn ?? resource.id}`;
    const other = taken.get(key);
    if (other !== undefined)
      report("", `resource ${other.name} has the same physical name (${resource.id}); give one of them another`);
    else taken.set(key, resource);
    CHECKS[resource.type]?.(resource.inputs, known, report);
  }
  checkOwnMetrics(resources, findings);
  checkRoles(resources, findings);
  checkPublicPolicies(resources, findings);
  return findings;
}

/** What a resource refers to and is not there. */
export function missingReferences(resource: Resource, known: Known): ProgramFinding[] {
  const findings: ProgramFinding[] = [];
  CHECKS[resource.type]?.(resource.inputs, known, (path, message) => findings.push({ resource, path, message }));
  return findings;
}

/** Names and ARNs that the program declares. */
export class Known {
  private readonly ids = new Map<string, Set<string>>();

  add({ type, inputs, outputs }: Resource): void {
    const add = (text: unknown): void => {
      let set = this.ids.get(type);
      if (set === undefined) this.ids.set(type, (set = new Set()));
      set.add(String(text));
    };
    add(inputs.name ?? inputs.bucket);
    if (outputs.arn !== undefined) add(outputs.arn);
    if (type === TYPES.table) add(`${inputs.databaseName}.${inputs.name}`);
    if (type === TYPES.logStream) add(`${inputs.logGroupName}:${inputs.name}`);
  }

  has(type: string, name: string): boolean {
    return this.ids.get(type)?.has(name) === true;
  }

  /** Reports a reference to something that the program does not declare; no reference is no error. */
  want(type: string, name: unknown, what: string, path: string, report: Report): void {
    if (name === undefined || this.ids.get(type)?.has(String(name)) === true) return;
    report(path, `saw "${String(name)}"; the program declares no such ${what}, and the local cloud has no other`);
  }
}

const CHECKS: Record<string, (inputs: Properties, known: Known, report: Report) => void> = {
  [TYPES.rolePolicy]: (inputs, known, report) => {
    known.want(TYPES.role, inputs.role, "role", "role", report);
    statementsOf(inputs.policy).forEach((statement, index) => checkCalled(statement, index, known, report));
  },
  [TYPES.function]: (inputs, known, report) => known.want(TYPES.role, inputs.role, "role", "role", report),
  [TYPES.thing]: (inputs, known, report) =>
    known.want(TYPES.thingType, inputs.thingTypeName, "thing type", "thingTypeName", report),
  [TYPES.topicRule]: (inputs, known, report) => {
    ((inputs.kineses ?? []) as Properties[]).forEach(({ roleArn, streamName }, index) => {
      known.want(TYPES.role, roleArn, "role", `kineses[${index}].roleArn`, report);
      known.want(TYPES.stream, streamName, "stream", `kineses[${index}].streamName`, report);
    });
    const { logGroupName, roleArn } = inputs.errorAction?.cloudwatchLogs ?? {};
    known.want(TYPES.role, roleArn, "role", "errorAction.cloudwatchLogs.roleArn", report);
    known.want(TYPES.logGroup, logGroupName, "log group", "errorAction.cloudwatchLogs.logGroupName", report);
  },
  [TYPES.deliveryStream]: (inputs, known, report) => {
    const { kinesisSourceConfiguration: source = {}, extendedS3Configuration: target = {} } = inputs;
    known.want(TYPES.stream, source.kinesisStreamArn, "stream", "kinesisSourceConfiguration.kinesisStreamArn", report);
    known.want(TYPES.role, source.roleArn, "role", "kinesisSourceConfiguration.roleArn", report);
    const at = "extendedS3Configuration";
    known.want(TYPES.role, target.roleArn, "role", `${at}.roleArn`, report);
    const logging: Properties = target.cloudwatchLoggingOptions ?? {};
    if (logging.enabled === true)
      known.want(
        TYPES.logStream,
        `${logging.logGroupName}:${logging.logStreamName}`,
        "log stream",
        `${at}.cloudwatchLoggingOptions`,
        report,
      );
    const processors: Properties[] = target.processingConfiguration?.processors ?? [];
    processors.forEach(({ parameters = [] }, index) => {
      const lambda = (parameters as Properties[]).find(({ parameterName }) => parameterName === "LambdaArn");
      const unqualified = lambda?.parameterValue?.split(":").slice(0, 7).join(":");
      known.want(TYPES.function, unqualified, "function", `${at}.processingConfiguration.processors[${index}]`, report);
    });
    const schema: Properties | undefined = target.dataFormatConversionConfiguration?.schemaConfiguration;
    if (schema === undefined) return;
    const schemaAt = `${at}.dataFormatConversionConfiguration.schemaConfiguration`;
    known.want(TYPES.role, schema.roleArn, "role", `${schemaAt}.roleArn`, report);
    known.want(TYPES.table, `${schema.databaseName}.${schema.tableName}`, "table", schemaAt, report);
  },
  [TYPES.table]: (inputs, known, report) =>
    known.want(TYPES.database, inputs.databaseName, "database", "databaseName", report),
  [TYPES.namedQuery]: (inputs, known, report) => {
    known.want(TYPES.database, inputs.database, "database", "database", report);
    known.want(TYPES.workgroup, inputs.workgroup ?? "primary", "workgroup", "workgroup", report);
  },
  [TYPES.schedule]: ({ groupName, target = {} }, known, report) => {
    if (groupName !== "default") known.want(TYPES.scheduleGroup, groupName, "group of schedules", "groupName", report);
    known.want(TYPES.stateMachine, target.arn, "state machine", "target.arn", report);
    known.want(TYPES.role, target.roleArn, "role", "target.roleArn", report);
    known.want(TYPES.queue, target.deadLetterConfig?.arn, "queue", "target.deadLetterConfig.arn", report);
  },
  [TYPES.stateMachine]: ({ roleArn, loggingConfiguration }, known, report) => {
    known.want(TYPES.role, roleArn, "role", "roleArn", report);
    const group = /:log-group:(.*):\*$/.exec(loggingConfiguration?.logDestination ?? "")?.[1];
    known.want(TYPES.logGroup, group, "log group", "loggingConfiguration.logDestination", report);
  },
  // An alarm on a resource that is not there is never told anything.
  [TYPES.metricAlarm]: (inputs, known, report) => {
    const query = parseQuery(String(inputs.metricQueries?.[0]?.expression ?? ""));
    const dimensions: Record<string, string> = query?.where ?? inputs.dimensions ?? {};
    if (!String(query?.namespace ?? inputs.namespace).startsWith("AWS/")) return;
    for (const [dimension, name] of Object.entries(dimensions))
      if (NAMED_BY[dimension] !== undefined)
        known.want(
          NAMED_BY[dimension],
          name,
          dimension.replace(/Name$/, "").toLowerCase(),
          query === undefined ? `dimensions.${dimension}` : "metricQueries[0].expression",
          report,
        );
  },
  [TYPES.logMetricFilter]: (inputs, known, report) =>
    known.want(TYPES.logGroup, inputs.logGroupName, "log group", "logGroupName", report),
  [TYPES.logStream]: (inputs, known, report) =>
    known.want(TYPES.logGroup, inputs.logGroupName, "log group", "logGroupName", report),
  ...Object.fromEntries(
    [
      TYPES.bucketPublicAccessBlock,
      TYPES.bucketOwnershipControls,
      TYPES.bucketEncryption,
      TYPES.bucketVersioning,
      TYPES.bucketLifecycle,
      TYPES.bucketPolicy,
    ].map((type) => [
      type,
      (inputs: Properties, known: Known, report: Report) =>
        known.want(TYPES.bucket, inputs.bucket, "bucket", "bucket", report),
    ]),
  ),
};

/** A metric of one's own is there if a filter makes it from a log, or a function writes it in the embedded metric format. */
function checkOwnMetrics(resources: readonly Resource[], findings: ProgramFinding[]): void {
  const alarms = ofType(resources, TYPES.metricAlarm);
  if (alarms.length === 0) return;
  const made = new Set(
    ofType(resources, TYPES.logMetricFilter).map(({ inputs: { metricTransformation } }) =>
      JSON.stringify([metricTransformation?.namespace, metricTransformation?.name]),
    ),
  );
  const functions = ofType(resources, TYPES.function).length > 0;
  for (const resource of alarms) {
    const { namespace, metricName } = resource.inputs;
    if (namespace === undefined || String(namespace).startsWith("AWS/")) continue;
    if (functions || made.has(JSON.stringify([namespace, metricName]))) continue;
    findings.push({
      resource,
      path: "metricName",
      message: `saw ${metricName} of ${namespace}; the program has no metric filter that makes it, and no function that could write it`,
    });
  }
}

/** What all inline policies of one role may have together, without blanks (building blocks 0.2). */
const INLINE_CHARACTERS = 10_240;

function checkRoles(resources: readonly Resource[], findings: ProgramFinding[]): void {
  const lengths = new Map<string, number>();
  for (const { inputs } of ofType(resources, TYPES.rolePolicy))
    lengths.set(inputs.role, (lengths.get(inputs.role) ?? 0) + String(inputs.policy).replace(/\s/g, "").length);
  for (const resource of ofType(resources, TYPES.role)) {
    const length = lengths.get(resource.inputs.name) ?? 0;
    if (length > INLINE_CHARACTERS)
      findings.push({
        resource,
        path: "",
        message: `its inline policies have ${length.toLocaleString("en-US")} characters together; a role's have at most 10,240`,
      });
  }
}

/** S3 refuses a public policy on a bucket that blocks public policies. */
function checkPublicPolicies(resources: readonly Resource[], findings: ProgramFinding[]): void {
  const blocking = new Set(
    ofType(resources, TYPES.bucketPublicAccessBlock)
      .filter(({ inputs }) => inputs.blockPublicPolicy === true)
      .map(({ inputs }) => inputs.bucket as string),
  );
  for (const resource of ofType(resources, TYPES.bucketPolicy)) {
    if (!blocking.has(resource.inputs.bucket)) continue;
    statementsOf(resource.inputs.policy).forEach((statement, index) => {
      const { Effect, Principal, Condition } = statement;
      const everyone = Principal === "*" || [Principal?.AWS ?? []].flat().includes("*");
      if (Effect === "Allow" && everyone && Condition === undefined)
        findings.push({
          resource,
          path: `policy.Statement[${index}]`,
          message: "allows everyone, and the bucket blocks public policies (blockPublicPolicy); name principals",
        });
    });
  }
}

/** Whoever may call a function will: one that is on AWS alone would fail the messages that it is given. */
function checkCalled({ Effect, Action, Resource }: Properties, index: number, known: Known, report: Report): void {
  if (Effect !== "Allow" || ![Action].flat().includes("lambda:InvokeFunction")) return;
  for (const arn of [Resource].flat().map(String)) {
    const name = /^arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:([A-Za-z0-9_-]+)(:[^:]*)?$/.exec(arn)?.[1];
    if (name === undefined || known.has(TYPES.function, name)) continue;
    report(
      `policy.Statement[${index}]`,
      `calls the function ${name}, which the program does not declare, and the local cloud has no other. Give its folder or file in the stack's file, functions: { ${name}: { path: FOLDER } }, or for this run -c 'functions={"${name}":{"path":"FOLDER"}}'`,
    );
  }
}

function statementsOf(policy: string): Properties[] {
  try {
    return [(JSON.parse(policy) as Properties).Statement ?? []].flat() as Properties[];
  } catch {
    return []; // the policy's handler says so
  }
}
