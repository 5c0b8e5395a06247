import * as grpc from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckFailure,
  CheckResponse,
  ConfigureResponse,
  CreateResponse,
  DiffResponse,
  GetMappingResponse,
  GetMappingsResponse,
  GetSchemaResponse,
  InvokeResponse,
  PropertyDiff,
  ProviderHandshakeResponse,
  ReadResponse,
  UpdateResponse,
  type CheckRequest,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  type InvokeRequest,
  type ReadRequest,
  type UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Properties } from "../core/model";
import { propertyPath } from "../core/property-path";
import type { Finding, PropertyChange } from "../handlers";
import { arnOf, Refusal, type Asked, type Provider } from "./provider";
import { schemaText } from "./schema";

/** A provider and how it is served. */
export interface ServiceOptions {
  provider: Provider;
  /** of @pulumi/aws, which the program was written against */
  version: string;
  /** a defect; a refusal is the caller's */
  onDefect(error: unknown): void;
}

/**
 * Serves a provider as Pulumi's engine wants it (`pulumi/provider.proto`), on 127.0.0.1.
 * Secrets are the engine's: it opens them before it asks, and marks properties of the same name in the answer.
 * @returns its port and how to end it
 */
export async function serve(options: ServiceOptions, port: number): Promise<{ port: number; close(): void }> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService, implementation(options));
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { port: bound, close: () => server.forceShutdown() };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each method has its own request
type Method = (request: any) => unknown;

function implementation({ provider, version, onDefect }: ServiceOptions): grpc.UntypedServiceImplementation {
  const methods: Record<string, Method> = {
    handshake: () => new ProviderHandshakeResponse(),
    attach: () => new Empty(),
    cancel: () => new Empty(),
    getPluginInfo: () => new PluginInfo().setVersion(version),
    getSchema: () => new GetSchemaResponse().setSchema(schemaText(version)),
    getMapping: () => new GetMappingResponse(),
    getMappings: () => new GetMappingsResponse(),
    checkConfig: (request: CheckRequest) => {
      const news = objectOf(request.getNews());
      return checked(news, provider.checkConfig(news));
    },
    diffConfig: () => new DiffResponse().setChanges(DiffResponse.DiffChanges.DIFF_NONE),
    configure: () => new ConfigureResponse().setSupportspreview(true),
    invoke: (request: InvokeRequest) =>
      new InvokeResponse().setReturn(structOf(provider.invoke(request.getTok(), objectOf(request.getArgs())))),
    check: (request: CheckRequest) => {
      const { inputs, problems } = provider.check(
        asked(request),
        objectOf(request.getOlds()),
        objectOf(request.getNews()),
      );
      return checked(inputs, problems);
    },
    diff: (request: DiffRequest) => {
      const before = objectOf(request.getOldInputs() ?? request.getOlds());
      const { changes, deleteBeforeReplace } = provider.diff(
        asked(request, request.getOlds()),
        before,
        objectOf(request.getNews()),
      );
      return differing(changes, deleteBeforeReplace);
    },
    create: async (request: CreateRequest) => {
      const state = await provider.create(asked(request), objectOf(request.getProperties()), request.getPreview());
      return new CreateResponse().setId(state.id).setProperties(structOf(state.properties ?? {}));
    },
    read: (request: ReadRequest) => {
      const { id, properties, inputs } = provider.read(
        asked(request, request.getProperties()),
        objectOf(request.getInputs()),
      );
      const response = new ReadResponse().setId(id);
      if (properties !== undefined) response.setProperties(structOf(properties));
      if (inputs !== undefined) response.setInputs(structOf(inputs));
      return response;
    },
    update: async (request: UpdateRequest) => {
      const state = await provider.update(
        asked(request, request.getOlds()),
        objectOf(request.getNews()),
        request.getPreview(),
      );
      return new UpdateResponse().setProperties(structOf(state.properties ?? {}));
    },
    delete: async (request: DeleteRequest) => {
      await provider.delete(asked(request, request.getProperties()));
      return new Empty();
    },
  };
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      (call: grpc.ServerUnaryCall<unknown, unknown>, callback: grpc.sendUnaryData<unknown>) => {
        Promise.resolve()
          .then(() => method(call.request))
          .then((response) => callback(null, response))
          .catch((error: unknown) => {
            if (!(error instanceof Refusal)) onDefect(error);
            callback({ code: grpc.status.UNKNOWN, details: (error as Error).message });
          });
      },
    ]),
  );
}

/** Who is asked about, with its state; a check and a creation have no id and no state yet. */
function asked(request: { getUrn(): string; getType(): string; getId?(): string }, state?: Struct): Asked {
  const urn = request.getUrn();
  // Before there was a member for it, the type was read from the URN's last part.
  const type = request.getType() || urn.split("::")[2]!.split("$").at(-1)!;
  return { urn, type, id: request.getId?.() ?? "", arn: arnOf(objectOf(state)) };
}

function checked(inputs: Properties, problems: readonly Finding[]): CheckResponse {
  const failures = problems.map(({ path, message }) => new CheckFailure().setProperty(path).setReason(message));
  return new CheckResponse().setInputs(structOf(inputs)).setFailuresList(failures);
}

const KINDS: Record<PropertyChange["kind"], [update: PropertyDiff.Kind, replacement: PropertyDiff.Kind]> = {
  added: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  updated: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
  deleted: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
};

function differing(changes: readonly PropertyChange[], deleteBeforeReplace: boolean): DiffResponse {
  const response = new DiffResponse()
    .setChanges(changes.length === 0 ? DiffResponse.DiffChanges.DIFF_NONE : DiffResponse.DiffChanges.DIFF_SOME)
    .setDiffsList([...new Set(changes.map(({ path }) => topOf(path)))])
    .setReplacesList([...new Set(changes.filter(({ replaces }) => replaces).map(({ path }) => topOf(path)))])
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const { path, kind, replaces } of changes)
    response
      .getDetaileddiffMap()
      .set(path, new PropertyDiff().setKind(KINDS[kind][replaces ? 1 : 0]).setInputdiff(true));
  return response;
}

function topOf(path: string): string {
  return propertyPath(path)[0] ?? "";
}

function objectOf(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

/** Without members that have no value, which a protobuf Struct cannot hold. */
function structOf(value: Properties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as Record<string, never>);
}
