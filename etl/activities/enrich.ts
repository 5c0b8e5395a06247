import { parseAttributePath } from "./attribute-path";
import type { EnrichActivity } from "../documents/model/types";
import { typeOf, type PathStep } from "../expressions";
import type { Message } from "../json";
import { inFlightOf } from "./lambda";
import { LookUpCache } from "./look-ups";
import type { BatchStep, Compilation, LookUp, StageResult, Services, InFlightMessage } from "./step";

const DEFAULT_CACHE_SECONDS = 300;

/** Names that things can have. */
const THING = /^[a-zA-Z0-9:_-]{1,128}$/;

/** Adds the registry's entry of the thing that an attribute names. https://docs.aws.amazon.com/iotanalytics/latest/userguide/pipeline-activities.html */
export function compileRegistryEnrich(activity: EnrichActivity, compilation: Compilation): BatchStep {
  return new EnrichStep(activity, compilation, (services, thing) => services.describeThing(thing));
}

/** Adds the classic shadow of the thing that an attribute names. https://docs.aws.amazon.com/iotanalytics/latest/userguide/pipeline-activities.html */
export function compileShadowEnrich(activity: EnrichActivity, compilation: Compilation): BatchStep {
  return new EnrichStep(activity, compilation, (services, thing) => services.thingShadow(thing));
}

/** What is not found does not stop a message, unless the pipeline says so (docs/sources.md: enrichment-failure). */
class EnrichStep implements BatchStep {
  private readonly slot: number;
  private readonly below: readonly PathStep[];
  private readonly cache: LookUpCache;

  constructor(
    private readonly activity: EnrichActivity,
    private readonly compilation: Compilation,
    private readonly lookUp: (services: Services, thing: string) => Promise<LookUp>,
  ) {
    const { layout, options } = compilation;
    const [root, ...below] = parseAttributePath(activity.thingName);
    this.slot = layout.slot(root);
    this.below = below;
    // what is added takes the place of an attribute that is there: of one slot the last one counts
    layout.slot(activity.attribute);
    this.cache = new LookUpCache((options.enrichmentCacheSeconds ?? DEFAULT_CACHE_SECONDS) * 1000);
  }

  serialize(message: Message, source: number): InFlightMessage {
    return { ...inFlightOf(source, message.toJson(), ""), thing: this.thingOf(message) };
  }

  async run(messages: readonly InFlightMessage[], services: Services): Promise<StageResult> {
    const things = messages.flatMap(({ thing }) => (thing !== undefined && "name" in thing ? [thing.name] : []));
    const found = await this.cache.all(things, (thing) => this.lookUp(services, thing));
    const result: StageResult = { messages: [], stopped: [] };
    for (const inFlight of messages) this.pass(inFlight, found, result);
    return result;
  }

  private pass(
    inFlight: InFlightMessage,
    found: ReadonlyMap<string, LookUp>,
    { messages, stopped }: StageResult,
  ): void {
    const { activity, compilation } = this;
    const { source, thing } = inFlight;
    const answer: LookUp =
      thing !== undefined && "name" in thing
        ? (found.get(thing.name) as LookUp)
        : { ok: false, reason: thing?.problem ?? "" };
    if (answer.ok) {
      const text = inFlight.bytes.toString("utf8");
      const comma = text.length > 2 ? "," : "";
      const json = `${text.slice(0, -1)}${comma}${JSON.stringify(activity.attribute)}:${answer.json}}`;
      messages.push(inFlightOf(source, json, ""));
    } else if (compilation.options.onEnrichmentFailure === "fail") {
      stopped.push({ source, stop: { result: "failed", at: activity.name, reason: answer.reason } });
    } else {
      compilation.counters.enrichmentFailuresPassed++;
      compilation.tallies.pass(activity.name, answer.reason);
      messages.push(inFlight);
    }
  }

  /** `thingName` is a path to the attribute that holds the name, and never the name itself. */
  private thingOf(message: Message): InFlightMessage["thing"] {
    const { slot, below, activity } = this;
    const value = below.length === 0 ? message.value(slot) : message.valueAt(slot, below);
    const path = activity.thingName;
    if (value === undefined) return { problem: `${path}, which names the thing, is missing` };
    const type = typeOf(value);
    if (type !== "String" && type !== "Int")
      return { problem: `${path}, which names the thing, is ${type === "Null" ? "null" : `of type ${type}`}` };
    const name = String(value);
    return THING.test(name)
      ? { name }
      : { problem: `${path} is not the name of a thing (1-128 letters, digits, ":", "_", "-")` };
  }
}
