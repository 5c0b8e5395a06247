/** Queries of dashboards over rows that stand in them as VALUES, so that Trino can be asked: see test/oracles/trino. */
import { describeDashboard, panelQueries, withLatest, type DashboardDescription } from "../../../etl/dashboard";

/** A range of time and a step, as Grafana gives them to the plugin's macros. */
const RANGE = { from: "2026-03-01 10:00:00", to: "2026-03-01 12:00:00", stepSeconds: 300 };

/**
 * A query of a panel as the plugin sends it to Athena, by the table of macros on
 * https://grafana.com/docs/plugins/grafana-athena-datasource/latest/query-editor/.
 * @throws Error for a macro that the table does not have
 */
export function expandMacros(sql: string, { from, to, stepSeconds } = RANGE): string {
  const expanded = sql
    .replace(
      /\$__timeFilter\(([^()]+)\)/g,
      (_, column) => `${column} BETWEEN TIMESTAMP '${from}' AND TIMESTAMP '${to}'`,
    )
    .replace(
      /\$__timeGroup\(([^(),]+), '\$__interval'\)/g,
      (_, column) => `FROM_UNIXTIME(FLOOR(TO_UNIXTIME(${column})/${stepSeconds})*${stepSeconds})`,
    );
  const left = /\$_\w+/.exec(expanded);
  if (left !== null) throw new Error(`no macro of the plugin's: ${left[0]}`);
  return expanded;
}

/** Datasets whose queries read nothing, by a name. */
export const QUERIES: Readonly<Record<string, string>> = {
  texts: `SELECT * FROM (VALUES ('a', 1, 1.5E0, '2026-03-01 10:01:00', '2026'), ('b', 2, NULL, '2026-03-01 10:02:00', '2026'), ('a', 3, 2.5E0, '2026-03-01 10:07:30', '2026'), ('a', 9, 9E0, 'never', '2026'), ('b', 7, 7E0, '2026-02-01 10:00:00', '2026')) AS t (device_id, n, "select", "timestamp", __year)`,
  epochs: `SELECT asset, time, value, flags, tags FROM (VALUES ('p1', BIGINT '1772359260', DECIMAL '1.50', true, ARRAY[1, 2]), ('p1', BIGINT '1772359320', DECIMAL '2.25', false, NULL), ('p"2', BIGINT '1772359380', NULL, NULL, ARRAY[3])) AS t (asset, time, value, flags, tags);`,
  nameless: `SELECT date_trunc('hour', TIMESTAMP '2026-03-01 10:30:00') AS hour, count(*), 'd' AS device FROM (VALUES 1, 2) AS x`,
  zones: `SELECT t AS at, v FROM (VALUES (TIMESTAMP '2026-03-01 11:05:00.123 +01:00', 1), (TIMESTAMP '2026-03-01 10:59:59.999 UTC', 2), (NULL, 3)) AS x (t, v) -- the last line`,
};

/** The description of one of them. @throws Error if there is none */
export function descriptionOf(name: string): DashboardDescription {
  const timestamps = [{ attribute: "timestamp", format: "yyyy-MM-dd HH:mm:ss" }];
  const settings = name === "epochs" ? { time: "from_unixtime(time)" } : {};
  const described = describeDashboard(QUERIES[name]!, [], settings, { timestamps }, 0);
  if (Array.isArray(described)) throw new Error(described.map(({ message }) => message).join("\n"));
  return described;
}

/** Every query of every dashboard, one a line, as test/oracles/trino/statements has them. */
export function statementsForTrino(): string[] {
  return Object.keys(QUERIES).flatMap((name) => {
    const description = descriptionOf(name);
    const latest = withLatest(description);
    const dataSet = `SELECT * FROM (\n${latest.sql}\n) AS s ORDER BY 1, 2, 3`;
    return [...panelQueries(description).map(({ sql }) => expandMacros(sql)), dataSet].map((sql) =>
      sql.replaceAll("\n", "⏎"),
    );
  });
}
