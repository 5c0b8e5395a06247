/** What a stack's configuration says that a trial needs: options of pipelines and datastores, functions, things. */
import * as path from "node:path";
import { readConfig } from "../../local/engine/config";
import { Problems } from "../../local/engine/problems";
import { readProject } from "../../local/engine/project";
import { PROJECT, SETTINGS, type Settings } from "../../stacks/schema";
import { UserError } from "../command/run";
import type { FunctionSource } from "./function-source";

const NEEDED = ["definitions", "functions", "things", "pipelines", "datastores"] as const;

/** What a trial takes from a stack's configuration. */
export type StackSettings = Pick<Settings, (typeof NEEDED)[number]> & {
  /** the stack's file, which is watched */
  file: string;
  /** paths in the settings are relative to it */
  folder: string;
};

/** Reads them from `Pulumi.STACK.yaml`; `overrides` are those of `-c key=value`. @throws UserError with every mistake of them */
export function stackSettings(projectDir: string, stack: string, overrides: Record<string, string>): StackSettings {
  const problems = new Problems();
  const project = readProject(projectDir, problems);
  const config = project && readConfig(project, stack, overrides, process.env, problems);
  const found: Record<string, unknown> = {};
  for (const name of NEEDED) {
    const text = config?.values[`${project!.name}:${name}`];
    const { kind, defaults } = SETTINGS[name];
    const read = (): unknown =>
      kind.read(kind.fromText(text!), (place, message) =>
        problems.error(`Pulumi.${stack}.yaml: ${PROJECT}:${name}${place}`, message),
      );
    found[name] = (text === undefined ? undefined : read()) ?? defaults.dev;
  }
  if (problems.failed) throw new UserError(problems.errors.map(({ message }) => message));
  const { stackFolder: folder } = project!;
  return {
    ...(found as Pick<Settings, (typeof NEEDED)[number]>),
    file: path.join(folder, `Pulumi.${stack}.yaml`),
    folder,
  };
}

/** The functions that the stack deploys from a folder or file; those that are on AWS alone have no code here. */
export function functionsOf({ functions, folder, file }: StackSettings): FunctionSource[] {
  return Object.entries(functions).flatMap(([name, { path: given, handler, runtime, timeoutSeconds, environment }]) =>
    given === undefined
      ? []
      : [
          {
            name,
            path: path.resolve(folder, given),
            handler,
            runtime,
            timeout: timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000,
            environment,
            place: `${path.basename(file)}: ${PROJECT}:functions.${name}.path: saw ${JSON.stringify(given)}`,
          },
        ],
  );
}
