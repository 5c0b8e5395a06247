export { compareTables, type Ask, type ResultRow } from "./compare";
export { rolesOf, type TimeHint } from "./key";
export type {
  Cell,
  ColumnDifference,
  ComparedTable,
  Distribution,
  GroupDifference,
  RowCounts,
  RowKey,
  Side,
  TableComparison,
} from "./model";
export { planComparison, type ComparisonOptions, type ComparisonPlan } from "./plan";
