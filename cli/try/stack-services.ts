import type { TrialDefinition } from "./definition";
import type { ServiceFiles } from "./services";
import { functionsOf, type StackSettings } from "./stack";

/** The services of the command line, completed from the stack with functions that the pipelines call. */
export function servicesOf(
  given: Omit<ServiceFiles, "declared">,
  stack: StackSettings | undefined,
  definitions: readonly TrialDefinition[],
): ServiceFiles {
  const called = new Set(
    definitions.flatMap(({ definition }) =>
      definition.pipeline.pipelineActivities.flatMap(({ lambda }) => lambda?.lambdaName ?? []),
    ),
  );
  const own = new Set(given.lambdas.map(({ name }) => name));
  const declared =
    stack === undefined ? [] : functionsOf(stack).filter(({ name }) => called.has(name) && !own.has(name));
  const remote = Object.entries(stack?.functions ?? {}).flatMap(([name, { arn }]) => (arn === undefined ? [] : [name]));
  return { ...given, lambdas: [...given.lambdas, ...declared], remote, declared: stack?.things ?? {} };
}
