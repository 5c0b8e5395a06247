import { text, type Inputs } from "../../aws/values";
import { GB } from "../model/month";
import type { Flow, Registered, Usage } from "../model/types";

/** Whether a resource of Cloud Control is a dashboard of QuickSight. */
export function isQuickSight({ typeName }: Inputs): boolean {
  return text(typeName) === "AWS::QuickSight::Dashboard";
}

/** Somebody who looks at a dashboard. */
export function quickSightReader({ inputs }: Registered): Usage[] {
  return isQuickSight(inputs)
    ? [{ price: "quicksight-reader", what: "one reader, at the least", quantity: 1, fixed: true }]
    : [];
}

/** A data set in SPICE: what its query reads, as memory holds it. Queries of its data source are those of the workgroup. */
export function dataSet(resource: Registered, flow: Flow): Usage[] {
  if (text(resource.inputs.importMode) !== "SPICE") return [];
  const workgroup = flow.resources.find(
    ({ type, parent }) => type === "aws:athena/workgroup:Workgroup" && parent === resource.parent,
  );
  const reads = flow.queries.get(workgroup?.urn ?? "")?.reads ?? [];
  const bytes = reads.reduce((sum, each) => sum + each.bytes, 0) / flow.assumptions.parquetRatio;
  return [{ price: "quicksight-spice", what: "rows in SPICE, at most", quantity: bytes / GB }];
}

/** The looks at a dashboard that queries directly. */
export function unpricedLooks({ name, inputs }: Registered): string[] {
  return text(inputs.importMode) === "DIRECT_QUERY"
    ? [`${name}: each look at its dashboard runs queries; --queries says how many a day`]
    : [];
}
