import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import type { BucketObjects, Versioning } from "../../../../local/services/s3/bucket-objects";
import { compareKeys } from "../../../../local/services/s3/key-files";
import { KeyWalk } from "../../../../local/services/s3/key-walk";

describe("local/services/s3/bucket-objects", () => {
  let Killable: typeof BucketObjects;
  before(() => (Killable = loadKillable().BucketObjects));
  let root: string;
  let counter = 0;
  beforeEach(() => (root = fs.mkdtempSync(path.join(os.tmpdir(), "objects-"))));
  afterEach(() => fs.rmSync(root, { recursive: true }));

  function open(versioning: Versioning): BucketObjects {
    fs.mkdirSync(path.join(root, "b"), { recursive: true });
    return new Killable(path.join(root, "b"), path.join(root, ".meta", "b"), versioning, new KeyWalk());
  }

  function put(objects: BucketObjects, key: string, text: string, time = 1_700_000_000_000): string {
    const temporary = path.join(root, `t${counter++}`);
    fs.writeFileSync(temporary, text);
    return objects.commit(key, temporary, { etag: `etag of ${text}` }, time).id;
  }

  /** Versions of a key as `text` or `deleted`, newest first; the latest with a star. */
  function shown(objects: BucketObjects, key: string): string[] {
    return objects.versions(key).map((version) => {
      if ("marker" in version) return `deleted${version.latest ? "*" : ""}`;
      const text = fs.readFileSync(version.file, "utf8");
      assert.equal(version.etag, `etag of ${text}`, "each version has its own record");
      return text + (version.latest ? "*" : "");
    });
  }

  it("keeps versions and delete markers, and the version before follows one that is deleted", () => {
    const objects = open("Enabled");
    const one = put(objects, "k", "one");
    const two = put(objects, "k", "two");
    assert.deepEqual(shown(objects, "k"), ["two*", "one"]);
    const marker = objects.delete("k", 1_700_000_000_001)!;
    assert.deepEqual(shown(objects, "k"), ["deleted*", "two", "one"]);
    assert.equal(objects.locate("k"), undefined);
    const three = put(objects, "k", "three");
    assert.deepEqual(shown(objects, "k"), ["three*", "deleted", "two", "one"]);
    objects.deleteVersion("k", three);
    assert.deepEqual(shown(objects, "k"), ["deleted*", "two", "one"]);
    objects.deleteVersion("k", marker);
    assert.deepEqual(shown(objects, "k"), ["two*", "one"]);
    objects.deleteVersion("k", two);
    assert.deepEqual(shown(objects, "k"), ["one*"]);
    assert.equal(fs.readFileSync(path.join(root, "b", "k"), "utf8"), "one", "the object is the file of its key");
    objects.deleteVersion("k", one);
    assert.deepEqual(shown(objects, "k"), []);
    assert.deepEqual(
      fs.readdirSync(path.join(root, "b")),
      [".versions"].filter(() => fs.existsSync(path.join(root, "b", ".versions"))),
    );
  });

  it("a bucket whose versioning is suspended has one version without an id, and keeps the others", () => {
    put(open("Enabled"), "k", "one");
    const objects = open("Suspended");
    assert.equal(put(objects, "k", "two"), "null");
    assert.equal(put(objects, "k", "three"), "null");
    assert.deepEqual(shown(objects, "k"), ["three*", "one"]);
    assert.equal(objects.delete("k", 1_700_000_000_002), "null");
    assert.deepEqual(shown(objects, "k"), ["deleted*", "one"]);
    assert.equal(put(objects, "k", "four"), "null");
    assert.deepEqual(shown(objects, "k"), ["four*", "one"]);
    put(open("Enabled"), "k", "five");
    assert.deepEqual(shown(open("Enabled"), "k"), ["five*", "four", "one"]);
    put(objects, "k", "six");
    assert.deepEqual(
      shown(objects, "k"),
      ["six*", "five", "one"],
      "the version without an id is replaced wherever it is",
    );
  });

  it("an object that somebody put there by hand, or changed, has a record of its own", () => {
    const objects = open(undefined);
    fs.mkdirSync(path.join(root, "b", "a"));
    fs.writeFileSync(path.join(root, "b", "a", "b"), "hand");
    const found = objects.get("a/b");
    assert.ok(found !== undefined && "etag" in found && /^[0-9a-f]{32}-1$/.test(found.etag));
    put(objects, "a/b", "ours");
    assert.deepEqual(shown(objects, "a/b"), ["ours*"]);
    fs.writeFileSync(path.join(root, "b", "a", "b"), "other");
    const changed = objects.get("a/b");
    assert.ok(
      changed !== undefined && "etag" in changed && /-1$/.test(changed.etag),
      "not the ETag of what was there before",
    );
  });

  it("lists keys in the order of their bytes, from any key on", () => {
    const key = fc
      .array(
        fc.constantFrom(
          "a",
          "b",
          "",
          "-",
          ".",
          "~",
          "!",
          "ü",
          "￿",
          "😀",
          "x".repeat(210),
          ".versions",
          "..",
          "a b",
          "A",
        ),
        {
          minLength: 1,
          maxLength: 4,
        },
      )
      .map((parts) => parts.join("/"))
      .filter((text) => text !== "" && text.length < 700);
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { minLength: 1, maxLength: 12 }),
        fc.nat(11),
        fc.constantFrom("", "a", "a/", "x", "x".repeat(205)),
        (keys, at, prefix) => {
          fs.rmSync(path.join(root, "b"), { recursive: true, force: true });
          fs.rmSync(path.join(root, ".meta"), { recursive: true, force: true });
          const objects = open(undefined);
          for (const each of keys) put(objects, each, each);
          for (const each of keys) assert.equal(fs.readFileSync(objects.locate(each)!.file, "utf8"), each);
          const sorted = [...keys].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
          const after = sorted[at % sorted.length]!;
          const expected = sorted.filter((each) => each.startsWith(prefix));
          assert.deepEqual([...objects.keys(prefix, { after: "", subtree: false })], expected);
          assert.deepEqual(
            [...objects.versionedKeys(prefix, { after, subtree: false })],
            expected.filter((each) => compareKeys(each, after) > 0),
          );
          assert.deepEqual(
            [...objects.keys(prefix, { after, subtree: true })],
            expected.filter((each) => compareKeys(each, after) > 0 && !each.startsWith(after)),
          );
          for (const each of keys) objects.delete(each, 0);
          assert.deepEqual([...objects.versionedKeys("", { after: "", subtree: false })], []);
          assert.deepEqual(fs.readdirSync(path.join(root, "b")), [], "nothing is left of deleted objects");
        },
      ),
      { numRuns: 50 },
    );
  });

  /** Kills a process at its n-th change of the file system; what it was doing is then done or not, and nothing else is. */
  for (const versioning of ["Enabled", "Suspended", undefined] as const)
    it(`a killed process leaves an object as it was or as it shall be (versioning ${versioning ?? "off"})`, function () {
      this.timeout(60_000);
      const operations: Record<string, (objects: BucketObjects) => void> = {
        put: (objects) => void put(objects, "k", "new"),
        delete: (objects) => void objects.delete("k", 1_700_000_000_005),
        deleteVersion: (objects) => void objects.deleteVersion("k", objects.versions("k")[0]!.id),
        putBeside: (objects) => void put(objects, "k/deeper", "new"),
      };
      const cases = Object.entries(operations).flatMap(([name, operate]) => [
        { name, operate, another: false },
        // The version without an id is not the latest then, and goes when another takes its place.
        ...(versioning === "Suspended" ? [{ name, operate, another: true }] : []),
      ]);
      for (const { name, operate, another } of cases) {
        const start = (): BucketObjects => {
          fs.rmSync(root, { recursive: true });
          fs.mkdirSync(root);
          if (versioning !== undefined) put(open("Enabled"), "k", "one");
          const objects = open(versioning);
          put(objects, "k", "two");
          if (another) put(open("Enabled"), "k", "three");
          return objects;
        };
        const before = shown(start(), "k");
        operate(open(versioning));
        const done = shown(open(versioning), "k");
        for (let n = 0; ; n++) {
          const objects = start();
          const finished = killedAt(n, () => operate(objects));
          const seen = shown(open(versioning), "k");
          const known = [before, done].map((each) => JSON.stringify(each));
          assert.ok(known.includes(JSON.stringify(seen)), `${name}, killed at change ${n}: ${seen.join(", ")}`);
          put(open(versioning), "k", "later");
          assert.equal(shown(open(versioning), "k")[0], "later*");
          if (finished) {
            assert.ok(n >= 2, `${name} changes ${n} things`);
            break;
          }
        }
      }
    });
});

