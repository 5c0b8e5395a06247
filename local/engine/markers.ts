import type { Properties } from "../core/model";
import { readArchive, readAsset } from "./archives";
import { ARCHIVE, ASSET, OUTPUT, RESOURCE, SECRET, SIGNATURE, UNKNOWN } from "./signatures";

/** A value without its markers of secrets, assets and references. */
export interface Resolved {
  /** plain values: secrets opened, assets read, a resource as its id (a component as its URN) */
  value: Properties;
  /** top-level properties that hold a secret somewhere */
  secrets: Set<string>;
  /** top-level properties that hold an asset or an archive somewhere */
  assets: Set<string>;
  /** what could not be read */
  problems: { path: string; message: string }[];
}

/**
 * Resolves the markers in a resource's properties; paths of assets are relative to `folder`. A value that is not known is a problem, or
 * with `keepUnknown` stays as its marker.
 */
export function resolveMarkers(raw: Properties, folder: string, keepUnknown = false): Resolved {
  const resolved: Resolved = { value: {}, secrets: new Set(), assets: new Set(), problems: [] };
  for (const [key, value] of Object.entries(raw)) {
    const walk = (value: unknown, path: string): unknown => {
      if (value === null || typeof value !== "object") {
        if (value === UNKNOWN && !keepUnknown) {
          resolved.problems.push({ path, message: "the value is not known even when everything is created" });
          return undefined;
        }
        return value;
      }
      if (Array.isArray(value)) return value.map((item, index) => walk(item, `${path}[${index}]`));
      const marked = value as Properties;
      switch (marked[SIGNATURE]) {
        case undefined:
          return Object.fromEntries(
            Object.entries(marked).map(([name, item]) => [name, walk(item, `${path}.${name}`)]),
          );
        case SECRET:
          resolved.secrets.add(key);
          return walk(marked.value, path);
        case OUTPUT:
          if (marked.secret === true) resolved.secrets.add(key);
          return walk(marked.value, path);
        case RESOURCE:
          return marked.id ?? marked.urn;
        case ASSET:
        case ARCHIVE:
          resolved.assets.add(key);
          try {
            return marked[SIGNATURE] === ASSET ? readAsset(marked, folder) : { files: readArchive(marked, folder) };
          } catch (error) {
            resolved.problems.push({ path, message: (error as Error).message });
            return { files: {} };
          }
        default:
          resolved.problems.push({
            path,
            message: `carries a marker that is unknown here: ${String(marked[SIGNATURE])}`,
          });
          return undefined;
      }
    };
    resolved.value[key] = walk(value, key);
  }
  return resolved;
}
