import * as path from "node:path";
import { Cloud } from "./cloud";
import type { Clock } from "./core/clock";
import { evaluate, type Diagnostic, type Evaluation } from "./engine";
import { TYPES, ofType, type Resource } from "./core/model";
import { changedTypeWarnings } from "./services/glue/changed-types";
import { keptTable } from "./services/glue/table-version";
import type { QueryContent } from "./services/athena/workgroups";
import type { LocalSecret } from "./services/secretsmanager/settings";
import type { StackOutputs } from "../stacks/build/outputs";
import { stackOutputs } from "./stack-outputs";
import { removalProblem, removeData } from "./state/removal";
import { openDataFolder, type Change, type DataFolder } from "./state/data-folder";

export type { StackOutputs };

/** A stack, its configuration and its data folder. */
export interface SessionOptions {
  projectDir: string;
  stack: string;
  config: Record<string, string>;
  dataDir: string;
  fresh: boolean;
  /** names besides those of the loopback interface under which HTTP is reached */
  allowedHosts?: readonly string[];
  /** ends the program while it is evaluated */
  signal?: AbortSignal;
  /** what the program logs, as it comes */
  onDiagnostic?(diagnostic: Diagnostic): void;
  /** called with what the program says, before anything is created; what it throws ends the opening */
  onEvaluated?(evaluation: Evaluation, outputs: StackOutputs): void | Promise<void>;
  /** values of secrets that the configuration has none of, by ARN; asked when the program has been evaluated */
  secretsFor?(evaluation: Evaluation): Promise<Readonly<Record<string, LocalSecret>>>;
  /** called when it is known what becomes of each resource, with what the changes do to stored data */
  onDeployed?(evaluation: Evaluation, changes: readonly Change[], warnings: readonly string[]): void;
  onError(error: unknown): void;
  onRefusedMessage?(reason: string): void;
}

/** Raised with every problem that the program, its configuration or its documents have; nothing has been created. */
export class DeploymentError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n\n"));
  }
}

/** A stack deployed in the local cloud: its data folder, what the program declared, and the running parts. */
export class Session {
  readonly outputs: StackOutputs;

  private constructor(
    readonly cloud: Cloud,
    readonly clock: Clock,
    readonly evaluation: Evaluation,
    readonly folder: DataFolder,
    /** folder of the program */
    readonly projectDir: string,
  ) {
    this.outputs = stackOutputs(evaluation);
  }

  /** Evaluates the program, refuses what is wrong before anything is created, then creates, updates and deletes. */
  static async open(options: SessionOptions, clock: Clock): Promise<Session> {
    const folder = openDataFolder(path.resolve(options.dataDir), { fresh: options.fresh });
    try {
      const evaluation = await evaluate({
        projectDir: options.projectDir,
        stack: options.stack,
        config: options.config,
        previous: folder.state?.resources,
        catalog: (database, table) =>
          keptTable(path.join(folder.path, "glue"), folder.state?.resources ?? [], database, table),
        signal: options.signal,
        onDiagnostic: options.onDiagnostic,
      });
      if (evaluation.problems.length > 0) throw new DeploymentError(evaluation.problems.map(({ message }) => message));
      await options.onEvaluated?.(evaluation, stackOutputs(evaluation));
      const changes = folder.diff(evaluation);
      const removed = changes
        .filter(({ kind, retain }) => (kind === "deleted" || kind === "replaced") && !retain)
        .map(({ previous }) => previous!);
      const refused = removed
        .map((resource) => removalProblem(resource, folder.path))
        .filter((text) => text !== undefined);
      if (refused.length > 0) throw new DeploymentError(refused);
      for (const resource of removed) removeData(resource, folder.path);
      const secrets = await options.secretsFor?.(evaluation);
      const cloud = new Cloud({
        resources: evaluation.resources,
        region: evaluation.region,
        secrets: { ...secrets, ...evaluation.localSecrets },
        containers: evaluation.localContainers,
        projectDir: options.projectDir,
        dataDir: folder.path,
        clock,
        allowedHosts: options.allowedHosts,
        onError: (error) => options.onError(error),
        onRefusedMessage: (reason) => options.onRefusedMessage?.(reason),
      });
      folder.save(evaluation);
      const stored = (database: string, table: string): number =>
        cloud.glue.tables.get(`${database}.${table}`)?.files().length ?? 0;
      options.onDeployed?.(evaluation, changes, changedTypeWarnings(changes, stored));
      return new Session(cloud, clock, evaluation, folder, options.projectDir);
    } catch (error) {
      folder.release();
      throw error;
    }
  }

  /**
   * Makes a content of a dataset now, the way a person does: an execution of its state machine, or its named query. One that another dataset
   * starts has the content that it has made since.
   * @throws AthenaError when it fails
   */
  content(dataset: string): Promise<QueryContent> {
    const { namedQuery, stateMachine, startedBy } = this.outputs.datasets[dataset]!;
    if (startedBy !== undefined) return this.cloud.contents.lastMade(stateMachine!, startedBy);
    if (stateMachine !== undefined) return this.cloud.contents.execute(stateMachine);
    return this.cloud.contents.runNamedQuery(this.resource(TYPES.namedQuery, (resource) => resource.id === namedQuery));
  }

  async close(): Promise<void> {
    try {
      await this.cloud.close();
    } finally {
      this.folder.release();
    }
  }

  private resource(type: string, is: (resource: Resource) => boolean): Resource {
    return ofType(this.evaluation.resources, type).find(is)!;
  }
}
