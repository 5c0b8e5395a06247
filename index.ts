/**
 * The program: creates on AWS what the documents in a stack's folder describe. `Pulumi.STACK.yaml` names the folder and contains the settings that
 * the documents lack (docs/configuration.md). All errors in configuration and documents are reported together, before anything is created.
 *
 * Its outputs are described in `stacks/build/outputs.ts`.
 */
import { buildStack } from "./stacks/build/build-stack";
import { readStack } from "./stacks/read";

export = (): ReturnType<typeof buildStack> => buildStack(readStack());
