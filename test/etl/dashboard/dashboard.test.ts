import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { describeDashboard, grafanaDashboard, panelQueries, withLatest } from "../../../etl/dashboard";
import type { DashboardSettings, TimeHints } from "../../../etl/dashboard";
import { answersOf } from "../../oracles/trino/answers";
import { descriptionOf, expandMacros, QUERIES, statementsForTrino } from "./statements";

const describe_ = (query: string, settings: DashboardSettings = {}, hints: TimeHints = {}) =>
  describeDashboard(query, [], settings, hints, 0);
const problems = (query: string, settings?: DashboardSettings, hints?: TimeHints): string[] => {
  const described = describe_(query, settings, hints);
  assert.ok(Array.isArray(described), "it is described");
  return described.map(({ setting, message }) => `${setting}: ${message}`);
};

describe("The description of a dashboard", () => {
  it("finds time, device and values in the query", () => {
    const { columns, time, device, values, leftOut } = descriptionOf("texts");
    assert.deepEqual([time, device, values, leftOut], ["event_time", "device_id", ["n", "select"], []]);
    assert.deepEqual(
      columns.map(({ name, type }) => `${name} ${type}`),
      ["event_time DATETIME", "device_id STRING", "n INTEGER", "select DECIMAL", "timestamp STRING", "__year STRING"],
    );
    assert.deepEqual(descriptionOf("epochs").values, ["value"]);
    assert.equal(descriptionOf("epochs").device, "asset");
    assert.deepEqual([descriptionOf("zones").time, descriptionOf("zones").device], ["at", undefined]);
  });

  it("takes the settings before what it finds", () => {
    const described = describe_("SELECT 1 AS a, 2 AS b, DATE '2026-01-01' AS d, 'x' AS line", {
      device: "LINE",
      values: ["B"],
      time: "d + INTERVAL '1' DAY",
    });
    assert.ok(!Array.isArray(described));
    assert.deepEqual([described.device, described.values, described.time], ["line", ["b"], "event_time"]);
  });

  it("goes by the delta window's expression, and not by one that the query's columns do not have", () => {
    const query = "SELECT 1 AS epoch, 2 AS v";
    const described = describe_(query, {}, { timeExpression: "from_unixtime(epoch)" });
    assert.ok(!Array.isArray(described));
    assert.deepEqual(described.values, ["v"]);
    assert.match(problems(query, {}, { timeExpression: "from_unixtime(gone)" })[0]!, /^time: saw nothing/);
  });

  it("calls no two columns by one name", () => {
    const described = describe_("SELECT 1 AS event_time, 2 AS is_latest", {
      time: "from_unixtime(event_time)",
      values: ["is_latest"],
    });
    assert.ok(!Array.isArray(described));
    assert.deepEqual([described.time, withLatest(described).latest], ["event_time_", "is_latest_"]);
  });

  it("leaves out what neither tool can show", () => {
    const described = describe_("SELECT X'00' AS raw, now() AS t, 1 AS v");
    assert.ok(!Array.isArray(described));
    assert.deepEqual(described.leftOut, ["raw (varbinary)"]);
  });

  it("says what is wrong with a dataset or a setting", () => {
    assert.match(
      problems("SELECT 1 AS v")[0]!,
      /^time: saw nothing, and the dataset has no column of type timestamp.*from_unixtime\(time\)/,
    );
    assert.match(
      problems("SELECT now() a, now() b, 1 v")[0]!,
      /^time: saw nothing, and the dataset has several times \(a, b\)/,
    );
    assert.match(problems("SELECT 'x' AS t, now() AS n")[0]!, /^dataset: its query has no column of numbers/);
    assert.match(problems("SELECT 1 v, 2 v, now() t")[0]!, /^dataset: its query has two columns v/);
    assert.match(problems("SELECT nothing")[0]!, /^dataset: its query cannot be analyzed: Column 'nothing'/);
    const query = "SELECT 1 AS temperature, 'd' AS device_id, now() AS t";
    assert.match(problems(query, { time: "temperature" })[0]!, /^time: saw "temperature"; it gives integer/);
    assert.match(problems(query, { time: "nope(t)" })[0]!, /^time: saw "nope\(t\)"; it is no expression/);
    assert.match(problems(query, { device: "device" })[0]!, /^device: saw "device".*did you mean device_id\?/);
    assert.match(problems(query, { values: ["device_id"] })[0]!, /^values: saw "device_id", whose type is varchar/);
    assert.match(problems(query, { values: ["temperatur"] })[0]!, /did you mean temperature\?/);
    assert.match(problems(query, { values: [] })[0]!, /^values: saw an empty list/);
    assert.equal(problems(query, { time: "x", device: "y", values: ["z"] }).length, 2);
  });
});

