import { print } from "./output/terminal";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { billOf } from "./ci/bill";
import { changedPipelinesText } from "./ci/compare";
import { outcomeOf } from "./ci/events";
import { forgeOf } from "./ci/forge";
import { openLocal, type LocalPreview } from "./ci/local";
import { CI } from "./ci/options";
import { pulumi } from "./ci/pulumi";
import { reportText, summaryOf } from "./ci/report";
import { UsageError, type Parsed } from "./command/options";
import { runCommand, UserError } from "./command/run";

const PROJECT_DIR = path.resolve(__dirname, "..");
/** Invisible marker by which this command recognizes its own comments and issues. */
const MARKER = { preview: "<!-- iot-telemetry-etl: preview -->", drift: "<!-- iot-telemetry-etl: drift -->" };
/** Maximum characters of a comment; GitHub accepts 65,536. */
const MOST = 60_000;

type Kind = "preview" | "drift" | "compare";

async function ci(parsed: Parsed): Promise<number> {
  const [action, ...more] = parsed.positionals;
  if (more.length > 0) throw new UsageError(`"${more[0]}": one of preview, drift, compare, comment, issue at a time.`);
  const reports = path.resolve(parsed.text("reports") ?? path.join(PROJECT_DIR, ".local", "ci"));
  switch (action) {
    case "preview":
    case "drift": {
      refuse(
        parsed,
        action,
        ["pull-request", "head", "sha", "run-url", "result", "input"],
        action === "drift" ? ["local", "base", "policy-config"] : [],
      );
      if (parsed.text("base") !== undefined && !parsed.flag("local"))
        throw new UsageError("--base takes --local: AWS itself knows what is deployed.");
      const stacks = parsed.texts("stack").length > 0 ? [...new Set(parsed.texts("stack"))] : ["dev"];
      let failed = false;
      let interrupted = false;
      const interrupt = (): void => void (interrupted = true);
      // pulumi and the local cloud receive the terminal's Ctrl-C themselves; this removes what they leave behind.
      process.on("SIGINT", interrupt);
      for (const stack of stacks) if (!interrupted) failed = !(await look(action, stack, reports, parsed)) || failed;
      process.off("SIGINT", interrupt);
      return interrupted ? 130 : failed ? 1 : 0;
    }
    case "compare":
      refuse(parsed, action, ["pull-request", "head", "sha", "run-url", "result", "local", "policy-config"]);
      return compare(reports, parsed);
    case "comment":
      refuse(parsed, action, ["stack", "local", "base", "policy-config", "result", "input"]);
      return comment(reports, parsed);
    case "issue":
      refuse(parsed, action, ["stack", "local", "base", "policy-config", "pull-request", "head", "sha", "input"]);
      return issue(reports, parsed);
    default:
      throw new UsageError(
        `${action === undefined ? "what to do is missing" : `"${action}"`}: preview, drift, compare, comment or issue.`,
      );
  }
}

/** Refuses options that would have no effect. */
function refuse(parsed: Parsed, action: string, ...names: string[][]): void {
  for (const name of names.flat())
    if (parsed.flag(name) || parsed.texts(name).length > 0)
      throw new UsageError(`--${name}: ${action} does not take it.`);
}

