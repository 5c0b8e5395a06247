import { blocks, list, show, text } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

/** `arn:aws:quicksight:REGION:ACCOUNT:group/NAMESPACE/NAME` */
const GROUP = /^arn:aws[\w-]*:quicksight:[^:]+:\d{12}:group\/[^/]+\/.+$/;

export const reportPrivate: ResourceRule = {
  id: "report-private",
  group: "exposure",
  title:
    "Dashboards, data sets and data sources of QuickSight are shared with named groups, and with no link for everybody.",
  rationale:
    "A namespace stands for everybody in it, and a link for whoever has it; a person's permission stays when the person leaves the group.",
  severity: "high",
  level: "mandatory",
  remediation: "Share with arn:aws:quicksight:REGION:ACCOUNT:group/NAMESPACE/NAME; leave LinkSharingConfiguration out.",
  page: "https://docs.aws.amazon.com/quicksight/latest/APIReference/API_ResourcePermission.html",
  types: [
    "aws:quicksight/dataSource:DataSource",
    "aws:quicksight/dataSet:DataSet",
    "aws:quicksight/dashboard:Dashboard",
    "aws:cloudcontrol/resource:Resource",
  ],
  check(view, found) {
    const { inputs } = view;
    const reader = (path: string, value: unknown): void => {
      const principal = text(value);
      if (principal !== undefined && !GROUP.test(principal))
        found.add(path, show(principal), "a report is shared with a group", "name the ARN of a group");
    };
    if (view.type !== "aws:cloudcontrol/resource:Resource") {
      for (const [index, { principal }] of blocks(inputs.permissions))
        reader(`permissions[${index}].principal`, principal);
      return;
    }
    if (text(inputs.typeName)?.startsWith("AWS::QuickSight::") !== true) return;
    const state = stateOf(text(inputs.desiredState));
    for (const [index, permission] of (list(state.Permissions) ?? []).entries())
      reader(`desiredState.Permissions[${index}].Principal`, (permission as { Principal?: unknown } | null)?.Principal);
    if (state.LinkSharingConfiguration !== undefined)
      found.add(
        "desiredState.LinkSharingConfiguration",
        show(state.LinkSharingConfiguration),
        "a dashboard has no link for everybody",
        "remove it, and share with a group",
      );
  },
};

function stateOf(json: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(json ?? "{}") ?? {}) as Readonly<Record<string, unknown>>;
  } catch {
    return {}; // AWS refuses it
  }
}
