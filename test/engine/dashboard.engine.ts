import assert from "node:assert/strict";
import * as path from "node:path";
import { Small } from "./engine";

const COMPONENTS = path.resolve(__dirname, "..", "..", "components");

/** A dashboard by the real engine: what QuickSight and Cloud Control would be asked. Replaces an AWS account with a subscription. */
describe("a dashboard in QuickSight, by the real engine", () => {
  it("is made, changed, read again and destroyed", () => {
    const project = new Small("dashboard");
    const program = (more: string): string => `
      import { DatasetDashboard, ParquetDatastore } from ${JSON.stringify(COMPONENTS)};
      const readings = new ParquetDatastore("readings", {
        columns: [{ name: "device_id", type: "string" }, { name: "celsius", type: "double" }, { name: "time", type: "bigint" }],
        allowDataDeletion: true, stackAllowsDataDeletion: true,
      });
      new DatasetDashboard("hall", {
        query: "SELECT * FROM readings", database: readings.databaseName, sources: [readings], group: "engineers",
        time: "from_unixtime(time)", allowDataDeletion: true, stackAllowsDataDeletion: true, ${more}
      });
    `;
    project.program(program('schedules: ["cron(0 6 * * ? *)"]'));
    // The definition is known before anything is there.
    const planned = project.steps().find(({ urn }) => urn.endsWith("::hall-dashboard"))!;
    assert.match(String(planned.newState!.inputs.desiredState), /group\/default\/engineers/);
    project.pulumi(0, "up", "--yes", "--skip-preview");
    assert.equal(project.steps().length, 0, "a second deployment changes nothing");
    const ids = project.state().flatMap(({ type, id }) => (/quicksight|cloudcontrol/.test(type) ? [id] : []));
    assert.deepEqual(ids.sort(), [
      "000000000000,dashboard-dev-hall-athena",
      "000000000000,dashboard-dev-hall-rows",
      "000000000000,dashboard-dev-hall-rows,dataset",
      "000000000000|dashboard-dev-hall",
    ]);

    project.program(program('mode: "DIRECT_QUERY"'));
    assert.deepEqual(
      project
        .steps()
        .map(({ urn, op }) => `${op} ${urn.split("::").pop()}`)
        .sort(),
      ["delete hall-refresh", "update hall-data-set"],
    );
    project.pulumi(0, "up", "--yes", "--skip-preview");
    project.pulumi(0, "refresh", "--yes", "--skip-preview");
    project.pulumi(0, "destroy", "--yes", "--skip-preview");
    assert.deepEqual(
      project.state().filter(({ type }) => /quicksight|cloudcontrol/.test(type)),
      [],
    );
  });
});
