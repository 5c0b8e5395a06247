import * as path from "node:path";
import { Clock } from "../local/core/clock";
import { ACCOUNT } from "../local/core/model";
import { Iam } from "../local/iam";
import { Glue } from "../local/services/glue/glue";
import { S3 } from "../local/services/s3/s3";
import { stackOutputs } from "../local/stack-outputs";
import { openDataFolder, readDataFolder } from "../local/state/data-folder";
import { stackOption, UsageError, type Command, type Parsed } from "./command/options";
import { runCommand, UserError } from "./command/run";
import { counted } from "./output/table";
import { print } from "./output/terminal";
import { awsTarget } from "./repair/aws-target";
import { localTarget } from "./repair/local-target";
import { repair, type Repair, type RepairTarget } from "./repair/repair";

/** Options and help of `npm run repair`. */
export const REPAIR: Command = {
  call: "npm run repair",
  summary: "Registers partitions that have objects and are not in the catalog, so that queries find their rows.",
  options: [
    { name: "stack", value: "NAME", help: "the stack whose data folder is repaired (default dev)" },
    { name: "data-dir", value: "DIR", help: "its data folder (default .local/STACK)" },
    { name: "table", value: "DATABASE.TABLE", help: "this table, on AWS by the credentials of the environment" },
    { name: "endpoint", value: "URL", help: "with --table: a running local cloud instead of AWS" },
    {
      name: "remove-projection",
      help: "let queries of a table of an earlier version go by its registered partitions from now on",
    },
    { name: "json", help: "print a JSON document" },
  ],
  examples: [
    ["npm run repair", "the datastores of the data folder .local/dev"],
    ["npm run repair -- --table etl_prod.readings", "a table on AWS"],
  ],
};

async function repairCommand(parsed: Parsed): Promise<number> {
  const name = parsed.text("table");
  const removeProjection = parsed.flag("remove-projection");
  const results: Record<string, Repair> = {};
  const run = async (what: string, target: RepairTarget): Promise<void> => {
    try {
      results[what] = await repair(target, removeProjection);
    } catch (error) {
      throw new UserError([`${what}: ${(error as Error).name}: ${(error as Error).message}`]);
    }
  };
  if (name !== undefined) {
    const [database, table, more] = name.split(".");
    if (database === undefined || table === undefined || table === "" || more !== undefined)
      throw new UsageError(`--table: saw "${name}"; give DATABASE.TABLE`);
    await run(name, await awsTarget(database, table, parsed.text("endpoint")));
  } else {
    if (parsed.text("endpoint") !== undefined) throw new UsageError("--endpoint needs --table DATABASE.TABLE.");
    await repairFolder(parsed, run);
  }
  if (parsed.flag("json")) process.stdout.write(`${JSON.stringify({ tables: results })}\n`);
  else for (const [what, result] of Object.entries(results)) print(linesOf(what, result));
  return Object.values(results).some(({ refused }) => refused.length > 0) ? 1 : 0;
}

/** Every partitioned datastore of a data folder, over which no local cloud may run meanwhile. */
async function repairFolder(parsed: Parsed, run: (what: string, target: RepairTarget) => Promise<void>): Promise<void> {
  const stack = stackOption(parsed);
  const place = path.resolve(parsed.text("data-dir") ?? path.join(__dirname, "..", ".local", stack));
  // Says what is missing, where openDataFolder would make a folder.
  const state = readDataFolder(place);
  const folder = openDataFolder(place, { fresh: false });
  try {
    const clock = new Clock(Date.now());
    const iam = new Iam(state.resources, ACCOUNT);
    const s3 = new S3(state.resources, path.join(place, "s3"), clock, iam, state.region);
    const glue = new Glue(state.resources, s3, clock, path.join(place, "glue"));
    for (const [datastore, { database, table }] of Object.entries(stackOutputs(state).datastores)) {
      const found = glue.tables.get(`${database}.${table}`);
      // Days of arrival are projected, and nobody registers them.
      if (found === undefined || found.partitionKeys.every(({ name }) => name === "__dt")) continue;
      await run(datastore, localTarget(glue, s3, `${database}.${table}`));
    }
  } finally {
    folder.release();
  }
}

function linesOf(what: string, { objects, partitions, registered, refused, elsewhere, projected }: Repair): string {
  const lines = [
    `${what}: ${counted(objects, "object")}, ${counted(partitions, "partition")} registered before, ${registered} now`,
  ];
  if (elsewhere.count > 0)
    lines.push(`  ${counted(elsewhere.count, "object")} in places of no partition, such as ${elsewhere.first}`);
  for (const reason of refused.slice(0, 5)) lines.push(`  not registered: ${reason}`);
  if (projected.before && projected.after)
    lines.push("  queries go by projection still; --remove-projection lets them go by what is registered");
  if (projected.before && !projected.after) lines.push("  queries go by what is registered from now on");
  return `${lines.join("\n")}\n`;
}

if (require.main === module) void runCommand(REPAIR, repairCommand);
