import { isUnknown } from "../../aws/values";

/** A rule needed a value that Pulumi does not know yet in preview. */
export class NotDecidable extends Error {
  constructor(readonly path: string) {
    super(`${path} is not known in preview`);
  }
}

/**
 * Arguments that throw NotDecidable as soon as a value is read that is not known yet, so that no rule mistakes it for a text or for
 * nothing. `path` is where `value` stands within the resource's arguments.
 */
export function guarded<T>(value: T, path = ""): T {
  if (isUnknown(value)) throw new NotDecidable(path);
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, key): unknown {
      const member: unknown = Reflect.get(target, key);
      if (typeof key === "symbol") return member;
      if (typeof member === "object" && member !== null && Object.hasOwn(target, key)) {
        // A frozen member has to be handed out as it is; its own members are then read without a guard.
        const own = Object.getOwnPropertyDescriptor(target, key);
        if (own?.configurable === false && own.writable === false) return member;
        return guarded(member, join(path, key, Array.isArray(target)));
      }
      if (isUnknown(member)) throw new NotDecidable(join(path, key, Array.isArray(target)));
      return member;
    },
  });
}

/**
 * Arguments that report every unknown value that is read, and return it as it is: for rules over several resources, which
 * go on with the others.
 */
export function noting<T>(value: T, note: (path: string) => void, path = ""): T {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, key): unknown {
      const member: unknown = Reflect.get(target, key);
      if (typeof key === "symbol" || !Object.hasOwn(target, key)) return member;
      const at = join(path, key, Array.isArray(target));
      if (isUnknown(member)) note(at);
      if (typeof member !== "object" || member === null) return member;
      const own = Object.getOwnPropertyDescriptor(target, key);
      if (own?.configurable === false && own.writable === false) return member;
      return noting(member, note, at);
    },
  });
}

/** Paths of the values that are not known, in the whole of the arguments. */
export function unknownPaths(value: unknown, path = ""): string[] {
  if (isUnknown(value)) return [path];
  if (Array.isArray(value)) return value.flatMap((item, index) => unknownPaths(item, `${path}[${index}]`));
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, item]) => unknownPaths(item, join(path, key, false)));
  return [];
}

function join(path: string, key: string, index: boolean): string {
  if (index && /^\d+$/.test(key)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}
