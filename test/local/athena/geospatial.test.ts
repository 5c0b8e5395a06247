import assert from "node:assert/strict";
import { Athena } from "../../../local/athena";

describe("local/athena: distances on the globe", () => {
  const athena = new Athena();
  after(() => athena.close());
  const value = async (sql: string): Promise<unknown> =>
    (await athena.query(sql, { database: "", tables: new Map() })).rows[0]![0];

  it("great_circle_distance in km, on a sphere of 6,371.01 km as in Trino", async () => {
    // Nashville to Los Angeles is 2,887.2599506 km where the radius is 6,372.8 km: https://rosettacode.org/wiki/Haversine_formula
    const expected = (2887.2599506071106 / 6372.8) * 6371.01;
    const found = (await value("SELECT great_circle_distance(36.12, -86.67, 33.94, -118.40)")) as number;
    assert.ok(Math.abs(found - expected) < 1e-6, `${found}`);
  });

  it("refuses a latitude beyond the pole", async () => {
    await assert.rejects(value("SELECT great_circle_distance(100, 20, 30, 40)"), {
      message: "INVALID_FUNCTION_ARGUMENT: Latitude must be between -90 and 90",
    });
  });
});
