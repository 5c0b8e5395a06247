import * as fs from "node:fs";
import * as path from "node:path";
import type { Clock } from "../../core/clock";
import { delta, depthOf, hasNullInArray, merged, SECTIONS, timesOf, type ShadowDocument } from "./document";
import { isObject, member, parseDocument, stringifyDocument, type JsonObject } from "./json";

/**
 * Bytes of a shadow's state, and levels in one of its sections
 * (https://docs.aws.amazon.com/general/latest/gr/iot-core.html#device-shadow-limits).
 */
const STATE_BYTES = 8 * 1024;
const LEVELS = 8;
/** A shadow that was deleted keeps its version for this long (ms). */
const REMEMBERED = 48 * 3_600_000;

const THING = /^[a-zA-Z0-9:_-]{1,128}$/;
const SHADOW = /^[$a-zA-Z0-9:_-]{1,64}$/;

/** An answer that is not a success: HTTP's status, which over MQTT is the `code` of the rejected message. */
export class ShadowError extends Error {
  constructor(
    readonly code: 400 | 404 | 409 | 413 | 500,
    message: string,
    readonly clientToken?: string,
  ) {
    super(message);
  }
}

/** The documents that an accepted update publishes. */
export interface Change {
  accepted: JsonObject;
  /** desired and reported state differ after it */
  delta?: JsonObject;
  documents: JsonObject;
}

interface Stored extends ShadowDocument {
  /** ms; what is left of a deleted shadow */
  deletedAt?: number;
}

/**
 * Device shadows, classic and named, each a file; texts of errors are those of
 * https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-error-messages.html. As on AWS, a shadow needs no thing of
 * the registry, and a request that changes nothing counts as a version too.
 */
export class Shadows {
  private readonly memory = new Map<string, Stored | undefined>();

  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
  ) {}

  /** GetThingShadow's document. @throws ShadowError */
  get(thing: string, name: string | undefined, payload?: Buffer): JsonObject {
    const token = payload === undefined || payload.length === 0 ? undefined : tokenOf(parse(payload));
    const stored = this.existing(thing, name, token);
    const differing = delta(stored);
    return {
      state: { ...stored.state, ...(differing === undefined ? {} : { delta: differing.state }) },
      metadata: { ...stored.metadata, ...(differing === undefined ? {} : { delta: differing.metadata }) },
      version: stored.version,
      timestamp: this.seconds(),
      ...(token === undefined ? {} : { clientToken: token }),
    } as JsonObject;
  }

  /** @throws ShadowError */
  update(thing: string, name: string | undefined, payload: Buffer): Change {
    checkNames(thing, name);
    if (payload.length > 4 * STATE_BYTES) throw new ShadowError(413, "The payload exceeds the maximum size allowed");
    const request = parse(payload);
    const token = tokenOf(request);
    const asked = stateOf(request, token);
    const before = this.read(thing, name);
    const live = before?.deletedAt === undefined ? before : undefined;
    const version = member(request, "version");
    if (version !== undefined) {
      if (typeof version !== "number" || !Number.isInteger(version))
        throw new ShadowError(400, "Invalid version", token);
      if (version !== (live?.version ?? 0)) throw new ShadowError(409, "Version conflict", token);
    }
    const now = this.seconds();
    const empty: ShadowDocument = { state: {}, metadata: {}, version: this.lastVersion(before) };
    const after = merged(live ?? empty, asked, now);
    if (Buffer.byteLength(stringifyDocument(after.state)) > STATE_BYTES)
      throw new ShadowError(413, "The payload exceeds the maximum size allowed", token);
    this.write(thing, name, after);
    const common = { timestamp: now, ...(token === undefined ? {} : { clientToken: token }) };
    const differing = delta(after);
    return {
      accepted: { state: asked, metadata: timesOf(asked, now), version: after.version, ...common },
      delta: differing === undefined ? undefined : { version: after.version, ...common, ...differing },
      documents: { previous: partOf(live ?? empty), current: partOf(after), ...common },
    };
  }

  /** @throws ShadowError */
  delete(thing: string, name: string | undefined, payload?: Buffer): JsonObject {
    const token = payload === undefined || payload.length === 0 ? undefined : tokenOf(parse(payload));
    const { version } = this.existing(thing, name, token);
    this.write(thing, name, { state: {}, metadata: {}, version, deletedAt: this.clock.now() });
    return { version, timestamp: this.seconds(), ...(token === undefined ? {} : { clientToken: token }) };
  }

  /** Names of a thing's named shadows, ascending. */
  names(thing: string): string[] {
    checkNames(thing, undefined);
    let files: string[];
    try {
      files = fs.readdirSync(path.join(this.folder, encoded(thing), "name"));
    } catch {
      return [];
    }
    return files
      .flatMap((file) => nameOf(file) ?? [])
      .filter((name) => this.read(thing, name)?.deletedAt === undefined)
      .sort();
  }

  private existing(thing: string, name: string | undefined, token: string | undefined): ShadowDocument {
    checkNames(thing, name);
    const stored = this.read(thing, name);
    if (stored === undefined || stored.deletedAt !== undefined)
      throw new ShadowError(
        404,
        `No shadow exists with name: '${thing}${name === undefined ? "" : `~${name}`}'`,
        token,
      );
    return stored;
  }

  private lastVersion(before: Stored | undefined): number {
    if (before === undefined) return 0;
    const forgotten = before.deletedAt !== undefined && this.clock.now() - before.deletedAt > REMEMBERED;
    return forgotten ? 0 : before.version;
  }

  private seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  private file(thing: string, name: string | undefined): string {
    const folder = path.join(this.folder, encoded(thing));
    return name === undefined ? path.join(folder, "classic.json") : path.join(folder, "name", `${encoded(name)}.json`);
  }

  private read(thing: string, name: string | undefined): Stored | undefined {
    const file = this.file(thing, name);
    if (!this.memory.has(file)) {
      let stored: Stored | undefined;
      try {
        stored = storedDocument(parseDocument(fs.readFileSync(file)));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT")
          throw new ShadowError(
            500,
            `The shadow's file ${file} cannot be read: ${(error as Error).message}. Delete the file to start over with this shadow.`,
          );
      }
      this.memory.set(file, stored);
    }
    return this.memory.get(file);
  }

  private write(thing: string, name: string | undefined, stored: Stored): void {
    const file = this.file(thing, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(`${file}.new`, stringifyDocument(stored as unknown as JsonObject));
    fs.renameSync(`${file}.new`, file);
    this.memory.set(file, stored);
  }
}

