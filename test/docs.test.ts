import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse as parseYaml } from "yaml";
import { parseOptions, type Command } from "../cli/command/options";
import { PROJECT } from "../stacks/schema";
import { validate } from "../stacks/validate";
import { run } from "./harness";

const ROOT = path.resolve(__dirname, "..");
const PACKAGE = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

interface Snippet {
  /** file and line */
  place: string;
  language: string;
  text: string;
}

/** The README, CONTRIBUTING and the guides. */
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  ...fs
    .readdirSync(path.join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** Every fenced block of the pages. */
function snippets(): Snippet[] {
  return PAGES.flatMap((file) => {
    const text = fs.readFileSync(path.join(ROOT, file), "utf8");
    return [...text.matchAll(/^( *)```(\S*)[^\n]*\n([\s\S]*?)^ *```\s*$/gm)].map(([, , language, body], index) => ({
      place: `${file}, block ${index + 1}`,
      language: language!,
      text: body!,
    }));
  });
}

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Relative links of a page that lead nowhere. */
function deadLinks(page: string): string[] {
  const text = fs.readFileSync(path.join(ROOT, page), "utf8");
  return [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)]
    .filter(([, file, anchor]) => {
      const target = file === "" ? path.join(ROOT, page) : path.resolve(ROOT, path.dirname(page), file!);
      if (!fs.existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(fs.readFileSync(target, "utf8")).includes(anchor);
    })
    .map(([link]) => link);
}

/** Source files and folders that a page names in backticks and that do not exist. */
function missingPaths(page: string): string[] {
  const text = fs.readFileSync(path.join(ROOT, page), "utf8").replace(/^```[\s\S]*?^```/gm, "");
  const folders = "aws|bench|cli|components|devices|etl|functions|local|plugin|policies|stacks|test";
  return [...text.matchAll(new RegExp(`\`((?:${folders})/[\\w./-]*)\``, "g"))]
    .map(([, name]) => name!)
    .filter((name) => !/[A-Z]{3}/.test(name) && !fs.existsSync(path.join(ROOT, name)));
}

/** Words of a command line, quotes taken off; a comment ends it. */
function words(line: string): string[] {
  const found: string[] = [];
  for (const [, single, double, plain, comment] of line.matchAll(
    /'([^']*)'|"([^"]*)"|((?:\$\([^)]*\)|[^\s'"#])(?:\$\([^)]*\)|\S)*)|(#.*)$/g,
  )) {
    if (comment !== undefined) break;
    found.push(single ?? double ?? plain!);
  }
  return found;
}

/** The commands of ours in a block, each on a line of its own or joined by `&&`. */
function calls(text: string): string[][] {
  return text
    .replace(/\\\n\s*/g, " ")
    .split(/\n|&&/)
    .map((line) => words(line.trim().replace(/^\$ /, "")))
    .filter(([first, second]) => first === "npm" && ["start", "run", "test"].includes(second ?? ""));
}

/** What a script takes, of the file that it starts; undefined for scripts that are no command of ours. */
function commandOf(script: string): Command | undefined {
  const line = PACKAGE.scripts[script];
  assert.ok(line !== undefined, `package.json has no script ${script}`);
  const file = /\bcli\/\S+\.ts\b/.exec(line)?.[0];
  if (file === undefined) return undefined;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the file's name comes from package.json
  const exported = Object.values(require(path.join(ROOT, file)) as Record<string, unknown>);
  const command = exported.find((value) => typeof value === "object" && value !== null && "call" in value);
  assert.ok(command !== undefined, `${file} exports no Command`);
  return command as Command;
}

/** @throws when npm or the command would refuse the line */
function checkCall([, first, ...others]: readonly string[]): void {
  const [script, rest] = first === "run" ? [others[0]!, others.slice(1)] : [first!, others];
  const command = commandOf(script);
  const separator = rest.indexOf("--");
  const own = rest.slice(0, separator < 0 ? undefined : separator).filter((word) => word !== "--silent");
  assert.deepEqual(own, [], `${own.join(" ")}: npm keeps what stands before --`);
  const given = separator < 0 ? [] : rest.slice(separator + 1);
  // A placeholder in capitals or brackets stands for what the reader puts there.
  if (command !== undefined)
    parseOptions(
      command,
      given.filter((word) => !/^\[.*\]?$|^.*\]$/.test(word)),
    );
}

