import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import { MockMonitor, type Mocks } from "@pulumi/pulumi/runtime/mocks";

/** What a test sees of a resource's arguments: any JSON, and assets. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- arguments are looked into by path
export type Inputs = Record<string, any>;

/** A registration as the engine gets it: arguments resolved, nothing added. */
export interface Registration {
  urn: string;
  type: string;
  name: string;
  custom: boolean;
  /** URN, "" for the root */
  parent: string;
  /** URNs */
  dependencies: string[];
  inputs: Inputs;
  /** the option of that name */
  protect: boolean;
}

export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";
export const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const PROJECT = "iot-telemetry-etl";

export interface RunOptions {
  /** the stack's name, "dev" if not given */
  stack?: string;
  project?: string;
  /** configuration of the project by key, values as text */
  config?: Record<string, string>;
  /** answers of further functions, by token */
  calls?: Record<string, (args: Inputs) => Inputs>;
}

export interface Run<T> {
  /** in the order of their registration; at least one */
  resources: Registration[];
  /** what the program returned, resolved */
  outputs: T;
  warnings: string[];
  /** the one resource of a type, or of a type and name */
  one(type: string, name?: string): Registration;
  all(type: string): Registration[];
}

/**
 * Runs a program against mocked resources and collects every registration. What is replaced is the engine with its providers: no
 * check, default or name of theirs happens, and a resource's state is its arguments. Fails if nothing was registered, if two
 * resources have one URN, and with whatever the program throws, then or later.
 */
export async function run<T>(program: () => T, options: RunOptions = {}): Promise<Run<pulumi.Unwrap<T>>> {
  const { stack = "dev", project = PROJECT, config = {}, calls = {} } = options;
  const resources: Registration[] = [];
  const warnings: string[] = [];
  await pulumi.runtime.setMocks(MOCKS, project, stack, false);
  pulumi.runtime.setMockOptions(recorder(resources, calls), project, stack, false);
  pulumi.runtime.setAllConfig(Object.fromEntries(Object.entries(config).map(([key, v]) => [`${project}:${key}`, v])));
  const warn = pulumi.log.warn;
  (pulumi.log as { warn: unknown }).warn = (message: string) => {
    warnings.push(message);
    return Promise.resolve();
  };
  const late: unknown[] = [];
  let fail: () => void;
  const failure = new Promise<void>((resolve) => (fail = resolve));
  const onLate = (error: unknown): void => {
    late.push(error);
    fail();
  };
  process.on("unhandledRejection", onLate);
  try {
    const returned = program();
    const outputs = await new Promise<pulumi.Unwrap<T>>((resolve) => {
      pulumi.output(returned).apply(resolve as (value: unknown) => void);
      // A rejected output never resolves; its error is among the late ones.
      const look = setInterval(() => {
        if (late.length === 0) return;
        clearInterval(look);
        resolve(undefined as pulumi.Unwrap<T>);
      }, 5);
      pulumi.output(returned).apply(() => clearInterval(look));
    });
    // What waits for a rejected output is never registered, and the engine would be waited for without end.
    await Promise.race([pulumi.runtime.disconnect(), failure]);
    await new Promise((resolve) => setImmediate(resolve));
    if (late.length > 0) {
      // What is left waiting is no mistake of the program's, as the SDK would say when the tests end.
      (debuggable as unknown as { leakedPromises(): void }).leakedPromises();
      throw late[0];
    }
    assert.notEqual(resources.length, 0, "the program registered no resource");
    const urns = resources.map(({ urn }) => urn);
    assert.deepEqual(
      urns.filter((urn, index) => urns.indexOf(urn) !== index),
      [],
      "two resources have one URN",
    );
    const all = (type: string): Registration[] => resources.filter((resource) => resource.type === type);
    const one = (type: string, name?: string): Registration => {
      const found = all(type).filter((resource) => name === undefined || resource.name === name);
      assert.equal(found.length, 1, `${found.length} resources ${type} ${name ?? ""}; there are ${urns.join("\n")}`);
      return found[0]!;
    };
    return { resources, outputs, warnings, one, all };
  } finally {
    process.off("unhandledRejection", onLate);
    (pulumi.log as { warn: unknown }).warn = warn;
  }
}

