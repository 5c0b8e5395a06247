import { createHash } from "node:crypto";
import * as path from "node:path";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";
import { ACCOUNT, TYPES, ofType, type Resource } from "../../core/model";
import { checkThing } from "./attributes";

/** DescribeThing's answer; what a thing lacks is absent. */
export interface ThingDescription {
  defaultClientId: string;
  thingName: string;
  thingId: string;
  thingArn: string;
  thingTypeName?: string;
  attributes: Record<string, string>;
  /** grows with each change of the thing */
  version: number;
}

/** Mutable attributes of a thing. */
export interface ThingSettings {
  thingTypeName?: string;
  attributes: Record<string, string>;
}

/** Why AWS would not do it. */
export class ThingError extends Error {
  constructor(
    readonly code: 400 | 404 | 409,
    readonly type:
      | "InvalidRequestException"
      | "ResourceNotFoundException"
      | "ResourceAlreadyExistsException"
      | "VersionConflictException",
    message: string,
  ) {
    super(message);
  }
}

/** What the registry keeps of a thing. */
interface Kept extends ThingSettings {
  /** what the program declared when this began; undefined for a thing that was made by a call */
  declared?: string;
  version: number;
  /** it was deleted by a call, and the program has not declared it otherwise since */
  deleted?: true;
}

const NAME = /^[a-zA-Z0-9:_-]{1,128}$/;

/**
 * The thing registry of AWS IoT: things that the program declares, and those that are made, changed and deleted by calls. What a call
 * did to a declared thing stays until the program declares it otherwise, as a deployment would find it on AWS.
 */
export class Things {
  private readonly things = new Map<string, Kept>();
  private readonly types: ReadonlySet<string>;
  private readonly file: string;
  /** called when a thing has come, gone or changed */
  onChanged: () => void = () => undefined;
  /** called before a thing is deleted; raises a ThingError if it may not be */
  onDelete: (thingName: string) => void = () => undefined;

  constructor(
    resources: readonly Resource[],
    folder: string,
    private readonly region: string,
  ) {
    this.file = path.join(folder, "registry.json");
    this.types = new Set(ofType(resources, TYPES.thingType).map(({ inputs }) => inputs.name as string));
    const before = read(this.file);
    for (const [name, kept] of Object.entries(before)) if (kept.declared === undefined) this.things.set(name, kept);
    const declared = ofType(resources, TYPES.thing);
    for (const { inputs } of declared) {
      const { name, thingTypeName } = inputs as { name: string; thingTypeName?: string };
      const attributes = (inputs.attributes ?? {}) as Record<string, string>;
      const text = digest(JSON.stringify([thingTypeName, Object.entries(attributes).sort()]));
      const known = before[name];
      this.things.set(
        name,
        known?.declared === text
          ? known
          : { declared: text, version: (known?.version ?? 0) + 1, ...settings(thingTypeName, attributes) },
      );
    }
    if (declared.length > 0 || Object.keys(before).length > 0) this.save();
  }

  /** Undefined for a thing that is not registered. */
  describe(thingName: string): ThingDescription | undefined {
    const kept = this.things.get(thingName);
    if (kept === undefined || kept.deleted) return undefined;
    const { thingTypeName, attributes, version } = kept;
    const thingArn = `arn:aws:iot:${this.region}:${ACCOUNT}:thing/${thingName}`;
    return {
      defaultClientId: thingName,
      thingName,
      thingId: uuidOf(thingArn),
      thingArn,
      ...settings(thingTypeName, attributes),
      version,
    };
  }

  /** All of them, by name. */
  list(): ThingDescription[] {
    return [...this.things.keys()].sort().flatMap((name) => this.describe(name) ?? []);
  }

  /** CreateThing. A second call that asks for what there is is no mistake. @throws ThingError */
  create(thingName: string, { thingTypeName, attributes }: ThingSettings): ThingDescription {
    const made = settings(thingTypeName, withoutEmpty(attributes));
    this.check(thingName, made);
    const there = this.describe(thingName);
    if (there !== undefined) {
      if (isSame(there, made)) return there;
      throw new ThingError(
        409,
        "ResourceAlreadyExistsException",
        `Thing ${thingName} already exists in account with different properties`,
      );
    }
    this.put(thingName, made, 1);
    return this.describe(thingName)!;
  }

