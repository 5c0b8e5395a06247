import { print, printError } from "./output/terminal";
import * as path from "node:path";
import { readExceptions } from "../policies/framework/exceptions";
import { RULES } from "../policies/rules";
import { pairs, UsageError, type Parsed } from "./command/options";
import { againstDataFolder, againstStack, storedTypeWarnings, type Comparison } from "./preview/compare";
import { evaluateStack, readPackConfig, stacksOf, type StackEvaluation } from "./preview/evaluate-stack";
import { markdownOf } from "./preview/markdown";
import { PREVIEW } from "./preview/options";
import { jsonOf, queriesText, summaryText, treeText, violationsText, type StackProblem } from "./preview/print";
import { sideBySide } from "./preview/side-by-side";
import { StateError } from "../local/state/data-folder";
import { runCommand, UserError } from "./command/run";

const PROJECT_DIR = path.resolve(__dirname, "..");

async function preview(parsed: Parsed): Promise<number> {
  const projectDir = path.resolve(parsed.text("cwd") ?? PROJECT_DIR);
  const [other, ...more] = parsed.positionals;
  if (more.length > 0 || (other !== undefined && !parsed.flag("diff")))
    throw new UsageError(
      `"${more[0] ?? other}": only --diff takes the name of a stack; choose a stack with --stack ${more[0] ?? other}.`,
    );
  if (parsed.flag("json") && parsed.flag("markdown")) throw new UsageError("--json and --markdown exclude each other.");
  if (parsed.flag("all") && parsed.texts("stack").length > 0)
    throw new UsageError("--all and --stack exclude each other.");
  const given = parsed.texts("stack");
  const stacks = parsed.flag("all") ? stacksOf(projectDir) : given.length > 0 ? [...new Set(given)] : ["dev"];
  if (stacks.length === 0) throw new UserError([`${projectDir}: there is no Pulumi.STACK.yaml`]);
  const options = {
    projectDir,
    config: Object.fromEntries(pairs(parsed, "config", "KEY=VALUE")),
    packConfig: readPackConfig(parsed.text("policy-config")),
    exceptions: exceptionsOf(parsed.text("exceptions")),
  };

  const evaluations: StackEvaluation[] = [];
  /** of stacks that cannot be evaluated; the others are shown all the same */
  const errors: StackProblem[] = [];
  for (const stack of stacks)
    try {
      evaluations.push(await evaluateStack(stack, options));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      errors.push(...error.problems.map((message) => ({ stack, message })));
    }
  if (evaluations.length === 0) throw new UserError(errors.map(({ message }) => message));
  for (const { evaluation } of evaluations)
    for (const { message } of evaluation.warnings) printError(`warning: ${message}\n`);

  // A comparison with the data folder has them among its lines.
  if (!parsed.flag("diff"))
    for (const own of evaluations)
      for (const warning of warningsOf(
        own,
        path.resolve(parsed.text("data-dir") ?? path.join(projectDir, ".local", own.stack)),
      ))
        printError(`warning: ${warning}\n`);

  const comparisons = new Map<string, Comparison>();
  if (parsed.flag("diff"))
    for (const own of evaluations) {
      const folder = path.resolve(parsed.text("data-dir") ?? path.join(projectDir, ".local", own.stack));
      comparisons.set(
        own.stack,
        other === undefined
          ? againstDataFolder(own, folder, path.relative(process.cwd(), folder) || ".")
          : againstStack(
              own,
              evaluations.find(({ stack }) => stack === other) ?? (await evaluateStack(other, options)),
            ),
      );
    }

  const table = evaluations.length > 1 ? sideBySide(evaluations) : undefined;
  if (parsed.flag("json")) process.stdout.write(`${jsonOf(evaluations, errors)}\n`);
  else if (parsed.flag("markdown")) print(markdownOf(evaluations, comparisons, table, errors));
  else {
    for (const own of evaluations) {
      const comparison = comparisons.get(own.stack);
      const changes =
        comparison === undefined
          ? []
          : [`against ${comparison.against}: ${comparison.summary}`, ...comparison.lines, ""];
      print([treeText(own), "", ...changes, violationsText(own) + summaryText(own), queriesText(own)].join("\n"));
    }
    if (table !== undefined) print(`\n${table}\n`);
  }
  if (errors.length > 0) printError(`\n${errors.map(({ message }) => `error: ${message}`).join("\n\n")}\n`);
  if (errors.length > 0) return 1;
  return evaluations.some(({ judgement }) => judgement.violations.some(({ level }) => level === "mandatory")) ? 1 : 0;
}

/** A data folder of another version, or a damaged one, is no error of the preview. */
function warningsOf(own: StackEvaluation, folder: string): string[] {
  try {
    return storedTypeWarnings(own, folder);
  } catch (error) {
    if (error instanceof StateError) return [];
    throw error;
  }
}

function exceptionsOf(file: string | undefined): ReturnType<typeof readExceptions> {
  try {
    return readExceptions(
      file ?? path.join(PROJECT_DIR, "policies", "exceptions.yaml"),
      RULES.map(({ id }) => id),
    );
  } catch (error) {
    throw new UserError((error as Error).message.split("\n"));
  }
}

export { PREVIEW } from "./preview/options";

if (require.main === module) void runCommand(PREVIEW, preview);
