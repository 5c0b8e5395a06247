import { ofType, TYPES, type Properties, type Resource } from "../../core/model";
import { arnOf, digitsOf, type Handler } from "../../resources/handler";
import {
  arn,
  block,
  checked,
  flag,
  list,
  number,
  oneOf,
  refused,
  replaces,
  required,
  tags,
  text,
  type Finding,
} from "../../resources/properties";
import { compileFilters } from "./filter";
import { functionNameOf } from "./function-name";

const KAFKA = "the local cloud's event sources are Kinesis streams and SQS queues; leave it out";

/**
 * Event source mapping of a Kinesis stream or an SQS queue.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 */
export const eventSourceMapping: Handler = {
  type: TYPES.eventSourceMapping,
  drawn: ["id", "uuid", "arn", "lastModified", "lastProcessingResult"],
  properties: {
    functionName: required(text()),
    eventSourceArn: replaces(
      required(
        text({
          check: (value) =>
            /^arn:aws:(kinesis:[^:]*:\d{12}:stream\/[^/]+|sqs:[^:]*:\d{12}:[^:]+)$/.test(value)
              ? undefined
              : `saw "${value}"; the local cloud reads Kinesis streams (without a registered consumer) and SQS queues`,
        }),
      ),
    ),
    enabled: flag(),
    batchSize: number(1, 10_000),
    maximumBatchingWindowInSeconds: number(0, 300),
    parallelizationFactor: number(1, 10),
    startingPosition: replaces(oneOf(["LATEST", "TRIM_HORIZON", "AT_TIMESTAMP"])),
    startingPositionTimestamp: replaces(
      text({
        check: (value) => (Number.isNaN(Date.parse(value)) ? `saw "${value}"; wants a time of RFC 3339` : undefined),
      }),
    ),
    bisectBatchOnFunctionError: flag(),
    maximumRetryAttempts: number(-1, 10_000),
    maximumRecordAgeInSeconds: number(-1, 604_800),
    destinationConfig: block({
      onFailure: block({
        destinationArn: required(arn("sqs")),
      }),
    }),
    functionResponseTypes: list(oneOf(["ReportBatchItemFailures"])),
    filterCriteria: block({ filters: list(block({ pattern: text() })) }),
    // One invocation of a function runs at a time here.
    scalingConfig: checked(block({ maximumConcurrency: number(2, 1000) })),
    // Of the local cloud's own summary.
    metricsConfig: checked(block({ metrics: required(list(oneOf(["EventCount"]))) })),
    tags,
    region: checked(text()),
    useResourceTimeoutForPropagation: checked(flag()),
    tumblingWindowInSeconds: refused("let the function keep its state, or set a batching window", 0),
    kmsKeyArn: refused("filter criteria are not encrypted here; leave it out"),
    provisionedPollerConfig: refused("leave it out"),
    amazonManagedKafkaEventSourceConfig: refused(KAFKA),
    documentDbEventSourceConfig: refused(KAFKA),
    queues: refused(KAFKA),
    selfManagedEventSource: refused(KAFKA),
    selfManagedKafkaEventSourceConfig: refused(KAFKA),
    sourceAccessConfigurations: refused(KAFKA),
    topics: refused(KAFKA),
  },
  check: (inputs) => [...checkKind(inputs), ...checkFilters(inputs)],
  references: (inputs, declared, report) => {
    const type = isStream(inputs) ? TYPES.stream : TYPES.queue;
    declared.require(type, inputs.eventSourceArn, isStream(inputs) ? "stream" : "queue", "eventSourceArn", report);
    declared.require(TYPES.function, unqualified(inputs.functionName), "function", "functionName", report);
    const failures: unknown = inputs.destinationConfig?.onFailure?.destinationArn;
    declared.require(TYPES.queue, failures, "queue", "destinationConfig.onFailure.destinationArn", report);
  },
  checkProgram: (resources, report) => {
    for (const mapping of ofType(resources, TYPES.eventSourceMapping)) {
      const queue = ofType(resources, TYPES.queue).find(({ outputs }) => outputs.arn === mapping.inputs.eventSourceArn);
      const timeout = timeoutOf(mapping, resources);
      const visibility: number = queue?.inputs.visibilityTimeoutSeconds ?? 30;
      if (queue !== undefined && visibility < timeout)
        report(
          mapping,
          "eventSourceArn",
          `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds; set visibilityTimeoutSeconds of the queue to six times the timeout`,
        );
    }
  },
  plan: (inputs, context) => {
    const digits = digitsOf(context, 32);
    const uuid = [0, 8, 12, 16, 20].map((from, i) => digits.slice(from, [8, 12, 16, 20, 32][i])).join("-");
    const functionArn = arnOf(context, "lambda", `function:${functionNameOf(inputs.functionName)}`);
    return {
      id: uuid,
      outputs: {
        uuid,
        arn: arnOf(context, "lambda", `event-source-mapping:${uuid}`),
        functionArn,
        state: inputs.enabled === false ? "Disabled" : "Enabled",
        stateTransitionReason: "USER_INITIATED",
        lastModified: "1970-01-01T00:00:00Z",
        lastProcessingResult: "",
        batchSize: inputs.batchSize ?? (isStream(inputs) ? 100 : 10),
        ...(isStream(inputs)
          ? {
              maximumRetryAttempts: inputs.maximumRetryAttempts ?? -1,
              maximumRecordAgeInSeconds: inputs.maximumRecordAgeInSeconds ?? -1,
              parallelizationFactor: inputs.parallelizationFactor ?? 1,
            }
          : {}),
      },
    };
  },
};

