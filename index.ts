/**
 * The program: what the documents of a stack's folder describe, on AWS. `Pulumi.STACK.yaml` names the folder and holds the settings that
 * documents lack (docs/configuration.md). Every mistake of configuration and documents is reported at once, before anything is created.
 *
 * Its outputs are described in `stacks/build/outputs.ts`.
 */
import { buildStack } from "./stacks/build/build-stack";
import { readStack } from "./stacks/read";

export = (): ReturnType<typeof buildStack> => buildStack(readStack());
