import * as path from "node:path";
import type { Clock } from "./clock";
import { isObject, readDataFile, replaceFile } from "./data-file";

/**
 * When a resource was first seen with this folder of its own, ms since 1970-01-01 UTC on the local clock; now, and written down, if it is new.
 * @throws DataFileError
 */
export function createdAt(folder: string, clock: Clock): number {
  const file = path.join(folder, "created.json");
  const known = readDataFile(file, isCreated);
  if (known !== undefined) return known.created;
  const created = Math.floor(clock.now());
  replaceFile(file, JSON.stringify({ created }));
  return created;
}

function isCreated(value: unknown): value is { created: number } {
  return isObject(value) && Number.isSafeInteger(value.created);
}
