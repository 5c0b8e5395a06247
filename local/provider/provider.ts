import { isDeepStrictEqual } from "node:util";
import { invokeResult, type Catalog } from "../engine/invokes";
import { resolveMarkers } from "../engine/markers";
import { ARCHIVE, ASSET, SIGNATURE } from "../engine/signatures";
import { TYPES, type Properties, type Resource } from "../core/model";
import { changesOf, handlers, missingReferences, planResource, type Finding, type PropertyChange } from "../handlers";
import { InvocationFailed } from "../services/lambda/invocations";
import { contextOf, resourceOf, type Account } from "./account";
import { beforeCreation, planUnknown } from "./unknowns";

/** What a resource holds that deleting it would lose, in words, or undefined. */
export type Holds = (resource: Resource) => string | undefined;

/** The account that a provider changes. */
export interface ProviderOptions {
  account: Account;
  region: string;
  /** folder that paths of assets are relative to */
  folder: string;
  holds: Holds;
  /** Runs a change of the account while nothing runs over its data. */
  change<T>(work: () => T): Promise<T>;
  /** Makes an invocation that is declared, over what is there by now. @throws InvocationFailed */
  invokeDeclared(resource: Resource): Promise<void>;
  /** A table as the catalog has it by now: functions change it too. */
  catalog: Catalog;
  /** Removes what a deleted resource leaves on the disk. */
  removeData(resource: Resource): void;
}

/** A request of the engine about a resource. */
export interface Asked {
  urn: string;
  type: string;
  id: string;
  /** as the stack's state has it, for types with one */
  arn?: string;
}

/** The state of a resource as the engine keeps it. */
export interface State {
  /** "" if there is no such resource */
  id: string;
  /** what the provider's state holds; undefined if there is no such resource */
  properties?: Properties;
  inputs?: Properties;
}

/** The changes between two versions of a resource's arguments. */
export interface Difference {
  changes: PropertyChange[];
  /** the new resource would have the old one's name */
  deleteBeforeReplace: boolean;
}

/** What AWS would answer that is no defect: the text is shown to the user. */
export class Refusal extends Error {}

/**
 * The provider `aws` over the local cloud's resource handlers: what Pulumi's engine asks of a provider, without its wire format.
 * Properties are as the engine sends them, with the markers of assets and unknown values, and without those of secrets.
 */
export class Provider {
  constructor(private readonly options: ProviderOptions) {}

  /** @returns the provider's arguments that say something else than the region of this cloud */
  checkConfig(news: Properties): Finding[] {
    const context = contextOf("", this.options.region);
    const given = Object.fromEntries(Object.entries(news).filter(([, value]) => value !== ""));
    return planResource("pulumi:providers:aws", given, context).problems;
  }

  /** @returns the arguments with the physical name that AWS would not choose itself, and what is wrong with them */
  check({ urn, type }: Asked, olds: Properties, news: Properties): { inputs: Properties; problems: Finding[] } {
    const handler = handlers.get(type);
    const inputs = { ...news };
    const naming = handler?.naming;
    // A resource keeps the name that it has, wherever it got it from.
    if (naming !== undefined && (inputs[naming.property] ?? "") === "" && olds[naming.property] !== undefined)
      inputs[naming.property] = olds[naming.property];
    const { value, problems } = this.resolve(inputs);
    const plan = planUnknown(type, value, this.context(urn));
    if (naming !== undefined) inputs[naming.property] ??= plan.inputs[naming.property];
    return { inputs, problems: [...problems, ...plan.problems] };
  }

  diff(asked: Asked, oldInputs: Properties, news: Properties): Difference {
    const { urn, type, id } = asked;
    const [before, after] = [this.resolve(oldInputs).value, this.resolve(news).value];
    // The engine knows archives by their hash, and may leave their text out of a comparison.
    for (const name of Object.keys(after)) {
      const [hash, other] = [oldInputs[name]?.hash as unknown, news[name]?.hash as unknown];
      if (isArchive(after[name]) && typeof hash === "string" && typeof other === "string")
        [before[name], after[name]] = [{ files: { hash } }, { files: { hash: other } }];
    }
    const changes = changesOf(handlers.get(type)?.properties ?? {}, before, after);
    const replaced = changes.some(({ replaces }) => replaces);
    const planned = replaced ? planUnknown(type, after, this.context(this.find(asked)?.urn ?? urn)) : undefined;
    return { changes, deleteBeforeReplace: planned?.id === id };
  }

  async create({ urn, type }: Asked, inputs: Properties, preview: boolean): Promise<State> {
    if (preview) return this.preview(type, inputs, urn);
    const state = await this.options.change(() => {
      const { account } = this.options;
      const resource = this.planned(urn, type, inputs);
      if (account.find(type, resource.id, arnOf(resource.outputs)) !== undefined)
        throw new Refusal(
          `${type} ${resource.id} exists already (AlreadyExists); give it another name, or take it into the stack with pulumi import`,
        );
      this.refuseMissing(resource);
      account.put(resource);
      return { id: resource.id, properties: answer(resource, inputs) };
    });
    if (type === TYPES.invocation) await this.invokeNow({ urn, type, id: state.id });
    return state;
  }

  /** What is declared has happened, or is not there: the engine tries again in the next deployment. */
  private async invokeNow(asked: Asked): Promise<void> {
    try {
      await this.options.invokeDeclared(this.existing(asked));
    } catch (error) {
      await this.delete(asked);
      throw error instanceof InvocationFailed ? new Refusal(error.message) : error;
    }
  }

