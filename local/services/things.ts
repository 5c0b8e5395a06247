import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { TYPES, ofType, type Resource } from "../model";

/** DescribeThing's answer; what a thing lacks is absent. */
export interface ThingDescription {
  defaultClientId: string;
  thingName: string;
  thingId: string;
  thingArn: string;
  thingTypeName?: string;
  attributes: Record<string, string>;
  /** grows with each change of the thing */
  version: number;
}

interface Version {
  hash: string;
  version: number;
}

/** The thing registry of AWS IoT: the things that the program declares. Their versions outlive a run. */
export class Things {
  private readonly things = new Map<string, ThingDescription>();

  constructor(resources: readonly Resource[], folder: string) {
    const declared = ofType(resources, TYPES.thing);
    const file = path.join(folder, "versions.json");
    const before = readVersions(file);
    const versions: Record<string, Version> = {};
    for (const { inputs, outputs } of declared) {
      const { name, thingTypeName } = inputs as { name: string; thingTypeName?: string };
      const attributes = (inputs.attributes ?? {}) as Record<string, string>;
      const hash = digest(JSON.stringify([thingTypeName, Object.entries(attributes).sort()]));
      const known = before[name];
      const version = known === undefined ? 1 : known.hash === hash ? known.version : known.version + 1;
      versions[name] = { hash, version };
      this.things.set(name, {
        defaultClientId: name,
        thingName: name,
        thingId: uuidOf(outputs.arn as string),
        thingArn: outputs.arn as string,
        ...(thingTypeName === undefined ? {} : { thingTypeName }),
        attributes,
        version,
      });
    }
    if (declared.length > 0 || Object.keys(before).length > 0) {
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(`${file}.new`, JSON.stringify(versions));
      fs.renameSync(`${file}.new`, file);
    }
  }

  /** Undefined for a thing that is not registered. */
  describe(thingName: string): ThingDescription | undefined {
    return this.things.get(thingName);
  }
}

function readVersions(file: string): Record<string, Version> {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, Version>;
  } catch {
    return {}; // the first run, or a run that broke off
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** AWS draws it at random; here it follows from the ARN, so that it is the same in every run. */
function uuidOf(arn: string): string {
  const hex = digest(`thing ${arn}`);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}