/* eslint-disable @typescript-eslint/no-require-imports -- a module is loaded once more */
const CHANGES = ["renameSync", "linkSync", "rmSync", "rmdirSync", "writeFileSync", "mkdirSync", "utimesSync"] as const;

/** The changes of the file system that are left until the process "ends"; counted in the modules that `loadKillable` loads. */
let left = Infinity;
const KILLED = new Error("killed");

/** Loads the modules under test once more, with functions of the file system that fail from a certain change on, as if the process had ended. */
function loadKillable(): typeof import("../../../../local/services/s3/bucket-objects") {
  const own = require("node:fs") as Record<string, unknown>;
  const modules = Object.keys(require.cache).filter((file) => /local.(services.s3|core.data-file)/.test(file));
  const kept = modules.map((file) => [file, require.cache[file]] as const);
  const originals = CHANGES.map((name) => [name, own[name]] as const);
  for (const file of modules) delete require.cache[file];
  for (const [name, original] of originals)
    own[name] = (...args: unknown[]): unknown => {
      if (left <= 0) throw KILLED;
      left--;
      return (original as (...all: unknown[]) => unknown)(...args);
    };
  try {
    return require("../../../../local/services/s3/bucket-objects") as ReturnType<typeof loadKillable>;
  } finally {
    for (const [name, original] of originals) own[name] = original;
    for (const file of modules) delete require.cache[file];
    for (const [file, module] of kept) require.cache[file] = module;
  }
}

/** Runs `operate` until its n-th change of the file system. @returns whether it came to its end */
function killedAt(n: number, operate: () => void): boolean {
  left = n;
  try {
    operate();
    // What an error handler swallowed was not done either.
    return left > 0;
  } catch (error) {
    if (error !== KILLED) throw error;
    return false;
  } finally {
    left = Infinity;
  }
}