  /**
   * What there is now. `inputs` are the arguments in the stack's state, none for an import.
   * @throws Refusal if its file was changed into something that AWS would not hold
   */
  read(asked: Asked, inputs: Properties): State {
    const resource = this.find(asked);
    if (resource === undefined) return { id: "" };
    // Archives come back as the engine knows them, unless there is another one now.
    const raw = this.current(resource);
    const before = this.resolve(inputs).value;
    for (const [name, value] of Object.entries(resource.inputs))
      if (isArchive(value))
        raw[name] = JSON.stringify(value) === JSON.stringify(before[name]) ? inputs[name] : archiveOf(value.files);
    const properties = answer(resource, raw);
    if (raw.storageDescriptor !== undefined) properties.storageDescriptor = raw.storageDescriptor as unknown;
    if (resource.type === TYPES.table) properties.parameters = raw.parameters as unknown;
    return { id: resource.id, properties, inputs: raw };
  }

  /** The arguments as they would be for what is there now: columns may have arrived, and a projection gone. */
  private current({ type, inputs }: Resource): Properties {
    if (type !== TYPES.table) return { ...inputs };
    const found = this.options.catalog(inputs.databaseName, inputs.name);
    if (found === undefined) return { ...inputs };
    const { columns, parameters } = found;
    const same = isDeepStrictEqual(parameters, inputs.parameters ?? {});
    return {
      ...inputs,
      ...(same ? {} : { parameters }),
      storageDescriptor: { ...inputs.storageDescriptor, columns },
    };
  }

  async update(asked: Asked, news: Properties, preview: boolean): Promise<State> {
    const { urn, type, id } = asked;
    const found = this.existing(asked);
    if (preview) {
      const known = this.preview(type, news, found.urn, false);
      return { ...known, id };
    }
    return this.options.change(() => {
      const resource = this.planned(found.urn, type, news);
      if (resource.id !== found.id)
        throw new Error(`${urn}: an update would change the id ${found.id} to ${resource.id}`);
      this.refuseMissing(resource);
      this.options.account.put(resource);
      return { id, properties: answer(resource, news) };
    });
  }

  async delete(asked: Asked): Promise<void> {
    await this.options.change(() => {
      const { account, holds, removeData } = this.options;
      const resource = this.find(asked);
      if (resource === undefined) return;
      const held = holds(resource);
      if (held !== undefined) throw new Refusal(held);
      account.remove(resource);
      removeData(resource);
    });
  }

  invoke(token: string, args: Properties): Properties {
    const { region, catalog } = this.options;
    let result: Properties | undefined;
    try {
      result = invokeResult(token, this.resolve(args).value, region, catalog);
    } catch (error) {
      throw new Refusal((error as Error).message);
    }
    if (result === undefined)
      throw new Refusal(
        `the local cloud does not execute the function ${token} (arguments ${JSON.stringify(args)}); it supports getCallerIdentity, getRegion, getPartition and getCatalogTable`,
      );
    return result;
  }

  private context(urn: string) {
    return contextOf(urn, this.options.region);
  }

  private resolve(raw: Properties) {
    return resolveMarkers(raw, this.options.folder, true);
  }

  private find({ type, id, arn }: Asked): Resource | undefined {
    try {
      return this.options.account.find(type, id, arn);
    } catch (error) {
      throw new Refusal((error as Error).message);
    }
  }

  private existing(asked: Asked): Resource {
    const found = this.find(asked);
    if (found === undefined)
      throw new Refusal(
        `${asked.type} ${asked.id} no longer exists (NotFound); pulumi refresh removes it from the stack's state`,
      );
    return found;
  }

  /** The outputs that are known before; what AWS draws is known once the resource is there. */
  private preview(type: string, raw: Properties, urn: string, creates = true): State {
    const plan = planUnknown(type, this.resolve(raw).value, this.context(urn));
    const { id, outputs } = creates ? beforeCreation(type, plan) : plan;
    return { id, properties: { ...outputs, ...assetsOf(plan.inputs, raw) } };
  }

  /** @param origin the URN of its creation, which what AWS drew followed from */
  private planned(origin: string, type: string, raw: Properties): Resource {
    const { value, problems } = this.resolve(raw);
    const plan = planResource(type, value, this.context(origin));
    const wrong = [...problems, ...plan.problems].map(({ path, message }) =>
      path === "" ? message : `${path}: ${message}`,
    );
    if (wrong.length > 0) throw new Refusal(wrong.join("; "));
    return { ...resourceOf(origin, type, plan.inputs), id: plan.id, outputs: plan.outputs };
  }

  private refuseMissing(resource: Resource): void {
    const missing = missingReferences(resource, this.options.account.declared);
    if (missing.length > 0) throw new Refusal(missing.map(({ path, message }) => `${path}: ${message}`).join("; "));
  }
}

/** The ARN among a resource's outputs, if it has one. */
export function arnOf(outputs: Properties): string | undefined {
  return typeof outputs.arn === "string" ? outputs.arn : undefined;
}

function answer(resource: Resource, raw: Properties): Properties {
  return { ...resource.outputs, ...assetsOf(resource.inputs, raw) };
}

/** Archives as the engine sent them. */
function assetsOf(inputs: Properties, raw: Properties): Properties {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) => (isArchive(value) ? [[name, raw[name] as unknown]] : [])),
  );
}

function isArchive(value: unknown): value is { files: Record<string, string> } {
  return typeof value === "object" && value !== null && "files" in value;
}

function archiveOf(files: Record<string, string>): Properties {
  const assets = Object.entries(files).map(([name, text]) => [name, { [SIGNATURE]: ASSET, text }]);
  return { [SIGNATURE]: ARCHIVE, assets: Object.fromEntries(assets) as Properties };
}
