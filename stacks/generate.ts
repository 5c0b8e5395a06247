/** Writes what follows from code: `stacks/config.schema.json` for editors, `docs/configuration.md`, `docs/operations.md`. */
import * as fs from "node:fs";
import * as path from "node:path";
import { format, resolveConfig } from "prettier";
import { configJsonSchema, configMarkdown } from "./describe";
import { operationsMarkdown } from "./operations";

const ROOT = path.resolve(__dirname, "..");

/** The files by their path from the project's folder, formatted as the project's others. */
export async function generated(): Promise<Record<string, string>> {
  const files = {
    "stacks/config.schema.json": JSON.stringify(configJsonSchema()),
    "docs/configuration.md": configMarkdown(),
    "docs/operations.md": operationsMarkdown(),
  };
  const written: Record<string, string> = {};
  for (const [file, text] of Object.entries(files)) {
    const filepath = path.join(ROOT, file);
    written[file] = await format(text, { ...(await resolveConfig(filepath)), filepath });
  }
  return written;
}

async function main(): Promise<void> {
  for (const [file, text] of Object.entries(await generated())) {
    fs.writeFileSync(path.join(ROOT, file), text);
    process.stdout.write(`${file}\n`);
  }
}

if (require.main === module) void main();