  /**
   * UpdateThing: attributes replace those that are there, or are merged into them, where "" takes one away. @throws ThingError
   * @param change `thingTypeName` null takes the type away
   */
  update(
    thingName: string,
    change: {
      thingTypeName?: string | null;
      attributes?: Record<string, string>;
      merge: boolean;
      expectedVersion?: number;
    },
  ): void {
    const there = this.existing(thingName, change.expectedVersion);
    const { thingTypeName = there.thingTypeName, attributes, merge } = change;
    const changed = settings(
      thingTypeName ?? undefined,
      attributes === undefined ? there.attributes : withoutEmpty({ ...(merge ? there.attributes : {}), ...attributes }),
    );
    this.check(thingName, changed);
    this.put(thingName, changed, there.version + 1);
  }

  /** DeleteThing; none of that name is no mistake. @throws ThingError */
  delete(thingName: string, expectedVersion: number | undefined): void {
    if (this.describe(thingName) === undefined) return;
    this.existing(thingName, expectedVersion);
    this.onDelete(thingName);
    const kept = this.things.get(thingName)!;
    if (kept.declared === undefined) this.things.delete(thingName);
    else kept.deleted = true;
    this.save();
  }

  private existing(thingName: string, expectedVersion: number | undefined): ThingDescription {
    const there = this.describe(thingName);
    if (there === undefined) throw new ThingError(404, "ResourceNotFoundException", `Thing ${thingName} not found.`);
    if (expectedVersion !== undefined && expectedVersion !== there.version)
      throw new ThingError(
        409,
        "VersionConflictException",
        `Thing ${thingName} has version ${there.version}, not ${expectedVersion}`,
      );
    return there;
  }

  private check(thingName: string, made: ThingSettings): void {
    const wrong = NAME.test(thingName)
      ? checkThing({ ...made })[0]?.message
      : `saw the name "${thingName}"; 1-128 letters, digits, ":", "_" and "-"`;
    if (wrong !== undefined) throw new ThingError(400, "InvalidRequestException", wrong);
    const { thingTypeName } = made;
    if (thingTypeName !== undefined && !this.types.has(thingTypeName))
      throw new ThingError(
        404,
        "ResourceNotFoundException",
        `Thing type ${thingTypeName} not found; the local cloud has those that the program declares: ${[...this.types].join(", ") || "none"}`,
      );
  }

  private put(name: string, made: ThingSettings, version: number): void {
    const declared = this.things.get(name)?.declared;
    this.things.set(name, { ...(declared === undefined ? {} : { declared }), version, ...made });
    this.save();
  }

  private save(): void {
    replaceFile(this.file, JSON.stringify(Object.fromEntries(this.things)));
    this.onChanged();
  }
}

function settings(thingTypeName: string | undefined, attributes: Record<string, string>): ThingSettings {
  return thingTypeName === undefined ? { attributes } : { thingTypeName, attributes };
}

function withoutEmpty(attributes: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ""));
}

function isSame(some: ThingSettings, others: ThingSettings): boolean {
  const text = ({ thingTypeName, attributes }: ThingSettings): string =>
    JSON.stringify([thingTypeName, Object.entries(attributes).sort()]);
  return text(some) === text(others);
}

function read(file: string): Record<string, Kept> {
  return readDataFile(file, isRegistry) ?? {};
}

function isRegistry(value: unknown): value is Record<string, Kept> {
  return isObject(value) && Object.values(value).every(isKept);
}

function isKept(value: unknown): value is Kept {
  if (!isObject(value) || !Number.isSafeInteger(value.version) || !isObject(value.attributes)) return false;
  const { declared, thingTypeName, deleted, attributes } = value;
  return (
    Object.values(attributes).every((text) => typeof text === "string") &&
    [declared, thingTypeName].every((text) => text === undefined || typeof text === "string") &&
    (deleted === undefined || typeof deleted === "boolean")
  );
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** AWS draws it at random; here it follows from the ARN, so that it is the same in every run. */
function uuidOf(arn: string): string {
  const hex = digest(`thing ${arn}`);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}