function isStream({ eventSourceArn: source }: Properties): boolean {
  return String(source).startsWith("arn:aws:kinesis:");
}

function timeoutOf({ inputs }: Resource, resources: readonly Resource[]): number {
  const name = functionNameOf(inputs.functionName);
  return ofType(resources, TYPES.function).find((resource) => resource.inputs.name === name)?.inputs.timeout ?? 3;
}

function unqualified(text: unknown): string {
  return String(text).replace(/:\$LATEST$/, "");
}

/** What AWS takes for one kind of source and not for the other. */
function checkKind(inputs: Properties): Finding[] {
  const findings: Finding[] = [];
  const only = (names: readonly string[], kind: string): void => {
    for (const name of names)
      if (inputs[name] !== undefined) findings.push({ path: name, message: `it is for ${kind}; leave it out` });
  };
  if (isStream(inputs)) {
    only(["scalingConfig"], "queues");
    return findings;
  }
  only(
    [
      "startingPosition",
      "startingPositionTimestamp",
      "parallelizationFactor",
      "bisectBatchOnFunctionError",
      "maximumRetryAttempts",
      "maximumRecordAgeInSeconds",
      "destinationConfig",
    ],
    "streams: the queue has its visibility timeout and its redrive policy",
  );
  if ((inputs.batchSize ?? 10) > 10 && (inputs.maximumBatchingWindowInSeconds ?? 0) < 1)
    findings.push({
      path: "maximumBatchingWindowInSeconds",
      message: `saw ${String(inputs.maximumBatchingWindowInSeconds ?? 0)}; a batchSize of a queue over 10 wants a window of at least 1`,
    });
  return findings;
}

function checkFilters(inputs: Properties): Finding[] {
  const filters: Properties[] = Array.isArray(inputs.filterCriteria?.filters) ? inputs.filterCriteria.filters : [];
  return filters.flatMap(({ pattern }, i): Finding[] => {
    const path = `filterCriteria.filters[${i}].pattern`;
    if (typeof pattern !== "string") return [{ path, message: "is required" }];
    try {
      compileFilters([pattern], isStream(inputs) ? "data" : "body");
      return [];
    } catch (error) {
      return [{ path, message: `saw ${JSON.stringify(pattern)}; ${(error as Error).message}` }];
    }
  });
}
