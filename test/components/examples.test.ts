import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";

const ROOT = path.resolve(__dirname, "..", "..");
const COMPONENTS = path.join(ROOT, "components");
/** Files that exist in the compiler only, beside the components. */
const FOLDER = path.join(COMPONENTS, "examples");

/** What the examples use without saying where it comes from. */
const GLOBALS = `
import type * as fs from "node:fs";
import type * as pulumiModule from "@pulumi/pulumi";
import type * as components from "../index";
declare global {
  const pulumi: typeof pulumiModule;
  const readFileSync: typeof fs.readFileSync;
  const config: pulumiModule.Config;
  const key: { arn: pulumiModule.Output<string> };
  const onCall: { arn: pulumiModule.Output<string> };
  const weatherKey: { arn: pulumiModule.Output<string> };
  const limits: { arn: pulumiModule.Output<string> };
  const channel: components.TelemetryChannel;
  const plant: components.TelemetryChannel;
  const datastore: components.ParquetDatastore;
  const readings: components.ParquetDatastore;
  const pipeline: components.EtlPipeline;
  const historian: components.HistorianSource;
  const cluster: components.ContainerCluster;
  const daily: components.AnalyticsDataset;
CLASSES}
`;

interface Example {
  /** where it stands: `EtlPipeline`, `EtlPipelineArgs.functions` */
  place: string;
  code: string;
}

function sources(): ts.SourceFile[] {
  const files = fs
    .readdirSync(COMPONENTS, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"));
  return files.map((name) => {
    const file = path.join(COMPONENTS, name);
    return ts.createSourceFile(file, fs.readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, true);
  });
}

function isExported(node: ts.HasModifiers): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

/** The text of a node's doc comment, without its frame. */
function docOf(node: ts.Node): string {
  const [range] = (ts.getLeadingCommentRanges(node.getSourceFile().text, node.pos) ?? []).slice(-1);
  if (range === undefined) return "";
  return node
    .getSourceFile()
    .text.slice(range.pos, range.end)
    .replace(/^\/\*\*|\*\/$/g, "")
    .replace(/^\s*\* ?/gm, "")
    .trim();
}

/** The examples of the classes, and those of every argument: `Example: VALUE.` */
function examples(): { classes: Example[]; args: Example[]; without: string[] } {
  const found = { classes: [] as Example[], args: [] as Example[], without: [] as string[] };
  for (const source of sources())
    for (const node of source.statements) {
      if (ts.isClassDeclaration(node) && isExported(node) && path.dirname(source.fileName) === COMPONENTS)
        for (const [, code] of docOf(node).matchAll(/```ts\n([^]*?)```/g))
          found.classes.push({ place: node.name!.text, code: code! });
      if (ts.isInterfaceDeclaration(node) && isExported(node) && /(Args|Reference)$/.test(node.name.text))
        for (const member of node.members) {
          const place = `${node.name.text}.${member.name!.getText()}`;
          const value = /\bExample: ([^]*)$/.exec(docOf(member))?.[1];
          if (value === undefined) found.without.push(place);
          else {
            const from = path.relative(FOLDER, source.fileName).replaceAll(path.sep, "/").replace(/\.ts$/, "");
            const type = `import("${from}").${node.name.text}["${member.name!.getText()}"]`;
            found.args.push({ place, code: `const example: ${type} = ${expression(value)};` });
          }
        }
    }
  return found;
}

/** The expression that a text begins with; a sentence may go on behind it. */
function expression(text: string): string {
  const source = ts.createSourceFile("x.ts", `const x = ${text.replace(/\.\s*$/, "")}`, ts.ScriptTarget.ES2022, true);
  const [statement] = source.statements;
  return (statement as ts.VariableStatement).declarationList.declarations[0]!.initializer!.getText();
}

/** What the compiler says of each example, `PLACE: MESSAGE`. */
function problems(all: readonly Example[], classes: readonly string[]): string[] {
  const globals = GLOBALS.replace(
    "CLASSES",
    classes.map((name) => `  const ${name}: typeof components.${name};\n`).join(""),
  );
  const virtual = new Map([[path.join(FOLDER, "globals.d.ts"), globals]]);
  const places = new Map<string, string>();
  all.forEach(({ place, code }, index) => {
    const file = path.join(FOLDER, `example${index}.ts`);
    virtual.set(file, `${code}\nexport {};\n`);
    places.set(file, place);
  });
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(path.join(ROOT, "tsconfig.json"), (file) => ts.sys.readFile(file)).config,
    ts.sys,
    ROOT,
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (file) => virtual.has(path.normalize(file)) || fileExists(file);
  host.readFile = (file) => virtual.get(path.normalize(file)) ?? readFile(file);
  const program = ts.createProgram([...virtual.keys()], { ...options, noUnusedLocals: false }, host);
  return [...virtual.keys()].flatMap((file) =>
    [
      ...program.getSyntacticDiagnostics(program.getSourceFile(file)),
      ...program.getSemanticDiagnostics(program.getSourceFile(file)),
    ].map(({ messageText }) => `${places.get(file) ?? file}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`),
  );
}

describe("components: examples in doc comments", () => {
  const { classes, args, without } = examples();
  const names = [...new Set(classes.map(({ place }) => place))];

  it("are there for every component, smallest and richest, and for every argument", () => {
    assert.deepEqual(
      names.map((name) => [name, classes.filter(({ place }) => place === name).length]),
      [
        "ActivityFunction",
        "AnalyticsDataset",
        "ArchiveReprocessing",
        "ContainerCluster",
        "ContainerDataset",
        "TelemetryDashboard",
        "DatasetDashboard",
        "DatastoreMaintenance",
        "DeviceFleet",
        "EtlPipeline",
        "HistorianSource",
        "IotLog",
        "JsonDatastore",
        "ParquetDatastore",
        "TelemetryChannel",
        "ThingRegistry",
      ].map((name) => [name, 2]),
    );
    assert.deepEqual(without, []);
    assert.ok(args.length > 100);
  });

  // One compilation for both: it takes seconds.
  describe("in the compiler", () => {
    const wrong = { place: "here", code: 'new TelemetryChannel("plant", { topicFilters: "dt/#" });' };
    let found: string[];
    before(function () {
      this.timeout(240_000);
      found = problems([...classes, ...args, wrong], names);
    });

    it("compile", () => assert.deepEqual(found.slice(0, -1), []));

    it("do not, if they are wrong", () => {
      assert.match(found.at(-1)!, /^here: .*'topicFilters' does not exist in type/);
    });
  });
});
