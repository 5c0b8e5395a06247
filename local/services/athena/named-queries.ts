import { randomUUID } from "node:crypto";
import * as path from "node:path";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";
import { ofType, TYPES, type Resource } from "../../core/model";

/** A query that somebody has saved under a name. */
export interface NamedQuery {
  id: string;
  name: string;
  database: string;
  sql: string;
  workgroup: string;
  description?: string;
  /** whether the program declares it: it is then changed by the program only */
  declared: boolean;
}

/** Named queries: those of the program, and those that clients have made, which outlive a restart. */
export class NamedQueries {
  private readonly file: string;
  private readonly queries = new Map<string, NamedQuery>();

  /** @throws DataFileError */
  constructor(resources: readonly Resource[], folder: string) {
    this.file = path.join(folder, "named-queries.json");
    for (const { id, inputs } of ofType(resources, TYPES.namedQuery)) {
      const { name, database, query, workgroup, description } = inputs;
      this.queries.set(id, {
        id,
        name,
        database,
        sql: query,
        workgroup: workgroup ?? "primary",
        ...(description !== undefined && { description }),
        declared: true,
      });
    }
    for (const query of readDataFile(this.file, isQueries) ?? []) this.queries.set(query.id, query);
  }

  get(id: string): NamedQuery | undefined {
    return this.queries.get(id);
  }

  /** in the order of their ids */
  of(workgroup: string): NamedQuery[] {
    const own = [...this.queries.values()].filter((query) => query.workgroup === workgroup);
    return own.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** @returns the query's id */
  add(query: Omit<NamedQuery, "id" | "declared">): string {
    const id = randomUUID();
    this.replace({ ...query, id, declared: false });
    return id;
  }

  replace(query: NamedQuery): void {
    this.queries.set(query.id, query);
    this.save();
  }

  delete(id: string): void {
    this.queries.delete(id);
    this.save();
  }

  private save(): void {
    const own = [...this.queries.values()].filter(({ declared }) => !declared);
    replaceFile(this.file, `${JSON.stringify(own)}\n`);
  }
}

function isQueries(value: unknown): value is NamedQuery[] {
  return (
    Array.isArray(value) &&
    value.every(
      (one) =>
        isObject(one) &&
        one.declared === false &&
        ["id", "name", "database", "sql", "workgroup"].every((name) => typeof one[name] === "string"),
    )
  );
}
