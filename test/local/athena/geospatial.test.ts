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

  it("points on the plane", async () => {
    assert.equal(await value("SELECT ST_Distance(ST_Point(1, 2), ST_Point(4, 6))"), 5);
    assert.equal(await value("SELECT ST_X(ST_Point(1.5, -2))"), 1.5);
    assert.equal(await value("SELECT ST_Y(ST_GeometryFromText('POINT (1.5 -2)'))"), -2);
    assert.equal(await value("SELECT ST_AsText(ST_Point(1.5, -2))"), "POINT (1.5 -2)");
    assert.equal(await value("SELECT typeof(ST_Point(1, 2))"), "Geometry");
  });

  it("points on the globe, in metres", async () => {
    const kilometres = (await value("SELECT great_circle_distance(42.3607, -71.0882, 40.6976, -74.1197)")) as number;
    const metres = (await value(
      "SELECT ST_Distance(to_spherical_geography(ST_Point(-71.0882, 42.3607)), to_spherical_geography(ST_Point(-74.1197, 40.6976)))",
    )) as number;
    assert.ok(Math.abs(metres - kilometres * 1000) < 1e-6, `${metres}`);
  });

  it("refuses other shapes by name", async () => {
    await assert.rejects(value("SELECT ST_GeometryFromText('POLYGON ((0 0, 0 1, 1 1, 0 0))')"), {
      message: /not executed by the local cloud/,
    });
    await assert.rejects(value("SELECT ST_Buffer(ST_Point(1, 2), 3)"), {
      message: /'st_buffer' is not executed by the local cloud/,
    });
  });

  it("refuses a latitude beyond the pole", async () => {
    await assert.rejects(value("SELECT great_circle_distance(100, 20, 30, 40)"), {
      message: "INVALID_FUNCTION_ARGUMENT: Latitude must be between -90 and 90",
    });
  });
});
