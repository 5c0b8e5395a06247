/** Pipelines that a change edits, over recorded messages: what they do before and after it, as a report. */
import * as fs from "node:fs";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { loadDocuments } from "../../etl";
import { UserError } from "../command/run";
import { markdownOf } from "../compare/markdown";
import { compareMessages } from "../compare/messages";
import { loadDefinition, type TrialDefinition } from "../try/definition";
import { TrialServices } from "../try/services";
import { Messages } from "../try/source";
import { stackSettings } from "../try/stack";
import { servicesOf } from "../try/stack-services";

/** What is compared. */
export interface ChangedPipelines {
  /** the checkout with the change, and the one without it */
  readonly head: string;
  readonly base: string;
  readonly stack: string;
  /** recordings */
  readonly inputs: readonly string[];
}

/** @returns Markdown, a part for each pipeline that differs; "" if none does. @throws UserError for documents that cannot be loaded */
export async function changedPipelinesText({ head, base, stack, inputs }: ChangedPipelines): Promise<string> {
  const [before, after] = [pipelinesOf(base, stack), pipelinesOf(head, stack)];
  const parts: string[] = [];
  for (const [name, load] of after) {
    const former = before.get(name);
    // A new pipeline has nothing to be compared with.
    if (former === undefined) continue;
    const definitions = [former(), load()] as const;
    if (isDeepStrictEqual(definitions[0].definition, definitions[1].definition)) continue;
    const settings = stackSettings(head, stack, {});
    const services = await TrialServices.load(
      servicesOf({ lambdas: [], things: [], shadows: [] }, settings, [...definitions]),
    );
    const missing = definitions.flatMap(({ definition }) => services.missing(definition.pipeline).problems);
    if (missing.length > 0) throw new UserError([...new Set(missing)]);
    const messages = new Messages({ inputs, messages: [], limit: Infinity, set: [], rename: [] }, false);
    const names = ["the base of this change", "this change"] as const;
    parts.push(markdownOf(await compareMessages({ definitions, names, messages, services, now: Date.now() })));
  }
  if (parts.length === 0) return "";
  const shown = inputs.map((file) => `\`${path.basename(file)}\``).join(", ");
  return `## Recorded messages before and after\n\nStack \`${stack}\`, messages of ${shown}.\n\n${parts.join("\n")}`;
}

/** The pipelines of a checkout's stack by name; none of a stack that it does not have. */
function pipelinesOf(folder: string, stack: string): Map<string, () => TrialDefinition> {
  if (!fs.existsSync(path.join(folder, `Pulumi.${stack}.yaml`))) return new Map();
  const settings = stackSettings(folder, stack, {});
  const set = loadDocuments(path.resolve(settings.folder, settings.definitions), { purpose: "check" });
  return new Map(
    set.pipelines.map(({ name, file }) => [
      name!,
      () =>
        loadDefinition({
          option: "--pipeline",
          pipeline: file,
          name: name!,
          datastore: undefined,
          options: {},
          stack: settings,
        }),
    ]),
  );
}
