/** Runs the historians of a stack: their databases, the full load, and rows that are added while it runs. */
import * as path from "node:path";
import type { Client } from "pg";
import { NoServer, openServer, type HistorianServer } from "../../devices/historian/server";
import { append, fill, TAG_TABLE } from "../../devices/historian/tag-values";
import type { Clock } from "../../local/core/clock";
import type { Cloud } from "../../local/cloud";
import type { Evaluation } from "../../local/engine";
import { taskDefinitions } from "../../local/services/dms/task-definition";
import { mappedTables } from "../../local/services/dms/table-mapping";
import type { LocalSecret } from "../../local/services/secretsmanager/settings";
import { UserError } from "../command/run";

/** The databases that were started for historians without one. */
export class HistorianDatabases {
  /** values of their secrets, by ARN */
  readonly secrets: Record<string, LocalSecret> = {};
  private readonly servers: { server: HistorianServer; client: Client }[] = [];

  /**
   * Starts a database with the example's table for each historian whose secret has no value in the local cloud.
   * @param seconds of data
   * @param fresh whether they start without the data of an earlier run
   * @param progress told how many seconds are there
   * @throws UserError for a historian of another table
   */
  async open(
    { resources, localSecrets }: Evaluation,
    dataDir: string,
    seconds: number,
    fresh: boolean,
    progress: (name: string, seconds: number) => void,
  ): Promise<void> {
    for (const { name, source, tableMappings, starts } of taskDefinitions(resources)) {
      const arn = String(source.secretsManagerArn);
      if (!starts || localSecrets?.[arn] !== undefined || this.secrets[arn] !== undefined) continue;
      const tables = mappedTables(tableMappings).map(({ schema, table }) => `${schema}.${table}`);
      if (tables.some((table) => table !== TAG_TABLE))
        throw new UserError([
          `${name}: the local cloud has no database for this historian. Give its secret a value: pulumi config set --secret --path 'localSecrets["${arn}"].value' '{"host":"127.0.0.1","port":5432,"username":"...","password":"..."}'\n` +
            `A historian whose one table is ${TAG_TABLE} gets a PostgreSQL with data of the example's.`,
        ]);
      try {
        const server = await openServer(path.join(dataDir, "historian", name), String(source.databaseName), fresh);
        const client = await server.connect();
        this.servers.push({ server, client });
        const { host, port, user: username, password } = server;
        this.secrets[arn] = { value: JSON.stringify({ host, port, username, password }) };
        // The newest row is of this moment.
        await fill(client, Math.floor(Date.now() / 1000) - seconds, seconds, (done) => progress(name, done));
      } catch (error) {
        if (error instanceof NoServer) throw new UserError([`${name}: ${error.message}.`]);
        throw error;
      }
    }
  }

  get any(): boolean {
    return this.servers.length > 0;
  }

  /** Adds rows to each table, as the plant goes on. */
  async append(seconds: number): Promise<void> {
    for (const { client } of this.servers) await append(client, seconds);
  }

  /** How a person connects. */
  get urls(): string[] {
    return this.servers.map(
      ({ server: { host, port, user, password, database } }) =>
        `postgresql://${user}:${password}@${host}:${port}/${database}`,
    );
  }

  async close(): Promise<void> {
    for (const { server, client } of this.servers) {
      await client.end().catch(() => undefined);
      await server.stop();
    }
  }
}

/** Lets the local clock pass until the replications have nothing more to do. */
export async function replicate({ replications }: Cloud, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (replications.some(({ waiting }) => waiting)) {
      await clock.advanceTo(clock.now() + 1000, signal);
      continue;
    }
    const done = await Promise.all(replications.map((task) => task.caughtUp()));
    if (done.every(Boolean) && !replications.some(({ waiting }) => waiting)) return;
    await Promise.race(replications.map((task) => task.moved()));
  }
}

/** How far the replications are, for the progress line; undefined when none is loading. */
export function loadText({ replications }: Cloud): string | undefined {
  const loading = replications.filter(({ state }) => state === "loading" || state === "starting");
  if (loading.length === 0) return undefined;
  const total = loading.reduce((sum, { counts }) => sum + counts.toLoad, 0);
  const done = loading.reduce((sum, { counts }) => sum + counts.loaded, 0);
  if (total === 0) return "full load";
  const share = Math.min(1, done / total);
  const bar = "#".repeat(Math.round(share * 20)).padEnd(20, ".");
  return `full load [${bar}] ${Math.floor(share * 100)} % of ${total.toLocaleString("en-US")} rows`;
}
