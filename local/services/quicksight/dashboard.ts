/** What a dashboard of QuickSight says, as AWS::QuickSight::Dashboard. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-quicksight-dashboard.html */
import { isRecord } from "../../../aws/text/record";
import type { Properties } from "../../core/model";
import type { Finding } from "../../resources/properties";

/** The type of Cloud Control. */
export const DASHBOARD_TYPE = "AWS::QuickSight::Dashboard";

/** Members that have a meaning for whoever looks at it; nobody does here. */
const MEMBERS = [
  "AwsAccountId",
  "DashboardId",
  "Name",
  "VersionDescription",
  "Permissions",
  "Definition",
  "Tags",
  "DashboardPublishOptions",
  "ThemeArn",
];

/** What QuickSight would refuse of a dashboard by itself. */
export function dashboardFindings(state: Properties, account: string): Finding[] {
  const findings: Finding[] = [];
  const add = (path: string, message: string): void => void findings.push({ path: `desiredState${path}`, message });
  for (const member of Object.keys(state))
    if (!MEMBERS.includes(member))
      add(`.${member}`, "the local cloud does not know what it would do; leave it out for this stack");
  for (const member of ["AwsAccountId", "DashboardId", "Name", "Definition"])
    if (state[member] === undefined) add(`.${member}`, "is required");
  if (state.AwsAccountId !== undefined && state.AwsAccountId !== account)
    add(".AwsAccountId", `saw "${String(state.AwsAccountId)}"; the account is ${account}`);
  if (state.DashboardId !== undefined && !/^[\w-]{1,512}$/.test(String(state.DashboardId)))
    add(".DashboardId", `saw "${String(state.DashboardId)}"; 1-512 letters, digits, underscores and hyphens`);
  for (const [index, { Principal }] of ((state.Permissions ?? []) as Properties[]).entries()) {
    const principal = /^arn:aws[\w-]*:quicksight:[^:]+:(\d+):(group|user|namespace)\/.+$/.exec(String(Principal));
    if (principal === null)
      add(`.Permissions[${index}].Principal`, `saw "${String(Principal)}"; the ARN of a group of QuickSight`);
    else if (principal[1] !== account)
      add(`.Permissions[${index}].Principal`, `saw a group of the account ${principal[1]}; the account is ${account}`);
  }
  const sheets = (state.Definition?.Sheets ?? []) as Properties[];
  const visuals = sheets.flatMap(({ Visuals = [] }) => (Visuals as Properties[]).map(visualId));
  const twice = visuals.find((id, index) => visuals.indexOf(id) < index);
  if (twice !== undefined) add(".Definition.Sheets", `saw the visual "${twice}" twice; each has an id of its own`);
  for (const { FilterGroupId, ScopeConfiguration } of (state.Definition?.FilterGroups ?? []) as Properties[])
    for (const { VisualIds = [] } of (ScopeConfiguration?.SelectedSheets?.SheetVisualScopingConfigurations ??
      []) as Properties[])
      for (const id of VisualIds as string[])
        if (!visuals.includes(id))
          add(
            `.Definition.FilterGroups`,
            `saw the visual "${id}" in the filter ${String(FilterGroupId)}; there is none of that id`,
          );
  return findings;
}

/** `{ "LineChartVisual": { "VisualId": ... } }` */
function visualId(visual: Properties): string {
  return String((Object.values(visual)[0] as Properties | undefined)?.VisualId);
}

/** A data set of a dashboard, with the columns that the dashboard names. */
export interface DashboardDataSet {
  identifier: string;
  arn: string;
  columns: Set<string>;
}

/** The data sets of a dashboard. */
export function dataSetsOf({ Definition = {} }: Properties): DashboardDataSet[] {
  const sets = new Map<string, DashboardDataSet>();
  for (const { Identifier, DataSetArn } of (Definition.DataSetIdentifierDeclarations ?? []) as Properties[])
    sets.set(Identifier as string, { identifier: Identifier as string, arn: DataSetArn as string, columns: new Set() });
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (isRecord(value)) {
      const { DataSetIdentifier, ColumnName } = value;
      if (typeof ColumnName === "string") sets.get(String(DataSetIdentifier))?.columns.add(ColumnName);
      Object.values(value).forEach(walk);
    }
  };
  walk(Definition);
  return [...sets.values()];
}
