/**
 * The calls for a dashboard in QuickSight: those of the aws provider from AWS's API reference, those of Cloud Control from the schema of
 * AWS::QuickSight::Dashboard (its handlers); unverified on a live account. They are made only if the bootstrap names the groups that see the stack's dashboards.
 */
import type { Calls, Names } from "./calls";

/** All that a dashboard consists of, in one statement, and the groups that see it. A refresh schedule is below its data set. */
const on = ({ dashed, dashboardGroups }: Names): string[] =>
  dashboardGroups.length === 0
    ? []
    : [...["datasource", "dataset", "dashboard"].map((kind) => `quicksight:${kind}/${dashed}-*`), ...dashboardGroups];

const TAGS = ["quicksight:TagResource", "quicksight:UntagResource"];

/** The calls by resource type. */
export const QUICKSIGHT_CALLS: Readonly<Record<string, Calls>> = {
  "aws:quicksight/dataSource:DataSource": {
    on,
    create: ["quicksight:CreateDataSource", "quicksight:PassDataSource", TAGS[0]!],
    read: [
      "quicksight:DescribeDataSource",
      "quicksight:DescribeDataSourcePermissions",
      "quicksight:ListTagsForResource",
    ],
    update: ["quicksight:UpdateDataSource", "quicksight:UpdateDataSourcePermissions", ...TAGS],
    delete: ["quicksight:DeleteDataSource"],
    account: ["quicksight:CreateDataSource"],
    passesRoleTo: "quicksight.amazonaws.com",
  },
  "aws:quicksight/dataSet:DataSet": {
    on,
    create: ["quicksight:CreateDataSet", "quicksight:PassDataSet", "quicksight:PassDataSource", TAGS[0]!],
    read: [
      "quicksight:DescribeDataSet",
      "quicksight:DescribeDataSetPermissions",
      "quicksight:DescribeDataSetRefreshProperties",
      "quicksight:ListTagsForResource",
    ],
    update: ["quicksight:UpdateDataSet", "quicksight:UpdateDataSetPermissions", ...TAGS],
    delete: ["quicksight:DeleteDataSet"],
  },
  "aws:quicksight/refreshSchedule:RefreshSchedule": {
    on,
    create: ["quicksight:CreateRefreshSchedule"],
    read: ["quicksight:DescribeRefreshSchedule"],
    update: ["quicksight:UpdateRefreshSchedule"],
    delete: ["quicksight:DeleteRefreshSchedule"],
  },
  // A dashboard. Whoever asks Cloud Control needs its permissions, and those of what it makes.
  "aws:cloudcontrol/resource:Resource": {
    on,
    create: ["cloudformation:CreateResource", "quicksight:CreateDashboard", ...TAGS],
    read: [
      "cloudformation:DescribeType",
      "cloudformation:GetResource",
      "cloudformation:GetResourceRequestStatus",
      "quicksight:DescribeDashboard",
      "quicksight:DescribeDashboardPermissions",
      "quicksight:DescribeGroup",
      "quicksight:ListFoldersForResource",
      "quicksight:ListTagsForResource",
    ],
    update: [
      "cloudformation:UpdateResource",
      "quicksight:UpdateDashboard",
      "quicksight:UpdateDashboardLinks",
      "quicksight:UpdateDashboardPermissions",
      "quicksight:UpdateDashboardPublishedVersion",
    ],
    delete: ["cloudformation:DeleteResource", "quicksight:DeleteDashboard"],
    account: [
      "cloudformation:CreateResource",
      "cloudformation:DeleteResource",
      "cloudformation:DescribeType",
      "cloudformation:GetResource",
      "cloudformation:GetResourceRequestStatus",
      "cloudformation:UpdateResource",
    ],
  },
};
