/** Points and distances. Other shapes are not executed. https://trino.io/docs/current/functions/geospatial.html */
import { SqlError } from "../syntax/error";
import { scalar } from "./registry";

const invalid = (text: string): never => {
  throw new SqlError("INVALID_FUNCTION_ARGUMENT", text);
};

/** A geometry is its text; every one is a point. */
const POINT = /^\s*POINT\s*\(\s*(\S+)\s+(\S+?)\s*\)\s*$/i;

function pointText(x: number, y: number): string {
  if (!Number.isFinite(x) || !Number.isFinite(y)) invalid("Invalid point");
  return `POINT (${x} ${y})`;
}

function coordinates(text: string): [x: number, y: number] {
  const [, x = "", y = ""] = POINT.exec(text) ?? [];
  return [Number(x), Number(y)];
}

scalar("st_point(double, double): geometry", pointText);
scalar("st_x(geometry): double", (point: string) => coordinates(point)[0]);
scalar("st_y(geometry): double", (point: string) => coordinates(point)[1]);
scalar("st_astext(geometry): varchar", (point: string) => point);
scalar("st_geometryfromtext(varchar): geometry", (text: string) => {
  if (/^\s*(?:LINESTRING|POLYGON|MULTI\w+|GEOMETRYCOLLECTION)\b|\bEMPTY\s*$/i.test(text))
    throw new SqlError(
      "NOT_SUPPORTED",
      "ST_GeometryFromText of anything but a point is not executed by the local cloud",
    );
  const [x, y] = coordinates(text);
  return POINT.test(text) && Number.isFinite(x) && Number.isFinite(y)
    ? pointText(x, y)
    : invalid(`Invalid WKT: ${text}`);
});
scalar("st_equals(geometry, geometry): boolean", (a: string, b: string) => a === b);
scalar("st_distance(geometry, geometry): double", (a: string, b: string) => {
  const [[x1, y1], [x2, y2]] = [coordinates(a), coordinates(b)];
  return Math.hypot(x1 - x2, y1 - y2);
});
scalar("to_spherical_geography(geometry): sphericalgeography", (point: string) => {
  const [longitude, latitude] = coordinates(point);
  checkPlace(latitude, longitude);
  return point;
});
scalar("st_distance(sphericalgeography, sphericalgeography): double", (a: string, b: string) => {
  const [[longitude1, latitude1], [longitude2, latitude2]] = [coordinates(a), coordinates(b)];
  return greatCircle(latitude1, longitude1, latitude2, longitude2) * 1000;
});
scalar("great_circle_distance(double, double, double, double): double", greatCircle);

function checkPlace(latitude: number, longitude: number): void {
  if (!(latitude >= -90 && latitude <= 90)) invalid("Latitude must be between -90 and 90");
  if (!(longitude >= -180 && longitude <= 180)) invalid("Longitude must be between -180 and 180");
}

/** km */
const EARTH_RADIUS = 6371.01;

/** Degrees in, km out. */
function greatCircle(latitude1: number, longitude1: number, latitude2: number, longitude2: number): number {
  checkPlace(latitude1, longitude1);
  checkPlace(latitude2, longitude2);
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const [a, b, difference] = [radians(latitude1), radians(latitude2), radians(longitude1 - longitude2)];
  const across = Math.cos(b) * Math.sin(difference);
  const along = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(difference);
  const cosine = Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos(difference);
  return Math.atan2(Math.sqrt(across * across + along * along), cosine) * EARTH_RADIUS;
}
