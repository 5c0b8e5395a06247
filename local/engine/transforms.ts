import * as grpc from "@grpc/grpc-js";
import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import { CallbackInvokeRequest, type Callback } from "@pulumi/pulumi/proto/callback_pb";
import {
  type RegisterResourceRequest,
  TransformRequest,
  TransformResourceOptions,
  TransformResponse,
} from "@pulumi/pulumi/proto/resource_pb";

/** Transforms that run in the program's process (`transforms` of a resource, `registerResourceTransform` of the stack). */
export class Transforms {
  private readonly clients = new Map<string, CallbacksClient>();
  private readonly ofParents = new Map<string, { parent: string; callbacks: Callback[] }>();
  private readonly ofStack: Callback[] = [];

  addToStack(callback: Callback): void {
    this.ofStack.push(callback);
  }

  /** Remembers the transforms of a resource, which hold for its children too. */
  remember(urn: string, request: RegisterResourceRequest): void {
    this.ofParents.set(urn, { parent: request.getParent(), callbacks: request.getTransformsList() });
  }

  /** Applies a resource's own transforms, then those of its parents, innermost first, then the stack's. */
  async apply(request: RegisterResourceRequest): Promise<void> {
    const callbacks = [...request.getTransformsList()];
    for (let urn = request.getParent(); urn !== "";) {
      const parent = this.ofParents.get(urn);
      callbacks.push(...(parent?.callbacks ?? []));
      urn = parent?.parent ?? "";
    }
    for (const callback of [...callbacks, ...this.ofStack]) await this.call(callback, request);
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
  }

  private async call(callback: Callback, request: RegisterResourceRequest): Promise<void> {
    const question = new TransformRequest();
    question.setType(request.getType());
    question.setName(request.getName());
    question.setCustom(request.getCustom());
    question.setParent(request.getParent());
    question.setProperties(request.getObject());
    question.setOptions(optionsOf(request));
    const envelope = new CallbackInvokeRequest();
    envelope.setToken(callback.getToken());
    envelope.setRequest(question.serializeBinary());
    const client = this.clientOf(callback.getTarget());
    const bytes = await new Promise<Uint8Array>((resolve, reject) => {
      client.invoke(envelope, (error, answer) => {
        if (error === null) resolve(answer.getResponse_asU8());
        else reject(new Error(error.details));
      });
    });
    const answer = TransformResponse.deserializeBinary(bytes);
    request.setObject(answer.getProperties());
    const options = answer.getOptions();
    if (options !== undefined) putOptions(options, request);
  }

  private clientOf(target: string): CallbacksClient {
    let client = this.clients.get(target);
    if (client === undefined) {
      client = new CallbacksClient(target, grpc.credentials.createInsecure());
      this.clients.set(target, client);
    }
    return client;
  }
}

function optionsOf(request: RegisterResourceRequest): TransformResourceOptions {
  const options = new TransformResourceOptions();
  options.setDependsOnList(request.getDependenciesList());
  if (request.hasProtect()) options.setProtect(request.getProtect() ?? false);
  if (request.hasRetainondelete()) options.setRetainOnDelete(request.getRetainondelete() ?? false);
  if (request.getDeletebeforereplacedefined()) options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  options.setIgnoreChangesList(request.getIgnorechangesList());
  options.setReplaceOnChangesList(request.getReplaceonchangesList());
  options.setAliasesList(request.getAliasesList());
  options.setVersion(request.getVersion());
  options.setProvider(request.getProvider());
  options.setCustomTimeouts(request.getCustomtimeouts());
  options.setDeletedWith(request.getDeletedwith());
  options.setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList());
  options.setHooks(request.getHooks());
  options.setImport(request.getImportid());
  options.setPluginDownloadUrl(request.getPlugindownloadurl());
  for (const [name, reference] of request.getProvidersMap().entries()) options.getProvidersMap().set(name, reference);
  return options;
}

function putOptions(options: TransformResourceOptions, request: RegisterResourceRequest): void {
  request.setDependenciesList(options.getDependsOnList());
  if (options.hasProtect()) request.setProtect(options.getProtect() ?? false);
  if (options.hasRetainOnDelete()) request.setRetainondelete(options.getRetainOnDelete() ?? false);
  request.setIgnorechangesList(options.getIgnoreChangesList());
  request.setReplaceonchangesList(options.getReplaceOnChangesList());
  request.setAliasesList(options.getAliasesList());
  request.setProvider(options.getProvider());
  request.setAdditionalsecretoutputsList(options.getAdditionalSecretOutputsList());
  request.setHooks(options.getHooks());
  request.setImportid(options.getImport());
  request.setPlugindownloadurl(options.getPluginDownloadUrl());
}