/** The problems of wrong arguments, `PATH: REASON`, all of them. Fails if the program is content. */
export async function wrongArguments(program: () => unknown): Promise<string[]> {
  try {
    await run(program);
  } catch (error) {
    assert.ok(pulumi.InputPropertiesError.isInstance(error), `another error: ${String(error)}`);
    for (const { propertyPath, reason } of error.errors)
      assert.ok(error.message.includes(`${propertyPath}: ${reason}`), "the message holds every problem");
    return error.errors.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
  }
  throw new Error("no argument was found wrong");
}

/** The statements of a role's inline policy, or of its trust. */
export function statements(policy: Registration): Inputs[] {
  const text = (policy.inputs.policy ?? policy.inputs.assumeRolePolicy) as string;
  const document = JSON.parse(text) as Inputs;
  assert.equal(document.Version, "2012-10-17");
  return document.Statement as Inputs[];
}

const MOCKS: Mocks = {
  newResource: ({ type, name, inputs, id }) => ({ id: id || `${name}-id`, state: { ...inputs, type } }),
  call: ({ token, inputs }) => {
    switch (token) {
      case "aws:index/getCallerIdentity:getCallerIdentity":
        return { accountId: ACCOUNT, id: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/test`, userId: "TEST" };
      case "aws:index/getRegion:getRegion":
        return { region: REGION, name: REGION, id: REGION, endpoint: "", description: "" };
      case "aws:quicksight/getQuicksightGroup:getQuicksightGroup": {
        const { groupName, namespace = "default", region = REGION } = inputs as Record<string, string>;
        return { arn: `arn:aws:quicksight:${region}:${ACCOUNT}:group/${namespace}/${groupName}` };
      }
      // nothing is deployed yet
      case "aws:glue/getCatalogTable:getCatalogTable": {
        const details = "invocation returned an error: EntityNotFoundException: Table not found.";
        throw Object.assign(new Error(details), { details });
      }
      default:
        throw new Error(`the test has no answer for the function ${token}`);
    }
  },
};

type Answer = (error: unknown, answer: unknown) => void;

/** The messages of the protocol that are looked into. */
interface Request {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getParent(): string;
  getDependenciesList(): string[];
  getProtect(): boolean | undefined;
  getObject(): { toJavaScript(): unknown };
}

/** The members of the mocks' engine that are replaced; one of them is private there. */
interface Engine {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: Request, answer: Answer): Promise<void>;
}

/** The mocks' engine, which hides parents and dependencies, with an ear on every registration. */
function recorder(registered: Registration[], calls: NonNullable<RunOptions["calls"]>): MockMonitor {
  const call: Mocks["call"] = (args) => calls[args.token]?.(args.inputs as Inputs) ?? MOCKS.call!(args);
  const mocks = new MockMonitor({ ...MOCKS, call });
  const monitor = mocks as unknown as Engine;
  // Real URNs keep the whole chain of parents; the mocks' keep the last.
  monitor.newUrn = (parent, type, name) => {
    const chain = parent.split("::")[2];
    const qualified = chain === undefined || chain === "pulumi:pulumi:Stack" ? type : `${chain}$${type}`;
    return ["urn:pulumi:test", PROJECT, qualified, name].join("::");
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) =>
    register(request, (error, response) => {
      if (error === null)
        registered.push({
          urn: monitor.newUrn(request.getParent(), request.getType(), request.getName()),
          type: request.getType(),
          name: request.getName(),
          custom: request.getCustom(),
          parent: request.getParent(),
          dependencies: request.getDependenciesList(),
          inputs: request.getObject().toJavaScript() as Inputs,
          protect: request.getProtect() ?? false,
        });
      answer(error, response);
    });
  return mocks;
}
