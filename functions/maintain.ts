/**
 * Entry point of the function that maintains a datastore, called by a schedule. The environment variables DATASTORE_DATABASE and
 * DATASTORE_TABLE name the table, a physical one, MAINTENANCE_NOTES the place of its notes (`s3://BUCKET/PREFIX/`), SCAN_HOURS how often it
 * looks over all of the datastore, and RETENTION_DAYS, if set, after how many days the rows expire. COMPACTION, if set, is JSON and says when
 * partitions are compacted, in the workgroup COMPACTION_WORKGROUP, whose results lie at COMPACTION_PLACE.
 */
import { awsClients, awsTable } from "./maintenance/aws-table";
import { athenaRewriter } from "./maintenance/athena-rewriter";
import type { CompactionRules } from "./maintenance/compaction-select";
import { s3Notes } from "./maintenance/notes";
import { maintain, type MaintenanceEvent, type MaintenanceResult, type MaintenanceSettings } from "./maintenance/run";

let settings: MaintenanceSettings | undefined;

async function settingsOf(env: NodeJS.ProcessEnv): Promise<MaintenanceSettings> {
  const clients = await awsClients();
  const { DATASTORE_DATABASE: database = "", DATASTORE_TABLE: table = "", RETENTION_DAYS: days } = env;
  return {
    name: `${database}.${table}`,
    table: awsTable(clients, database, table),
    notes: s3Notes(clients.s3, env.MAINTENANCE_NOTES ?? ""),
    scanHours: Number(env.SCAN_HOURS ?? "24"),
    retentionDays: days === undefined ? undefined : Number(days),
    compaction: env.COMPACTION === undefined ? undefined : await compactionOf(env, env.COMPACTION),
    sleep,
    // Not console: its prefixes and its own JSON would hide the metrics.
    writeLog: (lines) => void process.stdout.write(lines),
    now: () => Date.now(),
  };
}

async function compactionOf(env: NodeJS.ProcessEnv, text: string): Promise<MaintenanceSettings["compaction"]> {
  const rules = JSON.parse(text) as CompactionRules & { graceMinutes: number };
  const { AthenaClient } = await import("@aws-sdk/client-athena");
  const { glue } = await awsClients();
  const { DATASTORE_DATABASE: database = "", DATASTORE_TABLE: table = "" } = env;
  const { COMPACTION_WORKGROUP: workgroup = "", COMPACTION_PLACE: place = "" } = env;
  const clients = { athena: new AthenaClient({ maxAttempts: 10 }), glue };
  return { ...rules, place, rewriter: athenaRewriter(clients, { workgroup, place, database, table }, sleep) };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The entry point of the maintenance function. */
export const handler = async (
  event: MaintenanceEvent,
  context: { getRemainingTimeInMillis(): number },
): Promise<MaintenanceResult> => {
  settings ??= await settingsOf(process.env);
  return maintain(settings, event, () => context.getRemainingTimeInMillis());
};