describe("Queries of dashboards", () => {
  it("are the statements that Trino was asked", () => {
    const file = path.join(__dirname, "../../oracles/trino/statements/dashboards.sql");
    assert.deepEqual(fs.readFileSync(file, "utf8").trim().split("\n"), statementsForTrino());
  });

  it("have answers, and the rows that they are for", () => {
    const answers = answersOf("dashboards");
    assert.deepEqual(
      answers.filter(({ error }) => error !== undefined),
      [],
    );
    const rowsOf = (sql: string) => answers.find((answer) => answer.sql.replaceAll("⏎", "\n") === sql)!.rows;
    const texts = panelQueries(descriptionOf("texts")).map(({ sql }) => rowsOf(expandMacros(sql))!);
    // Of the five rows one has no time and one is outside of the range; a's two rows are in two steps of five minutes.
    assert.deepEqual(
      texts[0]!.map(([, device, mean]) => [device, mean]),
      [
        ["a", 1],
        ["b", 2],
        ["a", 3],
      ],
    );
    assert.deepEqual(
      texts[2]!.map(([device, , n]) => [device, n]),
      [
        ["a", 3],
        ["b", 2],
      ],
    );
    assert.equal(texts[3]!.length, 3);
    const latest = rowsOf(
      statementsForTrino()
        .find((sql) => sql.includes("is_latest"))!
        .replaceAll("⏎", "\n"),
    )!;
    assert.deepEqual(
      latest.filter((row) => row.at(-1) === 1).map((row) => row.slice(1, 3)),
      [
        ["b", 2],
        ["a", 3],
      ],
    );
  });

  it("use no macro that the plugin does not document", () => {
    assert.throws(() => expandMacros("SELECT $__timeEpoch(x)"), /no macro of the plugin's: \$__timeEpoch/);
  });
});

describe("A dashboard for Grafana", () => {
  const place = { title: "t", uid: "u", region: "eu-central-1", database: "db" };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON that Grafana reads
  const dashboard = grafanaDashboard(descriptionOf("texts"), place) as any;

  it("asks for the data source at its import, and every panel uses it", () => {
    assert.equal(dashboard.__inputs[0].pluginId, "grafana-athena-datasource");
    for (const { datasource, targets } of dashboard.panels) {
      assert.deepEqual(datasource, { type: "grafana-athena-datasource", uid: "${DS_ATHENA}" });
      assert.deepEqual(targets[0].connectionArgs, {
        region: "eu-central-1",
        catalog: "AwsDataCatalog",
        database: "db",
      });
    }
  });

  it("has a chart for each value, then tables, none over another", () => {
    assert.deepEqual(
      dashboard.panels.map(({ title, type }: { title: string; type: string }) => `${type} ${title}`),
      ["timeseries n by device_id", "timeseries select by device_id", "table Latest values", "table Rows"],
    );
    for (const name of Object.keys(QUERIES)) {
      const { panels } = grafanaDashboard(descriptionOf(name), place) as {
        panels: { gridPos: Record<"x" | "y" | "w" | "h", number> }[];
      };
      for (const [index, { gridPos: a }] of panels.entries()) {
        assert.ok(a.x + a.w <= 24);
        for (const { gridPos: b } of panels.slice(index + 1))
          assert.ok(
            a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y,
            JSON.stringify([a, b]),
          );
      }
    }
  });
});
