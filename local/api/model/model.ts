import { NormalizedSchema } from "@smithy/core/schema";
import { SERVICES, type ServiceFacts, type ServiceName } from "./services";

/** Where an operation of a REST protocol is found. */
export interface HttpBinding {
  method: string;
  /** of the path: a literal, or a label; a greedy one takes the rest with its slashes */
  segments: readonly Segment[];
  /** query parameters that choose the operation: `list-type=2`, `uploads` */
  query: readonly (readonly [name: string, value: string])[];
  status: number;
}

/** A part of a path between slashes. */
export type Segment = { literal: string } | { label: string; greedy: boolean };

/** An operation as the SDK's schemas describe it. */
export interface OperationModel {
  name: string;
  input: NormalizedSchema;
  output: NormalizedSchema;
  /** of REST protocols */
  http?: HttpBinding;
}

/** `[9, namespace, name, traits, input, output]`; a structure's last entry is the number of its first members that are required. */
type StaticOperation = [kind: 9, namespace: string, name: string, traits: unknown, input: never, output: never];

/** The model of a service: its operations with the shapes of their inputs and outputs, from the schemas of the SDK's client. */
export class ServiceModel {
  private static readonly models = new Map<ServiceName, ServiceModel>();
  readonly facts: ServiceFacts;
  /** by name */
  readonly operations: ReadonlyMap<string, OperationModel>;

  private constructor(readonly service: ServiceName) {
    this.facts = SERVICES[service];
    const client = this.facts.load() as Record<string, unknown>;
    const found = Object.values(client).filter(isOperation).map(operationOf);
    this.operations = new Map(found.map((each) => [each.name, each]));
  }

  /** The model of a service; it is loaded once. */
  static of(service: ServiceName): ServiceModel {
    let model = this.models.get(service);
    if (model === undefined) this.models.set(service, (model = new ServiceModel(service)));
    return model;
  }
}

/** Names of the members that a structure requires. */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const own = schema.getSchema() as unknown;
  if (!Array.isArray(own) || typeof own[6] !== "number") return [];
  return (own[4] as string[]).slice(0, own[6]);
}

function isOperation(value: unknown): value is StaticOperation {
  return Array.isArray(value) && value[0] === 9;
}

function operationOf([, , name, traits, input, output]: StaticOperation): OperationModel {
  const shapes = { name, input: NormalizedSchema.of(input), output: NormalizedSchema.of(output) };
  const http = (traits as { http?: [string, string, number] } | 0 | undefined) || undefined;
  if (http?.http === undefined) return shapes;
  const [method, uri, status] = http.http;
  return { ...shapes, http: bindingOf(method, uri, status, shapes.input) };
}

function bindingOf(method: string, uri: string, status: number, input: NormalizedSchema): HttpBinding {
  const [path = "/", query = ""] = uri.split("?");
  const bucket = input.isStructSchema() ? input.getMemberSchemas().Bucket : undefined;
  // S3's model leaves the bucket to the host's name; here it is the first part of the path.
  const whole = bucket?.getMergedTraits().httpLabel !== undefined ? `/{Bucket}${path === "/" ? "" : path}` : path;
  return {
    method,
    segments: whole
      .split("/")
      .slice(1)
      .filter((part) => part !== "")
      .map((part) => {
        const label = /^\{(\w+)(\+?)\}$/.exec(part);
        return label === null ? { literal: part } : { label: label[1]!, greedy: label[2] === "+" };
      }),
    // `x-id` names an operation for people who read logs; clients of other languages do not send it.
    query: query
      .split("&")
      .filter((pair) => pair !== "" && !pair.startsWith("x-id="))
      .map((pair) => pair.split("=") as [string, string?])
      .map(([name, value]) => [name, value ?? ""]),
    status,
  };
}
