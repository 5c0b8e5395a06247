import { DatasetDashboard } from "../../components";
import { shared, storage, type StackContext } from "./context";
import type { BuiltDataset } from "./dataset";

/** A dashboard, and the dataset that it shows. */
export interface BuiltDashboard {
  name: string;
  dataset: string;
  component: DatasetDashboard;
}

/** The dashboards of the configuration. */
export function buildDashboards(context: StackContext, datasets: readonly BuiltDataset[]): BuiltDashboard[] {
  const { settings, permissionsBoundaryArn } = context;
  return Object.entries(settings.dashboards).flatMap(([name, { dataset: shown, group, ...own }]) => {
    const dataset = datasets.find((each) => each.name === shown);
    if (dataset === undefined || group === undefined) return [];
    const { query, schedules, timeExpression, sources, component: of } = dataset;
    const component = new DatasetDashboard(name, {
      ...{ query, schedules: [...schedules], timeExpression, sources: [...sources], group },
      database: of.databaseName,
      ...own,
      scanLimitMegabytes: own.scanLimitMegabytes ?? settings.scanLimitMegabytes,
      // Results of queries are copies of rows that are elsewhere.
      ...storage(context, undefined, undefined, { allowDataDeletion: settings.allowDataDeletion }),
      permissionsBoundaryArn,
      ...shared(context, undefined),
    });
    return [{ name, dataset: dataset.name, component }];
  });
}
