/** The activities that run, each compiled to a function over a message. */
import type { ChainedActivity } from "../chain";
import { compileAddAttributes } from "./add-attributes";
import { compileChannel } from "./channel";
import { compileFilter } from "./filter";
import { compileMath } from "./math";
import { compileRemoveAttributes } from "./remove-attributes";
import { compileSelectAttributes } from "./select-attributes";
import type { Compilation, Step } from "./step";

export type { ActivityCounters, Compilation, Step, Stop, TransformOptions } from "./step";

/** The step of an activity; undefined for the datastore, which only ends the chain. */
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
