/** The activities, each compiled to a function over a message, or over a batch of them if it has to wait. */
import type { ChainedActivity } from "./chain";
import { compileAddAttributes } from "./add-attributes";
import { compileChannel } from "./channel";
import { compileRegistryEnrich, compileShadowEnrich } from "./enrich";
import { compileFilter } from "./filter";
import { compileLambda } from "./lambda";
import { compileMath } from "./math";
import { compileRemoveAttributes } from "./remove-attributes";
import { compileSelectAttributes } from "./select-attributes";
import type { BatchStep, Compilation, Step } from "./step";

export { rawInFlight } from "./lambda";
export { NO_SERVICES } from "./step";
export type {
  ActivityCounters,
  BatchStep,
  Compilation,
  Invocation,
  LookUp,
  Services,
  Step,
  TransformOptions,
  InFlightMessage,
} from "./step";
export type { Stop } from "./stop";
export { Tallies, type ActivityFigures } from "./tallies";

/** Activities that call another service, and so wait. */
export function isAsynchronous({ kind }: ChainedActivity): boolean {
  return kind === "lambda" || kind === "deviceRegistryEnrich" || kind === "deviceShadowEnrich";
}

/** What an asynchronous activity does with a batch; undefined for the others. */
export function compileBatchActivity({ activity }: ChainedActivity, compilation: Compilation): BatchStep | undefined {
  if (activity.lambda) return compileLambda(activity.lambda, compilation);
  if (activity.deviceRegistryEnrich) return compileRegistryEnrich(activity.deviceRegistryEnrich, compilation);
  if (activity.deviceShadowEnrich) return compileShadowEnrich(activity.deviceShadowEnrich, compilation);
  return undefined;
}

/** The step of an activity that does not wait; undefined for the datastore, which only ends the chain. */
export function compileActivity({ activity, kind, name }: ChainedActivity, compilation: Compilation): Step | undefined {
  if (activity.channel) return compileChannel(activity.channel);
  if (activity.math) return compileMath(activity.math, compilation);
  if (activity.filter) return compileFilter(activity.filter, compilation);
  if (activity.addAttributes) return compileAddAttributes(activity.addAttributes, compilation);
  if (activity.removeAttributes) return compileRemoveAttributes(activity.removeAttributes, compilation);
  if (activity.selectAttributes) return compileSelectAttributes(activity.selectAttributes, compilation);
  if (activity.datastore) return undefined;
  throw new Error(`the activity ${name} is a ${kind}, which is not executed`);
}