/** @returns whether pulumi succeeded; for `drift`, whether there is no drift */
async function look(kind: Kind, stack: string, reports: string, parsed: Parsed): Promise<boolean> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ci-"));
  const base = parsed.text("base");
  const file = path.join(reports, `${kind}-${stack}.md`);
  // A report of an earlier run must not be taken for this one's.
  fs.rmSync(file, { force: true });
  let local: LocalPreview | undefined;
  try {
    if (parsed.flag("local"))
      local = await openLocal(PROJECT_DIR, stack, folder, base === undefined ? undefined : path.resolve(base));
    const log = path.join(folder, "events");
    const policyConfig = parsed.text("policy-config");
    const argv = [
      ...["preview", "--diff", "--stack", stack, "--event-log", log],
      ...(kind === "drift" ? ["--refresh", "--expect-no-changes"] : ["--policy-pack", "policies"]),
      ...(policyConfig === undefined ? [] : ["--policy-pack-config", path.resolve(policyConfig)]),
      ...(local === undefined ? [] : ["--config-file", local.configFile]),
    ];
    const { code, output } = await pulumi(argv, { cwd: PROJECT_DIR, env: local?.env });
    const outcome = outcomeOf(fs.existsSync(log) ? fs.readFileSync(log, "utf8") : "");
    const ok = code === 0;
    const where = local === undefined ? undefined : "in the local cloud";
    const bill =
      kind === "preview" ? billOf(outcome, path.join(PROJECT_DIR, `Pulumi.${stack}.yaml`), Date.now()) : undefined;
    const text = reportText({ stack, outcome, ok, where, limits: local?.limits ?? [], bill, output });
    fs.mkdirSync(reports, { recursive: true });
    // A stack without drift has no report.
    if (kind === "preview" || !ok) fs.writeFileSync(file, text);
    if (process.env.GITHUB_STEP_SUMMARY !== undefined) fs.appendFileSync(process.env.GITHUB_STEP_SUMMARY, text);
    print(`${stack}: ${summaryOf(outcome)}\n`);
    return ok;
  } finally {
    await local?.end();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** What edited pipelines do with recorded messages, before and after the change; no report of a stack without an edit. */
async function compare(reports: string, parsed: Parsed): Promise<number> {
  const [base, inputs] = [parsed.text("base"), parsed.texts("input")];
  if (base === undefined || inputs.length === 0)
    throw new UsageError(
      "compare takes --base DIR, the checkout without the change, and --input FILE, recorded messages.",
    );
  const stacks = parsed.texts("stack").length > 0 ? [...new Set(parsed.texts("stack"))] : ["dev"];
  for (const stack of stacks) {
    const file = path.join(reports, `compare-${stack}.md`);
    // A report of an earlier run must not be taken for this one's.
    fs.rmSync(file, { force: true });
    const text = await changedPipelinesText({ head: PROJECT_DIR, base: path.resolve(base), stack, inputs });
    print(`${stack}: ${text === "" ? "no pipeline differs" : `compared, see ${path.relative(process.cwd(), file)}`}\n`);
    if (text === "") continue;
    fs.mkdirSync(reports, { recursive: true });
    fs.writeFileSync(file, text);
    if (process.env.GITHUB_STEP_SUMMARY !== undefined) fs.appendFileSync(process.env.GITHUB_STEP_SUMMARY, text);
  }
  return 0;
}

async function comment(reports: string, parsed: Parsed): Promise<number> {
  const found = reportsOf(reports, "preview");
  // A comment about an earlier commit must not look as if it were about this one.
  const previews = found.length > 0 ? found : ["No preview came out of this run; its log says why.\n"];
  const texts = [...previews, ...reportsOf(reports, "compare")];
  const [given, head, sha] = [parsed.text("pull-request"), parsed.text("head"), parsed.text("sha")];
  if ((given === undefined) === (head === undefined) || (head !== undefined && sha === undefined))
    throw new UsageError("comment takes --pull-request NUMBER, or --head OWNER:BRANCH with --sha SHA.");
  if (given !== undefined && !/^\d+$/.test(given)) throw new UsageError(`--pull-request: saw "${given}"; its number.`);
  const forge = forgeOf(process.env);
  const number = given ?? (await forge.find(head!, sha!));
  if (number === undefined) {
    print(`${head} has no open pull request at ${sha}; nothing is commented\n`);
    return 0;
  }
  const about = sha === undefined ? "" : ` of ${sha.slice(0, 12)}`;
  const body = bodyOf(MARKER.preview, `## What this change would deploy${about}`, texts, parsed.text("run-url"));
  print(`${await forge.comment(number, MARKER.preview, body)}\n`);
  return 0;
}

async function issue(reports: string, parsed: Parsed): Promise<number> {
  const texts = reportsOf(reports, "drift");
  const result = parsed.text("result");
  if (result !== "success" && result !== "failure")
    throw new UsageError(
      `issue takes --result success or failure; saw ${result === undefined ? "none" : `"${result}"`}.`,
    );
  if (texts.length === 0 && result === "failure")
    throw new UserError([
      `a look failed and left no report in ${reports}; see its job's log. The issue stays as it is`,
    ]);
  const title = "Something was changed behind Pulumi's back";
  const said =
    "The account differs from what was deployed. `pulumi up` puts back what the program says; a change that should stay goes into " +
    "the program first. This issue is updated every night, and closed when there is no difference.";
  const body = texts.length === 0 ? undefined : bodyOf(MARKER.drift, said, texts, parsed.text("run-url"));
  const url = await forgeOf(process.env).issue(MARKER.drift, title, body);
  print(`${url === undefined ? "no drift, and no issue about it" : body === undefined ? `closed ${url}` : url}\n`);
  return 0;
}

/** The reports, in the order of the environments. */
function reportsOf(folder: string, kind: Kind): string[] {
  if (!fs.existsSync(folder)) return [];
  const order = ["dev", "staging", "prod"];
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .flatMap((file) => {
      const stack = new RegExp(`^${kind}-(.+)\\.md$`).exec(path.basename(file))?.[1];
      return stack === undefined ? [] : [{ stack, file: path.join(folder, file) }];
    })
    .sort((one, other) => rank(one.stack) - rank(other.stack) || one.stack.localeCompare(other.stack))
    .map(({ file }) => fs.readFileSync(file, "utf8"));
}

/** The marker and the reports. Reports that are too long for the forge are cut, each by the same share. */
function bodyOf(marker: string, head: string, texts: readonly string[], runUrl: string | undefined): string {
  const share = Math.floor(MOST / Math.max(1, texts.length));
  const cut = texts.map((text) =>
    text.length <= share
      ? text
      : `${text.slice(0, share)}\n\n(cut here; the run's log and its summary have it whole)\n`,
  );
  return [marker, head, "", ...cut, ...(runUrl === undefined ? [] : [`[The run](${runUrl})`])].join("\n");
}

export { CI };

if (require.main === module) void runCommand(CI, ci);
