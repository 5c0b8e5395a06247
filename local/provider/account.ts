import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { isObject } from "../core/data-file";
import { ACCOUNT, type Properties, type Resource } from "../core/model";
import { Declared, planResource, type Plan, type PlanContext } from "../handlers";

/** A resource as its file keeps it; the rest of its state follows from these. */
interface Kept {
  type: string;
  id: string;
  /** of its creation: what AWS draws at random follows from it */
  urn: string;
  inputs: Properties;
}

interface Entry {
  text: string;
  /** undefined if the file is not what the local cloud would accept */
  resource: Resource | undefined;
  problem: string | undefined;
}

/**
 * The resources that exist in the local cloud, each a JSON file that people may read, change or delete: it does to the resource what the
 * AWS console would, behind the engine's back.
 */
export class Account {
  private readonly entries = new Map<string, Entry>();
  private names: Declared | undefined;

  constructor(
    private readonly folder: string,
    private readonly region: string,
  ) {
    fs.mkdirSync(folder, { recursive: true });
    this.reread();
  }

  get resources(): Resource[] {
    return [...this.entries.values()].flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
  }

  /** Files that are not what the local cloud would accept: what is wrong, with the file. Their resources do not run. */
  get problems(): string[] {
    return [...this.entries.values()].flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  }

  /** Names and ARNs of the resources in the account. */
  get declared(): Declared {
    if (this.names === undefined) {
      this.names = new Declared();
      for (const resource of this.resources) this.names.add(resource);
    }
    return this.names;
  }

  /**
   * The resource of a type with that ARN, or for types without one that id, as its file is now. For an import, which knows no more than
   * the id, a name or an ARN in its place does if there is only one.
   * @throws Error if the file is not what the local cloud would accept
   */
  find(type: string, id: string, arn?: string): Resource | undefined {
    let file = this.fileOf(type, arn ?? id);
    this.load(file);
    if (!this.entries.has(file)) {
      const named = this.resources.filter(
        ({ type: other, id: otherId, inputs, outputs }) =>
          type === other &&
          (arn === undefined ? [otherId, inputs.name, inputs.bucket] : [outputs.arn]).includes(arn ?? id),
      );
      if (named.length !== 1) return undefined;
      file = this.fileOf(type, keyOf(named[0]!));
      this.load(file);
    }
    const entry = this.entries.get(file);
    if (entry?.problem !== undefined) throw new Error(entry.problem);
    return entry?.resource;
  }

  put(resource: Resource): void {
    const { type, id, urn, inputs } = resource;
    const file = this.fileOf(type, keyOf(resource));
    const text = `${JSON.stringify({ type, id, urn, inputs } satisfies Kept, undefined, 2)}\n`;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    // Values of secrets may be in it.
    const temporary = `${file}.${process.pid}.tmp`;
    fs.writeFileSync(temporary, text, { mode: 0o600 });
    fs.renameSync(temporary, file);
    this.entries.set(file, { text, resource, problem: undefined });
    this.names?.add(resource);
  }

  remove(resource: Resource): void {
    const file = this.fileOf(resource.type, keyOf(resource));
    fs.rmSync(file, { force: true });
    this.entries.delete(file);
    this.names = undefined;
  }

  /** Takes over what was done to the files. */
  reread(): void {
    const files = new Set<string>();
    for (const type of fs.readdirSync(this.folder, { withFileTypes: true }))
      if (type.isDirectory())
        for (const name of fs.readdirSync(path.join(this.folder, type.name)))
          if (name.endsWith(".json")) files.add(path.join(this.folder, type.name, name));
    for (const file of new Set([...this.entries.keys(), ...files])) this.load(file);
  }

  private load(file: string): void {
    let text: string;
    try {
      text = fs.readFileSync(file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      this.entries.delete(file);
      this.names = undefined;
      return;
    }
    if (this.entries.get(file)?.text === text) return;
    this.names = undefined;
    this.entries.set(file, { text, ...this.parse(file, text) });
  }

  private parse(file: string, text: string): Pick<Entry, "resource" | "problem"> {
    const wrong = (what: string) => ({ resource: undefined, problem: `${file}: ${what}; correct or delete the file` });
    let kept: unknown;
    try {
      kept = JSON.parse(text);
    } catch (error) {
      return wrong(`not readable as JSON (${(error as Error).message})`);
    }
    if (!isKept(kept)) return wrong("its JSON has another shape than the local cloud writes");
    const { type, urn, inputs } = kept;
    let plan: Plan;
    try {
      plan = planResource(type, inputs, contextOf(urn, this.region));
    } catch (error) {
      return wrong((error as Error).message);
    }
    if (plan.problems.length > 0)
      return wrong(plan.problems.map(({ path, message }) => `inputs.${path}: ${message}`).join("; "));
    return {
      resource: { ...resourceOf(urn, type, plan.inputs), id: plan.id, outputs: plan.outputs },
      problem: undefined,
    };
  }

  /** `kinesis.Stream/etl-dev.json`: of an ARN what follows the account. */
  private fileOf(type: string, key: string): string {
    const [, module = "", name = ""] = type.split(":");
    const short = key.startsWith("arn:")
      ? key
          .split(":")
          .slice(5)
          .join(":")
          .replace(/^[a-z]+\//, "")
      : key;
    const encoded = encodeURIComponent(short);
    const unique = encoded.length <= 200 ? encoded : createHash("sha256").update(short).digest("hex");
    return path.join(this.folder, `${module.split("/")[0]}.${name}`, `${unique}.json`);
  }
}

function isKept(value: unknown): value is Kept {
  return isObject(value) && typeof value.type === "string" && typeof value.urn === "string" && isObject(value.inputs);
}

/** What tells a resource from others of its type; an id alone may not, such as a log stream's. */
export function keyOf({ id, outputs }: Resource): string {
  return typeof outputs.arn === "string" ? outputs.arn : id;
}

/** A resource without state yet. */
export function resourceOf(urn: string, type: string, inputs: Properties): Resource {
  return { urn, type, name: nameOf(urn), custom: true, id: "", dependencies: [], inputs, outputs: {} };
}

/** Where a resource's plan is made, from `urn:pulumi:STACK::PROJECT::TYPE::NAME`. */
export function contextOf(urn: string, region: string): PlanContext {
  const [stack = "", project = ""] = urn.replace("urn:pulumi:", "").split("::");
  return { account: ACCOUNT, region, stack, project, name: nameOf(urn), urn };
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
