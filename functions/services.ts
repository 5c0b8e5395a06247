/**
 * The services that asynchronous activities call on AWS: the user's functions, the thing registry and the shadows. The SDK is that of the
 * Lambda runtime and is loaded by the first call, so a pipeline that does not need it starts no slower.
 */
import type { DescribeThingResponse, IoTClient } from "@aws-sdk/client-iot";
import type { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { Invocation, LookUp, Services } from "../etl/activities";

/** Milliseconds of the function's time that are reserved for the response after a call timed out. */
const RESERVE = 3_000;
const ATTEMPTS = 4;

/** The services of asynchronous activities, on AWS. */
export class AwsServices implements Services {
  private lambda: Promise<LambdaClient> | undefined;
  private iot: Promise<IoTClient> | undefined;
  private data: Promise<IoTDataPlaneClient> | undefined;
  private remaining: () => number = () => Infinity;

  /** @param functions `lambdaName` to the function's name or ARN */
  constructor(private readonly functions: Readonly<Record<string, string>> = {}) {}

  /** Services for one invocation; an execution environment has one at a time. @param remaining ms until it is stopped */
  within(remaining: () => number): this {
    this.remaining = remaining;
    return this;
  }

  async invoke(lambdaName: string, payload: string): Promise<Invocation> {
    try {
      const { InvokeCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
      const client = await (this.lambda ??= Promise.resolve(new LambdaClient({ maxAttempts: ATTEMPTS })));
      const FunctionName = this.functions[lambdaName] ?? lambdaName;
      const answer = await client.send(
        new InvokeCommand({ FunctionName, Payload: Buffer.from(payload) }),
        this.limit(),
      );
      const text = Buffer.from(answer.Payload ?? []).toString("utf8");
      return answer.FunctionError === undefined
        ? { ok: true, payload: text }
        : { ok: false, reason: `failed: ${errorOf(text)}` };
    } catch (error) {
      return { ok: false, reason: `could not be called: ${this.describe(error)}` };
    }
  }

  async describeThing(thingName: string): Promise<LookUp> {
    try {
      const { DescribeThingCommand, IoTClient } = await import("@aws-sdk/client-iot");
      const client = await (this.iot ??= Promise.resolve(new IoTClient({ maxAttempts: ATTEMPTS })));
      return { ok: true, json: thingJson(await client.send(new DescribeThingCommand({ thingName }), this.limit())) };
    } catch (error) {
      return { ok: false, reason: `the thing was not found in the registry: ${this.describe(error)}` };
    }
  }

  async thingShadow(thingName: string): Promise<LookUp> {
    try {
      const { GetThingShadowCommand, IoTDataPlaneClient } = await import("@aws-sdk/client-iot-data-plane");
      const client = await (this.data ??= Promise.resolve(new IoTDataPlaneClient({ maxAttempts: ATTEMPTS })));
      const { payload } = await client.send(new GetThingShadowCommand({ thingName }), this.limit());
      const json = Buffer.from(payload ?? []).toString("utf8");
      JSON.parse(json);
      return { ok: true, json };
    } catch (error) {
      return { ok: false, reason: `the thing's shadow was not found: ${this.describe(error)}` };
    }
  }

  /** Aborts a call while there is time left to answer for its messages; a timeout of the function would fail the whole batch. */
  private limit(): { abortSignal?: AbortSignal } {
    const left = this.remaining() - RESERVE;
    return Number.isFinite(left) ? { abortSignal: AbortSignal.timeout(Math.max(0, Math.floor(left))) } : {};
  }

  private describe(error: unknown): string {
    const { name, message } = error as Error;
    return name === "AbortError" || name === "TimeoutError"
      ? "no answer in the time that the transform function has for a batch (functionTimeoutSeconds)"
      : withoutNames(`${name}: ${message}`);
  }
}

/** The members that the retired service added, as far as the thing has them. https://docs.aws.amazon.com/iotanalytics/latest/userguide/pipeline-activities.html */
function thingJson(thing: DescribeThingResponse): string {
  const { defaultClientId, thingName, thingId, thingArn, thingTypeName, attributes, version } = thing;
  return JSON.stringify({ defaultClientId, thingName, thingId, thingArn, thingTypeName, attributes, version });
}

/** The error message in a function's error object. */
function errorOf(payload: string): string {
  try {
    const { errorType, errorMessage } = JSON.parse(payload) as { errorType?: string; errorMessage?: string };
    const text = [errorType, errorMessage].filter((part) => part !== undefined && part !== "").join(": ");
    return withoutRequest(text) || payload;
  } catch {
    return payload;
  }
}

/** The same reason for all similar failures: Lambda adds the time and the request id to the message of a timeout. */
function withoutRequest(text: string): string {
  return text.replace(/RequestId: [0-9a-f-]{36} (Error: )?|[0-9-]{10}T[0-9:.]+Z [0-9a-f-]{36} /g, "");
}

/** One reason for all missing things, not one per thing, because reasons are counted. */
function withoutNames(text: string): string {
  return text.replace(/(thing\/|Thing |name: '|name: )[a-zA-Z0-9:_~-]+/g, "$1...");
}
