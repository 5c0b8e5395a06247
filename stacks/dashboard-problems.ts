import { nearest } from "../aws/text/nearest";
import { show } from "../aws/text/show";
import { dashboardOf } from "../components/parts/dashboard/dashboard-args";
import type { DocumentSet } from "../etl";
import { datastoreTable } from "../etl/documents/check/dataset-query";
import type { Settings } from "./schema";

type DashboardSetting = Settings["dashboards"][string];

/** What is wrong with the dashboards, before anything is deployed: `NAME.time: saw ...`. */
export function dashboardProblems(dashboards: Settings["dashboards"], documents: DocumentSet): string[] {
  return Object.entries(dashboards).flatMap(([name, settings]) =>
    problemsOf(settings, documents).map(([member, message]) => `${name}.${member}: ${message}`),
  );
}

function problemsOf(
  { dataset, group: reader, mode, time, device, values }: DashboardSetting,
  { datasets, datastores }: DocumentSet,
): [member: string, message: string][] {
  const absent: [string, string][] = [];
  if (dataset === undefined) absent.push(["dataset", "is wanted: the name of the dataset that it shows"]);
  if (reader === undefined)
    absent.push(["group", "is wanted: the name of the QuickSight group that sees it, for nobody else does"]);
  if (dataset === undefined) return absent;
  const found = datasets.find((each) => each.name === dataset);
  if (found === undefined) {
    const names = datasets.map((each) => each.name);
    const near = nearest(dataset, names);
    const way = near === undefined ? `there are ${names.join(", ") || "none"}` : `did you mean ${near}?`;
    return [...absent, ["dataset", `saw ${show(dataset)}; there is no dataset of that name; ${way}`]];
  }
  const { document } = found;
  const query = document.actions[0]?.queryAction;
  if (query === undefined)
    return [
      ...absent,
      ["dataset", `saw ${show(dataset)}, whose contents a container makes; a dashboard shows a query`],
    ];
  const parts = dashboardOf({
    ...{ query: query.sqlQuery, mode, time, device, values },
    tables: datastores.map((datastore) => datastoreTable(datastore.document)),
    schedules: (document.triggers ?? []).flatMap(({ schedule }) => schedule?.expression ?? []),
    timeExpression: query.filters?.find(({ deltaTime }) => deltaTime !== undefined)?.deltaTime?.timeExpression,
    timestamps: datastores.flatMap((datastore) =>
      (datastore.document.datastorePartitions?.partitions ?? []).flatMap(({ timestampPartition }) =>
        timestampPartition === undefined
          ? []
          : [{ attribute: timestampPartition.attributeName, format: timestampPartition.timestampFormat }],
      ),
    ),
  });
  if (!Array.isArray(parts)) return absent;
  return [
    ...absent,
    ...parts.map(({ path, reason }): [string, string] => [path === "query" ? "dataset" : path, reason]),
  ];
}
