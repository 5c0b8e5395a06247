import { TYPES, type Resource } from "../core/model";

/** A finding about one resource that only shows beside the others. */
export interface ProgramFinding {
  resource: Resource;
  /** property path, "" for the resource as a whole */
  path: string;
  message: string;
}

/** Takes a problem of one resource: its property path, and what is wrong. */
export type Report = (path: string, message: string) => void;

/** Names and ARNs of the resources that the program declares, by type. */
export class Declared {
  private readonly ids = new Map<string, Set<string>>();

  add({ type, inputs, outputs }: Resource): void {
    const add = (text: unknown): void => {
      let set = this.ids.get(type);
      if (set === undefined) this.ids.set(type, (set = new Set()));
      set.add(String(text));
    };
    add(inputs.name ?? inputs.bucket);
    if (outputs.arn !== undefined) add(outputs.arn);
    if (type === TYPES.replicationEndpoint) add(outputs.endpointArn);
    if (type === TYPES.dataSet) add(inputs.dataSetId);
    if (type === TYPES.table) add(`${inputs.databaseName}.${inputs.name}`);
    if (type === TYPES.logStream) add(`${inputs.logGroupName}:${inputs.name}`);
  }

  has(type: string, name: string): boolean {
    return this.ids.get(type)?.has(name) === true;
  }

  /** Reports a reference to something that the program does not declare; an absent reference is no error. */
  require(type: string, name: unknown, what: string, path: string, report: Report): void {
    if (name === undefined || this.ids.get(type)?.has(String(name)) === true) return;
    report(path, `saw "${String(name)}"; the program declares no such ${what}, and the local cloud has no other`);
  }
}

/** Takes a problem of one of the program's resources. */
export type ProgramReport = (resource: Resource, path: string, message: string) => void;
