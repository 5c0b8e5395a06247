/** The settings of dashboards: datasets that a group of QuickSight sees. */
import { choice, group, map, text, texts, whole } from "./config-types";

/** A dashboard by its name. */
export const DASHBOARDS = map(
  "a dashboard's name",
  /^(?!-)[A-Za-z0-9_-]{1,63}$/,
  '1-63 letters, digits, "-" and "_"',
  group({
    dataset: { kind: text("the name of a dataset", /^[a-zA-Z0-9_]{1,128}$/), description: "what it shows" },
    group: {
      kind: text(
        "the name of a group in QuickSight, without ARN and namespace (of arn:aws:quicksight:REGION:ACCOUNT:group/default/engineers it is engineers); no user, and not everybody",
        /^(?!arn:)[^\s/:*]{1,256}$/,
      ),
      description: "name of the QuickSight group that sees it, which must exist",
    },
    namespace: {
      kind: text("1-64 letters, digits and . _ -", /^[a-zA-Z0-9._-]{1,64}$/),
      description: "namespace of the group; default default",
    },
    identityRegion: {
      kind: text("a region such as us-east-1", /^[a-z]{2}(-[a-z]+)+-\d$/),
      description: "region in which QuickSight has the account's users and groups; default the stack's",
    },
    mode: {
      kind: choice("SPICE", "DIRECT_QUERY"),
      description:
        "rows are copied into QuickSight's memory when the dataset's schedule fires, or each look runs queries; default SPICE for a dataset with a schedule",
    },
    time: {
      kind: text("SQL", /\S/),
      description: "SQL over the dataset's columns that gives a row's time; default found in them (docs/dashboards.md)",
    },
    device: {
      kind: text("the name of a column", /\S/),
      description: "column that tells devices apart; default by its name",
    },
    values: {
      kind: texts("each the name of a column", /\S/),
      description: "columns that are charted, 1 to 20; default the first six of numbers",
    },
    scanLimitMegabytes: {
      kind: whole(10, 10_000_000),
      description: "MB that one query may scan; default as the setting scanLimitMegabytes says",
    },
  }),
);
