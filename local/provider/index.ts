import * as path from "node:path";
import { Defects, type Defect } from "../core/defects";
import { Endpoints, type OpenAddresses } from "../endpoints";
import type { Resource } from "../core/model";
import { Credentials } from "../core/credentials";
import { keptTable } from "../services/glue/table-version";
import { openDataFolder, StateError, type DataFolder } from "../state/data-folder";
import { forState } from "../state/diff";
import { invokeDeclared } from "../services/lambda/invocations";
import { objectsLost, removeData } from "../state/removal";
import { Account } from "./account";
import { LiveCloud, type LiveOptions } from "./live";
import { Provider } from "./provider";
import { serve } from "./service";

/** The project, stack and ports of a provider that Pulumi's engine attaches to. */
export interface LocalProviderOptions extends Pick<LiveOptions, "onError" | "onRunning" | "onChanged"> {
  dataDir: string;
  fresh: boolean;
  /** folder that paths of assets are relative to */
  projectDir: string;
  project: string;
  stack: string;
  region: string;
  /** of @pulumi/aws */
  version: string;
  /** on 127.0.0.1, 0 for a free one */
  ports: { provider: number; mqtt: number; http: number; mqtts: number };
  /** names besides those of the loopback interface under which HTTP is reached */
  allowedHosts?: readonly string[];
  onRefusedMessage?(reason: string): void;
}

/** The local cloud as Pulumi's engine sees it: the provider `aws`, and behind it the running parts that devices reach. */
export class LocalProvider {
  private constructor(
    readonly folder: DataFolder,
    readonly account: Account,
    readonly live: LiveCloud,
    readonly endpoints: OpenAddresses,
    readonly port: number,
    private readonly server: Endpoints,
    private readonly endService: () => void,
  ) {}

  /** @throws StateError for the data folder; EADDRINUSE with its port for a port */
  static async open(options: LocalProviderOptions): Promise<LocalProvider> {
    const folder = openDataFolder(path.resolve(options.dataDir), { fresh: options.fresh });
    let server: Endpoints | undefined;
    try {
      if (folder.state !== undefined && folder.state.by !== "pulumi")
        throw new StateError([
          `data folder ${folder.path}: it holds a stack that npm start deployed; name another with --data-dir, or start over with --fresh`,
        ]);
      const { projectDir, project, stack, region, ports } = options;
      const account = new Account(path.join(folder.path, "account"), region);
      server = new Endpoints({
        retainedFile: path.join(folder.path, "mqtt", "retained.ndjson"),
        authorityFolder: path.join(folder.path, "iot"),
        allowedHosts: options.allowedHosts,
        credentials: new Credentials(path.join(folder.path, "account", "signing-key")),
        defects: new Defects({ onMachineError: options.onError }),
        onRefusedMessage: options.onRefusedMessage,
      });
      const endpoints = await server.listen(ports);
      const live = new LiveCloud({
        resources: () => {
          account.reread();
          return account.resources;
        },
        region,
        dataDir: folder.path,
        endpoints: server,
        onError: options.onError,
        onRunning: (running, left) => {
          const resources = running.map(forState);
          folder.keep({ project, stack, region, resources, options: {}, outputs: NO_OUTPUTS, by: "pulumi" });
          options.onRunning?.(running, [...account.problems, ...left]);
        },
        onChanged: options.onChanged,
      });
      const provider = new Provider({
        account,
        region,
        folder: projectDir,
        holds: (resource) => heldBy(resource, folder.path),
        change: (work) => live.change(work),
        invokeDeclared: async (resource) => invokeDeclared(resource, (await live.start()).functions),
        catalog: (database, table) => keptTable(path.join(folder.path, "glue"), account.resources, database, table),
        removeData: (resource) => removeData(resource, folder.path),
      });
      const service = await serve({ provider, version: options.version, onDefect: options.onError }, ports.provider);
      await live.start();
      return new LocalProvider(folder, account, live, endpoints, service.port, server, () => service.close());
    } catch (error) {
      await server?.close();
      folder.release();
      throw error;
    }
  }

  /** Unexpected errors that were contained since the start. */
  get defects(): readonly Defect[] {
    return this.server.defects.list();
  }

  /** Records an unexpected error of what shows this cloud. */
  get recorder(): Defects {
    return this.server.defects;
  }

  /** Delivers what is buffered and gives the data folder free. */
  async close(): Promise<void> {
    this.endService();
    try {
      await this.live.close();
      await this.server.close();
    } finally {
      this.folder.release();
    }
  }
}

/** The stack's outputs are in Pulumi's state, not in the cloud; readers of the data folder find the names empty. */
const NO_OUTPUTS = { rules: {}, channels: {}, pipelines: {}, datastores: {}, datasets: {} };

function heldBy(resource: Resource, dataDir: string): string | undefined {
  const objects = objectsLost(resource, dataDir);
  if (objects === 0) return undefined;
  return (
    `the bucket ${resource.inputs.bucket} holds ${objects.toLocaleString("en-US")} objects and is not deleted (BucketNotEmpty): they stay. ` +
    "To delete them too, turn both keys (the component's argument and the stack's allowDataDeletion), pulumi up, and destroy again."
  );
}
