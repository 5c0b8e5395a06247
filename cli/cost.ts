import * as path from "node:path";
import { configuredTraffic, infracostJson, linesOf, type Registered } from "../cost";
import { evaluate } from "../local/engine";
import { pairs, UsageError, type Parsed } from "./command/options";
import { runCommand, UserError } from "./command/run";
import { billOf, type Bill } from "./cost/bill";
import { COST } from "./cost/options";
import { billMarkdown, billText, comparedMarkdown, comparedText } from "./cost/text";
import { assumptionsOf, measure, trafficOf } from "./cost/traffic";
import { print, printError } from "./output/terminal";
import { stacksOf } from "./preview/evaluate-stack";

const PROJECT_DIR = path.resolve(__dirname, "..");

async function cost(parsed: Parsed): Promise<number> {
  const projectDir = path.resolve(parsed.text("cwd") ?? PROJECT_DIR);
  const formats = ["json", "markdown", "infracost"].filter((name) => parsed.flag(name));
  if (formats.length > 1)
    throw new UsageError(`${formats.map((name) => `--${name}`).join(" and ")} exclude each other.`);
  if (parsed.flag("all") && parsed.texts("stack").length > 0)
    throw new UsageError("--all and --stack exclude each other.");
  const given = parsed.texts("stack");
  const stacks = parsed.flag("all") ? stacksOf(projectDir) : given.length > 0 ? [...new Set(given)] : ["dev"];
  if (stacks.length === 0) throw new UserError([`${projectDir}: there is no Pulumi.STACK.yaml`]);
  // Wrong usage comes before anything that takes time.
  trafficOf(parsed, undefined);
  assumptionsOf(parsed, undefined);
  const config = Object.fromEntries(pairs(parsed, "config", "KEY=VALUE"));
  const measured = await measure(parsed);
  if (measured !== undefined)
    printError(
      `${measured.messages.toLocaleString("en-US")} messages of ${Math.round(measured.size)} bytes on average, gzip to ${(measured.gzipRatio * 100).toFixed(0)} %` +
        `${measured.rate === undefined ? "" : `, ${measured.rate.toPrecision(3)} a second`}\n`,
    );

  const bills: Bill[] = [];
  const problems: string[] = [];
  for (const stack of stacks) {
    const {
      problems: own,
      resources,
      region,
      config: stackConfig,
      warnings,
    } = await evaluate({
      projectDir,
      stack,
      config,
      dryRun: true,
    });
    for (const { message } of warnings) printError(`warning: ${message}\n`);
    problems.push(...own.map(({ message }) => `stack ${stack}: ${message}`));
    if (own.length > 0) continue;
    const configured = configuredTraffic(stackConfig ?? {});
    if (configured === undefined && parsed.texts("rate").length === 0 && measured?.rate === undefined)
      problems.push(
        `stack ${stack}: nothing says how many messages come; give --rate N, or --input FILE --time ATTRIBUTE, or set traffic in Pulumi.${stack}.yaml`,
      );
    else
      bills.push(
        billOf(stack, region, resources.map(registered), {
          traffic: trafficOf(parsed, measured, configured),
          assumptions: assumptionsOf(parsed, measured),
          prices: { freeTier: parsed.flag("free-tier"), steps: !parsed.flag("first-step") },
          now: Date.now(),
        }),
      );
  }
  if (problems.length > 0) throw new UserError(problems);

  if (parsed.flag("infracost"))
    process.stdout.write(`${JSON.stringify(infracostJson(bills, projectDir, new Date().toISOString()))}\n`);
  else if (parsed.flag("json")) process.stdout.write(`${jsonOf(bills)}\n`);
  else if (parsed.flag("markdown"))
    print(`${[...bills.map(billMarkdown), ...(bills.length > 1 ? [comparedMarkdown(bills)] : [])].join("\n")}`);
  else {
    for (const bill of bills) print(`${billText(bill)}\n`);
    if (bills.length > 1) print(`${comparedText(bills)}\n`);
  }
  return 0;
}

function registered({ urn, type, name, parent, inputs, outputs }: Registered & { outputs: object }): Registered {
  return { urn, type, name, parent, inputs: { ...outputs, ...inputs } };
}

/** Docs: docs/commands.md. */
function jsonOf(bills: readonly Bill[]): string {
  return JSON.stringify({
    traffic: bills[0]!.options.traffic,
    assumptions: bills[0]!.options.assumptions,
    stacks: bills.map(({ stack, region, options, estimate, advice }) => ({
      stack,
      region,
      traffic: options.traffic,
      usdPerMonth: estimate.usdPerMonth,
      fixedUsdPerMonth: estimate.fixedUsdPerMonth,
      usdPerMillionMessages: estimate.usdPerMillionMessages,
      items: linesOf(estimate.items),
      advice,
      warnings: estimate.warnings,
      unknown: estimate.unknown,
    })),
  });
}

export { COST } from "./cost/options";

if (require.main === module) void runCommand(COST, cost);