/** Names may have a colon, which Windows takes in no file's name. */
function encoded(name: string): string {
  return encodeURIComponent(name);
}

/** The shadow that a file holds; undefined for a file that the local cloud did not write. */
function nameOf(file: string): string | undefined {
  try {
    const name = decodeURIComponent(file.replace(/\.json$/, ""));
    return file.endsWith(".json") && SHADOW.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

/** @throws Error for a document that is not one that was written here */
function storedDocument(value: unknown): Stored {
  const { state, metadata, version, deletedAt } = isObject(value) ? value : {};
  const sections = (each: unknown): boolean =>
    isObject(each) && SECTIONS.every((section) => each[section] === undefined || isObject(each[section]));
  if (
    !sections(state) ||
    !sections(metadata) ||
    !Number.isSafeInteger(version) ||
    (deletedAt !== undefined && typeof deletedAt !== "number")
  )
    throw new Error("it is not the document of a shadow");
  return value as Stored;
}

function checkNames(thing: string, name: string | undefined): void {
  if (!THING.test(thing)) throw new ShadowError(400, `Invalid thing name: ${thing}`);
  if (name !== undefined && !SHADOW.test(name)) throw new ShadowError(400, `Invalid shadow name: ${name}`);
}

function parse(payload: Buffer): JsonObject {
  let parsed: unknown;
  try {
    parsed = parseDocument(payload);
  } catch {
    throw new ShadowError(400, "Payload contains invalid json");
  }
  if (!isObject(parsed)) throw new ShadowError(400, "Payload contains invalid json");
  return parsed;
}

function tokenOf(request: JsonObject): string | undefined {
  const clientToken = member(request, "clientToken");
  if (clientToken === undefined) return undefined;
  if (typeof clientToken !== "string") throw new ShadowError(400, "Invalid clientToken");
  if (Buffer.byteLength(clientToken) > 64) throw new ShadowError(400, "Invalid clientToken");
  return clientToken;
}

function stateOf(request: JsonObject, token: string | undefined): JsonObject {
  const state = member(request, "state");
  if (state === undefined) throw new ShadowError(400, "Missing required node: state", token);
  if (!isObject(state)) throw new ShadowError(400, "State node must be an object", token);
  const unknown = Object.keys(request).find((name) => !["state", "version", "clientToken"].includes(name));
  // Whether AWS refuses it is not documented; ignored it must not be.
  if (unknown !== undefined) throw new ShadowError(400, `State contains an invalid node: '${unknown}'`, token);
  for (const [section, value] of Object.entries(state)) {
    if (!(SECTIONS as readonly string[]).includes(section))
      throw new ShadowError(400, `State contains an invalid node: '${section}'`, token);
    if (value !== null && !isObject(value))
      throw new ShadowError(400, `${section[0]?.toUpperCase()}${section.slice(1)} node must be an object`, token);
    if (depthOf(value ?? null) > LEVELS)
      throw new ShadowError(400, `JSON contains too many levels of nesting; maximum is ${LEVELS}`, token);
    // https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-document.html#device-shadow-arrays
    if (hasNullInArray(value ?? null))
      throw new ShadowError(400, "Payload contains invalid json: an array cannot contain null", token);
  }
  return state;
}

function partOf({ state, metadata, version }: ShadowDocument): JsonObject {
  return { state, metadata, version } as JsonObject;
}
