import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { evaluateStack, registeredOf } from "../cli/preview/evaluate-stack";
import { evaluate, type Evaluation } from "../local/engine";
import { judge } from "../policies/framework/judge";
import type { Registered } from "../policies/framework/view";
import { RULES } from "../policies/rules";
import { CASES } from "../test/policies/misconfigurations/cases";
import { OWN } from "../test/policies/misconfigurations/own";
import { isMeant, programOf } from "../test/policies/misconfigurations/run";
import { ownStack } from "../test/policies/misconfigurations/stack";

const ROOT = path.resolve(__dirname, "..");
const SEED = path.join(ROOT, "definitions/etl");
const ROUNDS = 5;

/** CPU time of the pack per resource for increasing numbers of resources, the time of a whole preview, and the misconfigurations caught. */
export async function benchPolicies(): Promise<void> {
  const mandatory = RULES.filter(({ level }) => level === "mandatory").length;
  process.stdout.write(`  ${RULES.length} rules, ${mandatory} mandatory\n`);
  const single = await stackOf(1);
  await pack("the example stack", single);
  const plain = programOf({});
  await pack("a plain program", plain);
  // Complete programs side by side, so that each resource has as many relations as in one program.
  for (const times of [10, 20, 40]) await pack(`${times} plain programs in one stack`, copies(plain, times));
  for (const pipelines of [10, 100]) await pack(`${pipelines} pipelines on one channel`, await stackOf(pipelines));
  for (const pipelines of [1, 100]) await preview(pipelines);
  await caught();
}

/** Evaluates the example's documents with many pipelines, in a temporary folder. */
async function within<T>(pipelines: number, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-policies-"));
  try {
    for (const name of ["channel", "topic_rule", "datastore", "dataset"])
      fs.copyFileSync(path.join(SEED, `${name}.json`), path.join(folder, `${name}.json`));
    const text = fs.readFileSync(path.join(SEED, "pipeline.json"), "utf8");
    const pipeline = JSON.parse(text) as { pipelineName: string };
    const many = Array.from({ length: pipelines }, (_, i) => ({ ...pipeline, pipelineName: `pipeline_${i}` }));
    fs.writeFileSync(path.join(folder, "pipelines.json"), JSON.stringify(many));
    return await use(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

async function stackOf(pipelines: number): Promise<Registered[]> {
  return within(pipelines, async (folder) => {
    const evaluation: Evaluation = await evaluate({ projectDir: ROOT, stack: "dev", config: { definitions: folder } });
    if (evaluation.problems.length > 0) throw new Error(evaluation.problems[0]!.message);
    return registeredOf(evaluation);
  });
}

/** Copies of a program with different names. */
function copies(resources: readonly Registered[], times: number): Registered[] {
  return Array.from({ length: times }, (_, n) => {
    const text = JSON.stringify(resources).replace(
      /\b(plant|archive|parquet|transform|bridge|importer|machine|schedule|rule|historian|readings)\b(?!":|-group)(?=[-"/:*$\\_])/g,
      `$1x${n}`,
    );
    return JSON.parse(text) as Registered[];
  }).flat();
}

async function pack(what: string, resources: readonly Registered[]): Promise<void> {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    // CPU time, because other processes may be running.
    const before = process.cpuUsage();
    judge({ stack: "dev", resources, region: "eu-central-1" }, { rules: RULES });
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  const each = (best / resources.length).toFixed(2);
  process.stdout.write(
    `  ${what.padEnd(34)}${String(resources.length).padStart(6)} resources${best.toFixed(0).padStart(7)} ms, ${each} ms a resource\n`,
  );
  await Promise.resolve();
}

async function preview(pipelines: number): Promise<void> {
  await within(pipelines, async (folder) => {
    const started = performance.now();
    const { evaluation, took } = await evaluateStack("dev", {
      projectDir: ROOT,
      config: { "iot-telemetry-etl:definitions": folder },
      packConfig: {},
      exceptions: [],
    });
    const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
    process.stdout.write(
      `  preview of ${pipelines} pipelines: ${evaluation.resources.length} resources, ${seconds(performance.now() - started)}, of which the pack ${seconds(took.policies)}\n`,
    );
  });
}

async function caught(): Promise<void> {
  const rule = (id: string) => RULES.filter((each) => each.id === id);
  const plain = CASES.filter((each) => {
    const { stack = "dev", stackConfig, region = "eu-central-1", config } = each;
    const given = { stack, resources: programOf(each), stackConfig, region, account: "123456789012" };
    return judge(given, { rules: rule(each.rule), config }).violations.some(({ level }) => level === "mandatory");
  });
  const { resources, evaluation } = await ownStack("dev");
  const own = OWN.filter(({ rule: id, of, change, without = [] }) => {
    const changed = resources
      .filter((resource) => !without.some((meant) => isMeant(resource, meant)))
      .map((resource) => {
        if (resource.name !== of) return resource;
        const copy = { ...resource, inputs: structuredClone(resource.inputs) };
        change?.(copy.inputs);
        return copy;
      });
    const given = { stack: "dev", resources: changed, region: evaluation.region, stackConfig: evaluation.config };
    return judge(given, { rules: rule(id) }).violations.some(({ level }) => level === "mandatory");
  });
  process.stdout.write(`  misconfigurations caught: ${plain.length} of ${CASES.length} of a plain program, `);
  process.stdout.write(`${own.length} of ${OWN.length} of our own stack\n`);
}
