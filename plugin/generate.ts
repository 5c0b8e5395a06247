/** Writes `plugin/schema.json` from the components' arguments: `node --require ./register.cjs plugin/generate.ts`. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema";
import { format, resolveConfig } from "prettier";
import { OUTPUTS, outputsOf, type ComponentName } from "./outputs";

const ROOT = path.resolve(__dirname, "..");
const FILE = path.join(__dirname, "schema.json");
const NAME = "iot-telemetry-etl";

interface Property {
  type?: string;
  $ref?: string;
  description?: string;
  plain?: boolean;
  optional?: boolean;
  items?: Property;
  additionalProperties?: Property;
}

interface ObjectType {
  description?: string;
  properties?: Record<string, Property>;
  required?: string[];
  inputProperties?: Record<string, Property>;
  requiredInputs?: string[];
}

/** The schema, formatted like the project's files: the arguments that Pulumi's analyzer finds, and the outputs in `outputs.ts`. */
export async function schemaFile(): Promise<string> {
  const { version, description, dependencies } = JSON.parse(
    fs.readFileSync(path.join(__dirname, "package.json"), "utf8"),
  ) as { version: string; description: string; dependencies: Record<string, string> };
  const { components, typeDefinitions } = analyzed();
  const schema = generateSchema(NAME, version, description, components, typeDefinitions, [
    { name: "aws", version: dependencies["@pulumi/aws"]! },
  ]) as unknown as {
    resources: Record<string, ObjectType>;
    types: Record<string, ObjectType>;
    license?: string;
    dependencies?: unknown;
  };
  for (const [token, resource] of Object.entries(schema.resources)) {
    const outputs = Object.entries(outputsOf(token.split(":")[2] as ComponentName));
    resource.properties = Object.fromEntries(
      outputs.map(([name, { type, description }]) => [
        name,
        { type, description, ...(type === "array" ? { items: { type: "string" } } : {}) },
      ]),
    );
    resource.required = outputs.flatMap(([name, { optional }]) => (optional === true ? [] : [name]));
    // Examples of features that only TypeScript programs can use are left out.
    resource.description = resource.description?.split("\n\nThe smallest use:")[0];
  }
  // Any argument may be an output of another resource; the provider resolves it.
  for (const { properties, inputProperties } of [...Object.values(schema.types), ...Object.values(schema.resources)])
    for (const property of Object.values({ ...properties, ...inputProperties })) clean(property);
  return format(JSON.stringify(schema), { ...(await resolveConfig(FILE)), filepath: FILE });
}

function analyzed(): ReturnType<Analyzer["analyze"]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "schema-"));
  try {
    const entry = path.join(ROOT, "components", "index.ts");
    const compilerOptions = { rootDir: ROOT, types: [], typeRoots: [path.join(ROOT, "node_modules", "@types")] };
    const config = { extends: path.join(ROOT, "tsconfig.json"), compilerOptions, include: [], files: [entry] };
    fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(config));
    const analyzer = new Analyzer(folder, NAME, { exports: entry }, new Set(Object.keys(OUTPUTS)));
    // From the classes it would take every field, including the raw resources, and no getter.
    const inner = analyzer as unknown as { analyzeSymbols(context: { inputOutput: number }, symbols: unknown): object };
    const all = inner.analyzeSymbols.bind(analyzer);
    const OUTPUT = 2;
    inner.analyzeSymbols = (context, symbols) => (context.inputOutput === OUTPUT ? {} : all(context, symbols));
    return analyzer.analyze();
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function clean(property: Property): void {
  delete property.plain;
  // A property that `required` does not list is optional.
  delete property.optional;
  for (const part of [property.items, property.additionalProperties]) if (part !== undefined) clean(part);
}

if (require.main === module)
  void schemaFile().then((text) => {
    fs.writeFileSync(FILE, text);
    process.stdout.write("plugin/schema.json\n");
  });
