import * as grpc from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { invokeResult } from "../local/engine/invokes";
import type { Properties } from "../local/core/model";

/** The reference: a provider that accepts everything, stores nothing, and returns its inputs and an ARN. */
export async function serveNothing(version: string, region: string): Promise<{ port: number; close(): void }> {
  const made = (inputs: Struct): Properties => {
    const given = inputs.toJavaScript() as Properties;
    return { ...given, arn: `arn:aws:none:${region}:000000000000:${given.name ?? given.bucket ?? "x"}` };
  };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each method has its own request
  const methods: Record<string, (request: any) => unknown> = {
    handshake: () => new messages.ProviderHandshakeResponse(),
    attach: () => new Empty(),
    cancel: () => new Empty(),
    getPluginInfo: () => new PluginInfo().setVersion(version),
    checkConfig: (request) => new messages.CheckResponse().setInputs(request.getNews()),
    configure: () => new messages.ConfigureResponse().setSupportspreview(true),
    check: (request) => new messages.CheckResponse().setInputs(request.getNews()),
    create: (request) => {
      const properties = made(request.getProperties());
      return new messages.CreateResponse()
        .setId(String(properties.arn))
        .setProperties(Struct.fromJavaScript(properties as Record<string, never>));
    },
    invoke: (request) =>
      new messages.InvokeResponse().setReturn(
        Struct.fromJavaScript(
          invokeResult(request.getTok(), request.getArgs().toJavaScript(), region) as Record<string, never>,
        ),
      ),
  };
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(
    ResourceProviderService,
    Object.fromEntries(
      Object.entries(methods).map(([name, method]) => [
        name,
        (call: grpc.ServerUnaryCall<unknown, unknown>, callback: grpc.sendUnaryData<unknown>) => {
          try {
            callback(null, method(call.request));
          } catch (error) {
            callback({ code: grpc.status.UNKNOWN, details: (error as Error).message });
          }
        },
      ]),
    ),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, close: () => server.forceShutdown() };
}
