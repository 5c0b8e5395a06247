import { isUnknown, type Inputs } from "../../aws/values";
import { guarded, noting } from "./unknown";

type Note = (view: View, path: string) => void;
let reader: Note | undefined;

/** Runs something that reads resources, and hands on what it met that is not known. */
export function noted<T>(note: Note, read: () => T): T {
  const before = reader;
  reader = note;
  try {
    return read();
  } finally {
    reader = before;
  }
}

/** Says to whoever reads that a value is not known. */
export function note(view: View, path: string): void {
  reader?.(view, path);
}

/** A resource as it is registered, before rules look at it. */
export interface Registered {
  urn: string;
  type: string;
  name: string;
  /** arguments; in a stack also what the provider added. Unknown values are Pulumi's markers */
  inputs: Inputs;
  parent?: string;
  /** URNs */
  dependencies?: readonly string[];
  /** URNs that each property was made from */
  references?: Readonly<Record<string, readonly string[]>>;
  protect?: boolean;
}

/** A resource as rules see it: reading a value that is not known yet throws NotDecidable. */
export class View {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Inputs;
  /** a value that is not known is handed out, and noted as not decidable */
  readonly raw: Inputs;
  /** as registered */
  readonly plain: Inputs;
  readonly parent: string | undefined;
  readonly dependencies: readonly string[];
  readonly references: Readonly<Record<string, readonly string[]>>;
  readonly protect: boolean;

  constructor(registered: Registered) {
    this.urn = registered.urn;
    this.type = registered.type;
    this.name = registered.name;
    this.plain = registered.inputs;
    this.raw = noting(registered.inputs, (path) => note(this, path));
    this.inputs = guarded(registered.inputs);
    this.parent = registered.parent;
    this.dependencies = registered.dependencies ?? [];
    this.references = registered.references ?? {};
    this.protect = registered.protect ?? false;
  }

  /** The same with another value in place of each that is not known. */
  known(value: unknown): View {
    const replaced = (given: unknown): unknown => {
      if (isUnknown(given)) return value;
      if (Array.isArray(given)) return given.map(replaced);
      if (typeof given !== "object" || given === null) return given;
      return Object.fromEntries(Object.entries(given).map(([key, item]) => [key, replaced(item)]));
    };
    const { urn, type, name, parent, dependencies, references, protect, plain } = this;
    return new View({ urn, type, name, parent, dependencies, references, protect, inputs: replaced(plain) as Inputs });
  }

  /** `etl_device_data-bucket (aws:s3:Bucket)` */
  get label(): string {
    return `${this.name} (${shortType(this.type)})`;
  }
}

/** All resources of a stack. */
export class StackView {
  private readonly byType = new Map<string, View[]>();
  private readonly byUrn = new Map<string, View>();
  private readonly known = new Map<string, { value: unknown; unknown: [View, string][] }>();

  constructor(readonly all: readonly View[]) {
    for (const view of all) {
      this.byUrn.set(view.urn, view);
      const list = this.byType.get(view.type);
      if (list === undefined) this.byType.set(view.type, [view]);
      else list.push(view);
    }
  }

  of(...types: readonly string[]): View[] {
    return types.length === 1
      ? (this.byType.get(types[0]!) ?? [])
      : types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /** What several rules work out from the stack, once; what is not known in it is said to each of them. */
  memo<T>(key: string, compute: () => T): T {
    let known = this.known.get(key);
    if (known === undefined) {
      const unknown: [View, string][] = [];
      known = { value: noted((view, path) => void unknown.push([view, path]), compute), unknown };
      this.known.set(key, known);
    }
    for (const [view, path] of known.unknown) note(view, path);
    return known.value as T;
  }

  at(urn: string | undefined): View | undefined {
    return urn === undefined ? undefined : this.byUrn.get(urn);
  }

  /** What a rule of several resources says of the stack as a whole is said of this. */
  get root(): View | undefined {
    return this.of("pulumi:pulumi:Stack")[0] ?? this.all[0];
  }
}

/** `aws:kinesis/stream:Stream` as `aws:kinesis:Stream`, the way Pulumi shows types. */
export function shortType(type: string): string {
  return type.replace(/\/[^:]+:/, ":");
}
