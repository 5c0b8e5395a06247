import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "..");
/** Folders without source files of the program: tests may import whatever they test. */
const PASSED_OVER = new Set(["node_modules", "dist", "docs", "test", "definitions"]);

/**
 * Imports from one folder to another that are part of a circle of folders and still have to be turned or moved. The list
 * only gets shorter: an entry that is no part of a circle any more fails the test, too.
 */
const KNOWN_CIRCLES: readonly string[] = [];
/** As `KNOWN_CIRCLES`, from file to file. */
const KNOWN_FILE_CIRCLES: readonly string[] = [];

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

function sourceFiles(folder: string): string[] {
  return fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith(".") || PASSED_OVER.has(name) ? [] : sourceFiles(name);
    return /\.(?:ts|cjs)$/.test(name) ? [name] : [];
  });
}

function importsOf(file: string, files: ReadonlySet<string>): Set<string> {
  const text = fs.readFileSync(path.join(ROOT, file), "utf8");
  const found = new Set<string>();
  for (const [, specifier] of text.matchAll(
    /(?:\bfrom|\bimport|\brequire|\bimport\()\s*\(?\s*["'](\.{1,2}(?:\/[^"']*)?)["']/g,
  )) {
    const target = path.posix.join(path.posix.dirname(file), specifier as string);
    const hit = [target, `${target}.ts`, path.posix.join(target, "index.ts")].find((name) => files.has(name));
    if (hit !== undefined) found.add(hit);
  }
  return found;
}

/** Of every circle its files or folders: the strongly connected components of more than one. R. Tarjan, 1972. */
function circles(graph: Graph): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const visit = (node: string): void => {
    order.set(node, order.size);
    low.set(node, order.get(node) as number);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node) as number, low.get(next) as number));
    }
    if (low.get(node) !== order.get(node)) return;
    const component = stack.splice(stack.indexOf(node));
    if (component.length > 1) found.push(component.sort());
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}

/** The graph without the given edges, `a -> b` each. */
function without(graph: Graph, edges: readonly string[]): Graph {
  return new Map(
    [...graph].map(([from, targets]) => [
      from,
      new Set([...targets].filter((to) => !edges.includes(`${from} -> ${to}`))),
    ]),
  );
}

function foldersOf(files: Graph): Graph {
  const folders = new Map<string, Set<string>>();
  for (const [file, targets] of files) {
    const from = path.posix.dirname(file);
    const into = folders.get(from) ?? new Set();
    folders.set(from, into);
    for (const target of targets) if (path.posix.dirname(target) !== from) into.add(path.posix.dirname(target));
  }
  return folders;
}

describe("the imports of the project", () => {
  const names = new Set(sourceFiles("."));
  const files: Graph = new Map([...names].map((file) => [file, importsOf(file, names)]));
  const folders = foldersOf(files);

  it("are found by this test", () => {
    assert.ok(names.size > 500, `${names.size} files`);
    assert.ok(files.get("etl/documents/load.ts")?.has("etl/documents/read/read-file.ts"));
    const triangle = new Map([
      ["a", new Set(["b"])],
      ["b", new Set(["c"])],
      ["c", new Set(["a", "d"])],
      ["d", new Set<string>()],
    ]);
    assert.deepEqual(circles(triangle), [["a", "b", "c"]]);
    assert.deepEqual(circles(without(triangle, ["c -> a"])), []);
  });

  for (const [what, graph, known] of [
    ["files", files, KNOWN_FILE_CIRCLES],
    ["folders", folders, KNOWN_CIRCLES],
  ] as const) {
    it(`form no circle of ${what}`, () => assert.deepEqual(circles(without(graph, known)), []));

    it(`form every circle of ${what} that is excepted`, () => {
      const inCircles = circles(graph);
      const stale = known.filter((edge) => {
        const [from, to] = edge.split(" -> ") as [string, string];
        return !inCircles.some((circle) => circle.includes(from) && circle.includes(to));
      });
      assert.deepEqual(stale, []);
    });
  }
});

describe("docs/sources.md", () => {
  const rows = fs
    .readFileSync(path.join(ROOT, "docs/sources.md"), "utf8")
    .matchAll(/^\| ([a-z][a-z-]+) +\|.*\| +(.*?) +\|$/gm);
  const decisions = new Map([...rows].map(([, name, code]) => [name as string, code as string]));

  it("has every decision that the code cites", () => {
    const cited = [...sourceFiles("etl"), ...sourceFiles("local")].flatMap((file) =>
      [
        ...fs.readFileSync(path.join(ROOT, file), "utf8").matchAll(/docs\/sources\.md:[\s*]+([a-z-]+(?:, [a-z-]+)*)/g),
      ].flatMap(([, names]) => (names as string).split(", ").map((name) => ({ file, name }))),
    );
    assert.ok(cited.length > 10);
    assert.deepEqual(
      cited.filter(({ name }) => !decisions.has(name)),
      [],
    );
  });

  it("names files that exist", () => {
    const named = [...decisions.values()].flatMap((code) =>
      [...code.matchAll(/`(.*?)`/g)].map(([, file]) => file as string),
    );
    assert.ok(named.length >= decisions.size);
    assert.deepEqual(
      named.filter((file) => !fs.existsSync(path.join(ROOT, file))),
      [],
    );
  });
});

describe("clouds that a program starts", () => {
  it("ask for a free port for every listener", () => {
    const taking = ["bench", "cli", "test"].flatMap((folder) => {
      const files = fs.readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" });
      return files.filter((file) => /\.(?:ts|cjs)$/.test(file)).map((file) => path.posix.join(folder, file));
    });
    const starting = taking.filter((file) =>
      /"--(?:mqtt|http|mqtts)-port",\s*"0"/.test(fs.readFileSync(path.join(ROOT, file), "utf8")),
    );
    assert.ok(starting.length > 4);
    assert.deepEqual(
      starting.filter((file) => {
        const text = fs.readFileSync(path.join(ROOT, file), "utf8");
        return !["mqtt", "http", "mqtts"].every((name) => new RegExp(`"--${name}-port",\\s*"0"`).test(text));
      }),
      [],
    );
  });
});
