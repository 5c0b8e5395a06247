import type { Inputs } from "../limits/values";
import { guarded } from "./unknown";

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
  /** without the guard */
  readonly raw: Inputs;
  readonly parent: string | undefined;
  readonly dependencies: readonly string[];
  readonly references: Readonly<Record<string, readonly string[]>>;
  readonly protect: boolean;

  constructor(registered: Registered) {
    this.urn = registered.urn;
    this.type = registered.type;
    this.name = registered.name;
    this.raw = registered.inputs;
    this.inputs = guarded(registered.inputs);
    this.parent = registered.parent;
    this.dependencies = registered.dependencies ?? [];
    this.references = registered.references ?? {};
    this.protect = registered.protect ?? false;
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

  constructor(readonly all: readonly View[]) {
    for (const view of all) {
      this.byUrn.set(view.urn, view);
      const list = this.byType.get(view.type);
      if (list === undefined) this.byType.set(view.type, [view]);
      else list.push(view);
    }
  }

  of(...types: readonly string[]): View[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
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
