import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { evaluate } from "../local/engine";

const ROOT = path.resolve(__dirname, "..");
const SEED = path.join(ROOT, "definitions/etl");

/** Time to evaluate the program with many pipelines on one channel and one datastore; it should grow linearly with their number. */
export async function benchEvaluation(): Promise<void> {
  let before: { pipelines: number; seconds: number } | undefined;
  for (const pipelines of [1, 10, 100, 1000]) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-evaluation-"));
    try {
      for (const name of ["channel", "topic_rule", "datastore", "dataset"])
        fs.copyFileSync(path.join(SEED, `${name}.json`), path.join(folder, `${name}.json`));
      const pipeline = JSON.parse(fs.readFileSync(path.join(SEED, "pipeline.json"), "utf8")) as {
        pipelineName: string;
      };
      const many = Array.from({ length: pipelines }, (_, i) => ({ ...pipeline, pipelineName: `pipeline_${i}` }));
      fs.writeFileSync(path.join(folder, "pipelines.json"), JSON.stringify(many));
      const started = Date.now();
      const { resources, problems } = await evaluate({
        projectDir: ROOT,
        stack: "dev",
        config: { definitions: folder },
      });
      const seconds = (Date.now() - started) / 1000;
      if (problems.length > 0) throw new Error(problems[0]!.message);
      const growth =
        before === undefined
          ? ""
          : `, ${(seconds / before.seconds).toFixed(1)} x the time for ${pipelines / before.pipelines} x the pipelines`;
      process.stdout.write(
        `  ${pipelines} pipelines, ${resources.length} resources: ${seconds.toFixed(1)} s${growth}\n`,
      );
      before = { pipelines, seconds };
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  }
}
