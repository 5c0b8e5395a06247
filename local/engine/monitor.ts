import type * as grpc from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogSeverity, type LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import type {
  ReadResourceRequest,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  ResourceCallRequest,
  ResourceInvokeRequest,
  SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb";
import { ACCOUNT, type Properties, type Resource } from "../core/model";
import { checkProgram, planResource } from "../handlers";
import { invokeResult, type Catalog } from "./invokes";
import { resolveMarkers } from "./markers";
import { keepIgnored, readOptions, type ResourceOptions } from "./options";
import { placeOf } from "./place";
import { Problems } from "./problems";
import { secret } from "./signatures";
import { Transforms } from "./transforms";
import { STACK_TYPE, urnOf } from "./urn";

/** A line that the program logged through Pulumi (`pulumi.log`) or wrote itself. */
export interface Diagnostic {
  severity: "info" | "warning" | "error";
  message: string;
  /** the resource it is about */
  urn?: string;
}

/** What the resource monitor needs to answer a program. */
export interface MonitorOptions {
  project: string;
  stack: string;
  region: string;
  folder: string;
  /** arguments and options of resources are not checked */
  dryRun: boolean;
  problems: Problems;
  /** resources of the last deployment by URN, for the option ignoreChanges */
  previous: ReadonlyMap<string, Resource>;
  catalog?: Catalog;
  onRegister?(resource: Resource): void;
  onDiagnostic?(diagnostic: Diagnostic): void;
}

/**
 * What the SDK may ask whether there is. Output values are only sent to remote components, which are refused.
 * Features that are refused by name are answered with yes, or the SDK would tell people to update a CLI.
 */
const FEATURES = new Set([
  ...["secrets", "resourceReferences", "deletedWith", "aliasSpecs", "transforms"],
  ...["replaceWith", "invokeTransforms", "parameterization", "resourceHooks", "errorHooks"],
]);

/** The SDK reports each of its own steps at the level debug; those are dropped. */
const SEVERITIES: Record<number, Diagnostic["severity"]> = {
  [LogSeverity.INFO]: "info",
  [LogSeverity.WARNING]: "warning",
  [LogSeverity.ERROR]: "error",
};

type Service = Record<string, { responseType: new () => unknown }>;
type Handler<Request> = (request: Request) => unknown;

/**
 * The engine's two services, as the SDK calls them, for one evaluation. Everything is registered as in an update (all outputs known);
 * a resource that cannot be executed is reported and answered all the same, so that one run finds every problem.
 */
export class Monitor {
  readonly resources: Resource[] = [];
  readonly options = new Map<string, ResourceOptions>();
  outputs: Properties = {};
  /** names of outputs that hold a secret somewhere */
  secretOutputs: string[] = [];
  private readonly byUrn = new Map<string, Resource>();
  private readonly places = new Map<string, string>();
  private readonly transforms = new Transforms();

  constructor(private readonly given: MonitorOptions) {}

  addTo(server: grpc.Server): void {
    const { given } = this;
    server.addService(
      ResourceMonitorService,
      implementation(ResourceMonitorService as unknown as Service, {
        supportsFeature: (request: SupportsFeatureRequest) =>
          answer(ResourceMonitorService, "supportsFeature", { Hassupport: FEATURES.has(request.getId()) }),
        registerResource: (request: RegisterResourceRequest) => this.registerResource(request),
        registerResourceOutputs: (request: RegisterResourceOutputsRequest) => this.registerOutputs(request),
        readResource: (request: ReadResourceRequest) => this.readResource(request),
        invoke: (request: ResourceInvokeRequest) => this.invoke(request),
        call: (request: ResourceCallRequest) => this.refuse(`method ${request.getTok()}`, "methods of resources"),
        registerStackTransform: (callback: Callback) => this.transforms.addToStack(callback),
        registerStackInvokeTransform: () => this.refuse("registerInvokeTransform", "transforms of functions"),
        registerResourceHook: () => this.refuse("resource hook", "resource hooks"),
        registerErrorHook: () => this.refuse("error hook", "error hooks"),
        registerPackage: () => this.refuse("parameterized package", "parameterized providers"),
        signalAndWaitForShutdown: () => undefined,
      }),
    );
    server.addService(
      EngineService,
      implementation(EngineService as unknown as Service, {
        log: (request: LogRequest) => {
          const severity = SEVERITIES[request.getSeverity()];
          if (severity !== undefined)
            given.onDiagnostic?.({ severity, message: request.getMessage(), urn: request.getUrn() || undefined });
        },
        getRootResource: () =>
          answer(EngineService, "getRootResource", {
            Urn: this.resources.find(({ type }) => type === STACK_TYPE)?.urn ?? "",
          }),
        setRootResource: () => undefined,
        startDebugging: () => undefined,
        requirePulumiVersion: () => undefined,
      }),
    );
  }

  close(): void {
    this.transforms.close();
  }

  /** Checks of the resources beside each other, once all are registered. */
  checkProgram(): void {
    for (const { resource, path, message } of checkProgram(this.resources))
      this.report(this.places.get(resource.urn) ?? "", path, message);
  }

  private async registerResource(request: RegisterResourceRequest): Promise<unknown> {
    const { given } = this;
    const type = request.getType();
    const name = request.getName();
    const place = placeOf(name, type, request.getStacktrace(), given.folder);
    await this.transforms.apply(request);
    const urn = urnOf(given.stack, given.project, request.getParent(), type, name);
    this.transforms.remember(urn, request);
    const existing = this.byUrn.get(urn);
    if (existing !== undefined) {
      given.problems.error(place, `there is another resource with the URN ${urn}; give one of them another name`);
      return answerOf(urn, existing.id, request.getObject()?.toJavaScript() ?? {});
    }
    if (request.getRemote() && !given.dryRun)
      given.problems.error(place, "the local cloud does not execute remote components (of another package)");

    const options = readOptions(request, urn, place, given.dryRun ? new Problems() : given.problems);
    const raw = request.getObject()?.toJavaScript() ?? {};
    const resolved = resolveMarkers(raw, given.folder);
    if (!given.dryRun)
      for (const { path, message } of resolved.problems) given.problems.error(`${place}, property ${path}`, message);
    const resource: Resource = {
      urn,
      type,
      name,
      custom: request.getCustom(),
      id: "",
      parent: request.getParent() || undefined,
      dependencies: request.getDependenciesList(),
      inputs: resolved.value,
      outputs: {},
    };
    if (resource.custom) {
      const before = given.previous.get(urn);
      if (before !== undefined) keepIgnored(resource.inputs, before.inputs, options.ignoreChanges);
      this.plan(resource, place);
    }
    this.byUrn.set(urn, resource);
    this.places.set(urn, place);
    this.options.set(urn, options);
    this.resources.push(resource);
    given.onRegister?.(resource);

    // Components get their inputs back; assets go back as they came, and what was secret stays secret.
    const state: Properties = resource.custom ? { ...resource.outputs } : { ...raw };
    for (const key of resolved.assets) state[key] = raw[key];
    for (const key of [...resolved.secrets, ...request.getAdditionalsecretoutputsList()])
      if (state[key] !== undefined) state[key] = secret(state[key]);
    return answerOf(urn, resource.id, state);
  }

  private plan(resource: Resource, place: string): void {
    const { given } = this;
    const { stack, project, region } = given;
    const context = { account: ACCOUNT, region, stack, project, name: resource.name, urn: resource.urn };
    const plan = planResource(resource.type, resource.inputs, context);
    if (!given.dryRun) for (const { path, message } of plan.problems) this.report(place, path, message);
    resource.id = plan.id;
    resource.inputs = plan.inputs;
    resource.outputs = plan.outputs;
  }

  private report(place: string, path: string, message: string): void {
    this.given.problems.error(path === "" ? place : `${place}, property ${path}`, message);
  }

  private registerOutputs(request: RegisterResourceOutputsRequest): void {
    const resource = this.byUrn.get(request.getUrn());
    const { value, secrets } = resolveMarkers(request.getOutputs()?.toJavaScript() ?? {}, this.given.folder);
    if (resource === undefined) return;
    resource.outputs = value;
    if (resource.type !== STACK_TYPE) return;
    this.outputs = value;
    this.secretOutputs = [...secrets];
  }

  private readResource(request: ReadResourceRequest): unknown {
    const { given } = this;
    const type = request.getType();
    const place = placeOf(request.getName(), type, request.getStacktrace(), given.folder);
    if (!given.dryRun || type === "pulumi:pulumi:StackReference")
      given.problems.error(
        place,
        type === "pulumi:pulumi:StackReference"
          ? "the local cloud has no other stack to refer to; take the value from this stack's configuration"
          : `reads an existing resource (id ${request.getId()}), and the local cloud holds only what the program creates; ` +
              "give its name or ARN as text, or create it in this stack",
      );
    return answer(ResourceMonitorService, "readResource", {
      Urn: urnOf(given.stack, given.project, request.getParent(), type, request.getName()),
      Properties: request.getProperties(),
    });
  }

  private invoke(request: ResourceInvokeRequest): unknown {
    const { given } = this;
    const token = request.getTok();
    const args = resolveMarkers(request.getArgs()?.toJavaScript() ?? {}, given.folder).value;
    let result: Properties | undefined;
    if (token === "pulumi:pulumi:getResource") {
      const resource = this.byUrn.get(String(args.urn));
      if (resource !== undefined) result = { urn: resource.urn, id: resource.id, state: clean(resource.outputs) };
    } else result = invokeResult(token, args, given.region, given.catalog);
    if (result === undefined) {
      given.problems.error(
        `function ${token}`,
        `the local cloud does not execute this function (arguments ${JSON.stringify(args)}); it supports getCallerIdentity, getRegion, getPartition, getCatalogTable and getPolicyDocument`,
      );
      result = {};
    }
    return answer(ResourceMonitorService, "invoke", { Return: Struct.fromJavaScript(result) });
  }

  private refuse(place: string, what: string): void {
    this.given.problems.error(place, `the local cloud does not execute ${what}; leave it out for this stack`);
  }
}

/** Wraps handlers of requests into gRPC's: what a handler throws is its caller's error, nothing returned is an empty answer. */
function implementation(
  service: Service,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each handler has its own request
  handlers: Record<string, Handler<any>>,
): grpc.UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(handlers).map(([method, handler]) => [
      method,
      (call: grpc.ServerUnaryCall<unknown, unknown>, callback: grpc.sendUnaryData<unknown>) => {
        Promise.resolve()
          .then(() => handler(call.request))
          .then((result) => callback(null, result ?? new service[method]!.responseType()))
          .catch((error: unknown) => callback({ code: UNKNOWN_STATUS, details: (error as Error).message }));
      },
    ]),
  );
}

/** grpc.status.UNKNOWN; the numbers are gRPC's, and the module is only needed for its types here. */
const UNKNOWN_STATUS = 2;

function answerOf(urn: string, id: string, state: Properties): unknown {
  return answer(ResourceMonitorService, "registerResource", {
    Urn: urn,
    Id: id,
    Object: Struct.fromJavaScript(clean(state)),
  });
}

/** A message of the class that the method wants; the classes differ between versions of the SDK. */
function answer(service: object, method: string, values: Record<string, unknown>): unknown {
  const message = new (service as Service)[method]!.responseType() as Record<string, (value: unknown) => void>;
  for (const [name, value] of Object.entries(values)) message[`set${name}`]!(value);
  return message;
}

/** Without members that have no value, which a protobuf Struct cannot hold. */
function clean(value: Properties): Properties {
  return JSON.parse(JSON.stringify(value)) as Properties;
}
