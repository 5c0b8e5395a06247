/** What a delivery stream has done in this run. */
export interface Counts {
  /** records read from the source that no earlier run had delivered: stored + filtered + failed, once nothing is pending */
  received: number;
  /** records in delivered objects */
  stored: number;
  /** records the transform dropped on purpose */
  filtered: number;
  /** records in delivered error objects */
  failed: number;
  /** delivered objects, without error objects */
  objects: number;
  rows: number;
  bytes: number;
}
