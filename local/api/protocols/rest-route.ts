import { requiredMembers, type HttpBinding, type OperationModel, type ServiceModel } from "../model/model";
import { decodePercent, type ApiRequest } from "../model/request";
import type { Found } from "./protocol";

interface Candidate extends Found {
  /** how much of the request chooses this operation */
  score: number;
}

/**
 * The operation of a REST request: by method and path, then by the query parameters and headers that it requires; of several the one that
 * most of the request speaks for. The name of none is its method and path.
 */
export function findRoute(request: ApiRequest, model: ServiceModel): Found | string {
  const parts = request.path.split("/").slice(1);
  let best: Candidate | undefined;
  for (const operation of model.operations.values()) {
    const candidate = candidateOf(operation, request, parts);
    if (candidate !== undefined && (best === undefined || candidate.score > best.score)) best = candidate;
  }
  return best ?? `${request.method} ${request.path}`;
}

function candidateOf(operation: OperationModel, request: ApiRequest, parts: string[]): Candidate | undefined {
  const { http } = operation;
  if (http === undefined || http.method !== request.method) return undefined;
  const labels = labelsOf(http, parts);
  if (labels === undefined) return undefined;
  const given = new Set(request.query.map(([name]) => name));
  for (const [name, value] of http.query)
    if (!request.query.some(([key, text]) => key === name && (value === "" || text === value))) return undefined;
  const required = requiredBindings(operation);
  const isGiven = [
    ...required.query.map((name) => given.has(name)),
    ...required.headers.map((name) => request.headers[name] !== undefined),
  ];
  const literals = http.segments.filter((segment) => "literal" in segment).length;
  // Something required that is missing speaks for another operation, if there is one: PutObject rather than UploadPart.
  const bindings = isGiven.reduce((sum, there) => sum + (there ? 1 : -5), 0);
  return { operation, labels, score: literals * 1000 + http.query.length * 100 + bindings };
}

/** Values of a path's labels, or undefined if it is another path. A slash at the end of a path means nothing. */
function labelsOf({ segments }: HttpBinding, parts: string[]): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  let at = 0;
  for (const segment of segments) {
    if ("literal" in segment) {
      if (parts[at] !== segment.literal) return undefined;
      at++;
    } else {
      const rest = segment.greedy ? parts.slice(at).join("/") : parts[at];
      if (rest === undefined || rest === "") return undefined;
      labels[segment.label] = decodePercent(rest, segment.label);
      at = segment.greedy ? parts.length : at + 1;
    }
  }
  const left = parts.slice(at);
  return left.length === 0 || (left.length === 1 && left[0] === "") ? labels : undefined;
}

const BINDINGS = new WeakMap<OperationModel, { query: string[]; headers: string[] }>();

function requiredBindings(operation: OperationModel): { query: string[]; headers: string[] } {
  let found = BINDINGS.get(operation);
  if (found !== undefined) return found;
  found = { query: [], headers: [] };
  if (operation.input.isStructSchema()) {
    const members = operation.input.getMemberSchemas();
    for (const name of requiredMembers(operation.input)) {
      const { httpQuery, httpHeader } = members[name]!.getMergedTraits();
      if (httpQuery !== undefined) found.query.push(httpQuery);
      if (httpHeader !== undefined) found.headers.push(httpHeader.toLowerCase());
    }
  }
  BINDINGS.set(operation, found);
  return found;
}
