import { evaluated, type Example } from "../../../bench/mutation";
import type { Evaluation } from "../../../local/engine";
import type { Properties } from "../../../local/core/model";
import { registeredOf } from "../../../cli/preview/evaluate-stack";
import type { Registered } from "../../../policies/framework/view";

const KEY = "arn:aws:kms:eu-central-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const ROLE = "arn:aws:iam::000000000000:role/of-the-retired-service";

/** Our own stack with everything that it can have. */
const RICHEST: Example = {
  name: "richest",
  documents: {
    "channel.json": (document) => void (document.retentionPeriod = { numberOfDays: 90 }),
    "datastore.json": (document) => void (document.retentionPeriod = { numberOfDays: 365 }),
    "dataset.json": (document) => void (document.triggers = [{ schedule: { expression: "rate(5 minutes)" } }]),
    "pipeline.json": (document) => {
      const activities = document.pipelineActivities as Record<string, Properties>[];
      const first = activities.find(({ channel }) => channel !== undefined)!.channel!;
      const insert = (kind: string, settings: Properties): void => {
        activities.push({ [kind]: { ...settings, name: kind, next: first.next as string } });
        first.next = kind;
      };
      insert("lambda", { lambdaName: "hand_on", batchSize: 10 });
      insert("deviceRegistryEnrich", { attribute: "thing", thingName: "device_id", roleArn: ROLE });
      insert("deviceShadowEnrich", { attribute: "shadow", thingName: "device_id", roleArn: ROLE });
    },
  },
  config: { kmsKeyArn: KEY, things: JSON.stringify({ sensor0: {} }) },
  functions: { hand_on: "exports.handler = async (messages) => messages;" },
};

export interface OwnStack {
  evaluation: Evaluation;
  resources: Registered[];
}

/** Evaluates it for an environment. */
export async function ownStack(stack: string): Promise<OwnStack> {
  const evaluation = await evaluated(RICHEST, stack);
  return { evaluation, resources: registeredOf(evaluation) };
}