describe("docs", () => {
  const all = snippets();

  for (const page of PAGES) {
    it(`${page} has links that lead somewhere`, () => assert.deepEqual(deadLinks(page), []));

    // The comparison names files of other packs.
    if (page !== "docs/policies-comparison.md")
      it(`${page} names source files that exist`, () => assert.deepEqual(missingPaths(page), []));
  }

  it("holds snippets", () => assert.ok(all.length > 5));

  for (const { place, language, text } of all)
    switch (language) {
      case "json":
        it(`${place} is JSON`, () => void JSON.parse(text));
        break;
      case "yaml":
        it(`${place} is YAML, and a stack's configuration is valid`, () => {
          const config = (parseYaml(text) as { config?: Record<string, unknown> } | null)?.config ?? {};
          const own = Object.entries(config).filter(([key]) => key.startsWith(`${PROJECT}:`));
          const texts = own.map(([key, value]) => [
            key.slice(PROJECT.length + 1),
            typeof value === "object" ? JSON.stringify(value) : String(value),
          ]);
          assert.deepEqual(validate(Object.fromEntries(texts) as Record<string, string>, "dev").problems, []);
        });
        break;
      case "ts":
      case "typescript":
        it(`${place} runs`, () => runSnippet(text));
        break;
      case "":
      case "sh":
      case "bash":
        if (calls(text).length > 0) it(`${place} calls commands as they are`, () => calls(text).forEach(checkCall));
    }

  it("docs/deploy.md: what it costs is quantity times price, and the total their sum", () => {
    const text = fs.readFileSync(path.join(ROOT, "docs", "deploy.md"), "utf8");
    const number = (cell: string): number => Number(cell.replace(/[,*\s]/g, "") || 0);
    const rows = [...text.matchAll(/^\|(.*)\|$/gm)]
      .map(([, row]) => row!.split("|"))
      .filter(({ length }) => length === 7);
    const items = rows.filter(([, , price]) => /\d/.test(price!));
    assert.ok(items.length > 10);
    const sums = [0, 0];
    for (const [name, , price, ...columns] of items)
      for (const index of [0, 1]) {
        const usd = number(columns[2 * index + 1]!);
        assert.ok(Math.abs(number(columns[2 * index]!) * number(price!) - usd) <= 0.00501, name);
        sums[index]! += usd;
      }
    const [, , , , dev, , prod] = rows.find(([name]) => name!.includes("A month"))!;
    assert.deepEqual(
      [number(dev!), number(prod!)],
      sums.map((sum) => Number(sum.toFixed(2))),
    );
  });

  for (const script of Object.keys(PACKAGE.scripts))
    if (/\bcli\//.test(PACKAGE.scripts[script]!))
      it(`the examples in the help of ${script} call it as it is`, () => {
        const { examples } = commandOf(script)!;
        assert.ok(examples.length > 0);
        for (const [line] of examples) calls(line).forEach(checkCall);
      });
});

/** A program of the docs, on mocked resources; the code of a function is loaded, for it registers none. */
async function runSnippet(text: string): Promise<void> {
  const isProgram = /from "(?:@pulumi\/|iot-telemetry-etl")/.test(text);
  const file = path.join(ROOT, "test", `.snippet-${process.pid}.ts`);
  const source = text
    .replaceAll('from "iot-telemetry-etl"', 'from "../components"')
    .replaceAll('from "iot-telemetry-etl/', 'from "../functions/')
    .replaceAll('from "./', 'from "../');
  fs.writeFileSync(file, source);
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the snippet was just written
    const load = (): void => void require(file);
    if (isProgram) await run(load);
    else load();
  } finally {
    delete require.cache[file];
    fs.rmSync(file, { force: true });
  }
}
