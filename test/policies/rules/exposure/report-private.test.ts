import type { Shorthand } from "../../resources";
import { reportPrivate } from "../../../../policies/rules/exposure/report-private";
import { spec } from "../../spec";

const GROUP = "arn:aws:quicksight:eu-central-1:123456789012:group/default/engineers";
const EVERYBODY = "arn:aws:quicksight:eu-central-1:123456789012:namespace/default";

/** A dashboard of Cloud Control. */
const dashboard = (state: object): Shorthand => [
  "aws:cloudcontrol/resource:Resource",
  "dashboard",
  { typeName: "AWS::QuickSight::Dashboard", desiredState: JSON.stringify({ DashboardId: "d", ...state }) },
];
const dataSet = (principal: string): Shorthand => [
  "aws:quicksight/dataSet:DataSet",
  "rows",
  { dataSetId: "rows", permissions: [{ principal, actions: ["quicksight:DescribeDataSet"] }] },
];

spec(reportPrivate, {
  unknown: {
    of: "dashboard",
    property: "desiredState",
    says: "dashboard (aws:cloudcontrol:Resource), desiredState: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
    add: [dashboard({})],
  },
  good: {
    "shared with a group": {
      add: [dashboard({ Permissions: [{ Principal: GROUP, Actions: ["quicksight:QueryDashboard"] }] }), dataSet(GROUP)],
    },
    "a resource of another service": {
      add: [
        ["aws:cloudcontrol/resource:Resource", "other", { typeName: "AWS::Logs::LogGroup", desiredState: "not JSON" }],
      ],
    },
  },
  more: [
    {
      rule: "report-private",
      what: "a data set for everybody",
      add: [dataSet(EVERYBODY)],
      messages: [
        `rows (aws:quicksight:DataSet), permissions[0].principal: saw "${EVERYBODY}"; a report is shared with a group; name the ARN of a group`,
      ],
    },
    {
      rule: "report-private",
      what: "a dashboard for everybody",
      add: [
        dashboard({
          Permissions: [{ Principal: EVERYBODY, Actions: [] }],
          LinkSharingConfiguration: { Permissions: [] },
        }),
      ],
      messages: [
        `dashboard (aws:cloudcontrol:Resource), desiredState.Permissions[0].Principal: saw "${EVERYBODY}"; a report is shared with a group; name the ARN of a group`,
        'dashboard (aws:cloudcontrol:Resource), desiredState.LinkSharingConfiguration: saw {"Permissions":[]}; a dashboard has no link for everybody; remove it, and share with a group',
      ],
    },
  ],
});
