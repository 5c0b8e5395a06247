import { print, printError } from "../output/terminal";
import { helpText, parseOptions, UsageError, type Command, type Parsed } from "./options";

/** An error of the user's: printed without a trace, exit code 1. Every problem is one paragraph. */
export class UserError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n\n"));
  }
}

/**
 * Runs a command and ends the process with its exit code. Results go to stdout, everything else to stderr; an error that is nobody's
 * input is a defect and shows its trace.
 */
export async function runCommand(
  command: Command,
  action: (parsed: Parsed) => Promise<number>,
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  process.stdout.on("error", ignoreClosedPipe);
  process.stderr.on("error", ignoreClosedPipe);
  try {
    const parsed = parseOptions(command, argv);
    if (parsed.flag("help")) {
      print(helpText(command));
      return;
    }
    process.exitCode = await action(parsed);
  } catch (error) {
    if (error instanceof UsageError) {
      printError(`${error.message}\nSee ${command.call} -- --help\n`);
      process.exitCode = 2;
    } else if (isUserError(error)) {
      printError(`${error.problems.map((problem) => `error: ${problem}`).join("\n\n")}\n`);
      process.exitCode = 1;
    } else {
      printError(
        `This is a defect of iot-telemetry-etl, please report it:\n${(error as Error)?.stack ?? String(error)}\n`,
      );
      process.exitCode = 1;
    }
  }
}

/** Errors of this kind come from several folders; what they have in common is the list of problems. */
export function isUserError(error: unknown): error is { problems: readonly string[] } {
  const problems = (error as { problems?: unknown } | null)?.problems;
  return Array.isArray(problems) && problems.every((problem) => typeof problem === "string");
}

/** `npm start | head` closes the pipe before the end; that is no error. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}
