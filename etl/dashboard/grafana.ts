/**
 * A dashboard of Grafana over Athena, by the plugin grafana-athena-datasource.
 * https://grafana.com/docs/plugins/grafana-athena-datasource/latest/query-editor/ documents the macros,
 * https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ the form of the file.
 */
import { quoted } from "../athena-sql/quoted";
import type { DashboardDescription } from "./description";

const PLUGIN = "grafana-athena-datasource";
/** Stands for the data source that the user chooses at the import. */
const INPUT = "DS_ATHENA";
/** Rows of the table of rows. */
const ROWS = 200;
/** Formats of the plugin's queries: time series, table. */
const FORMAT = { timeSeries: 0, table: 1 } as const;

/** What a dashboard is called, and where its queries run. */
export interface GrafanaPlace {
  readonly title: string;
  /** at most 40 characters; importing the same again replaces the dashboard */
  readonly uid: string;
  readonly region: string;
  readonly database: string;
}

/** A panel's query. */
export interface PanelQuery {
  readonly title: string;
  readonly kind: "timeseries" | "table";
  /** with macros of the plugin */
  readonly sql: string;
}

/** The queries of the panels: a chart for each value, the latest values, the rows. */
export function panelQueries({ rowsSql, columns, time, device, values }: DashboardDescription): PanelQuery[] {
  const at = quoted(time);
  const from = `FROM (\n${rowsSql}\n) AS r\nWHERE $__timeFilter(${at})`;
  const by = device === undefined ? [] : [quoted(device)];
  const charts = values.map((value): PanelQuery => {
    const name = quoted(value);
    const select = [`$__timeGroup(${at}, '$__interval') AS time`, ...by, `avg(CAST(${name} AS double)) AS ${name}`];
    const groups = ["1", ...by.map((_, index) => String(index + 2))].join(", ");
    return {
      title: device === undefined ? value : `${value} by ${device}`,
      kind: "timeseries",
      sql: `SELECT ${select.join(", ")}\n${from}\nGROUP BY ${groups}\nORDER BY ${groups}`,
    };
  });
  const latest = [
    ...by,
    `max(${at}) AS ${at}`,
    ...values.map((value) => `max_by(${quoted(value)}, ${at}) AS ${quoted(value)}`),
  ];
  const grouped = device === undefined ? "" : `\nGROUP BY ${by[0]}\nORDER BY ${by[0]}`;
  return [
    ...charts,
    { title: "Latest values", kind: "table", sql: `SELECT ${latest.join(", ")}\n${from}${grouped}` },
    {
      title: "Rows",
      kind: "table",
      sql: `SELECT ${columns.map(({ name }) => quoted(name)).join(", ")}\n${from}\nORDER BY ${at} DESC\nLIMIT ${ROWS}`,
    },
  ];
}

/** The dashboard as the JSON that Grafana imports. */
export function grafanaDashboard(description: DashboardDescription, place: GrafanaPlace): Record<string, unknown> {
  const datasource = { type: PLUGIN, uid: `\${${INPUT}}` };
  const connectionArgs = { region: place.region, catalog: "AwsDataCatalog", database: place.database };
  const queries = panelQueries(description);
  const charts = queries.filter(({ kind }) => kind === "timeseries").length;
  const wide = charts % 2 === 1 ? charts - 1 : -1;
  const rowOf = (index: number): number =>
    index < charts ? Math.floor(index / 2) * 8 : Math.ceil(charts / 2) * 8 + (index - charts) * 9;
  return {
    __inputs: [
      {
        name: INPUT,
        label: "Amazon Athena",
        description: "",
        type: "datasource",
        pluginId: PLUGIN,
        pluginName: "Amazon Athena",
      },
    ],
    __requires: [
      { type: "datasource", id: PLUGIN, name: "Amazon Athena", version: "2.0.0" },
      { type: "panel", id: "timeseries", name: "Time series", version: "" },
      { type: "panel", id: "table", name: "Table", version: "" },
    ],
    uid: place.uid,
    title: place.title,
    tags: ["iot-telemetry-etl"],
    schemaVersion: 39,
    version: 1,
    editable: true,
    timezone: "utc",
    time: { from: "now-24h", to: "now" },
    // Each refresh is a query that Athena bills.
    refresh: "",
    annotations: { list: [] },
    templating: { list: [] },
    panels: queries.map(({ title, kind, sql }, index) => ({
      id: index + 1,
      title,
      type: kind,
      datasource,
      gridPos: {
        h: index < charts ? 8 : 9,
        w: index < charts && index !== wide ? 12 : 24,
        x: index < charts && index % 2 === 1 ? 12 : 0,
        y: rowOf(index),
      },
      // A shorter step than a second gives no whole number of seconds.
      ...(kind === "timeseries" ? { interval: "1s" } : {}),
      fieldConfig: {
        defaults:
          kind === "timeseries"
            ? { custom: { drawStyle: "line", lineWidth: 1, showPoints: "auto", spanNulls: false } }
            : {},
        overrides: [],
      },
      options:
        kind === "timeseries"
          ? {
              legend: { displayMode: "list", placement: "bottom", showLegend: true },
              tooltip: { mode: "multi", sort: "none" },
            }
          : { showHeader: true },
      targets: [
        {
          refId: "A",
          datasource,
          connectionArgs,
          format: kind === "timeseries" ? FORMAT.timeSeries : FORMAT.table,
          rawSQL: sql,
        },
      ],
    })),
  };
}
