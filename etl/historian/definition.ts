/** What the bridge does with the records of a historian's tables; it stands beside the function's code as `definition.json`. */
export interface BridgeDefinition {
  historian: string;
  /** by `SCHEMA.TABLE`, as the database writes the names */
  tables: Record<string, BridgeTable>;
}

/** One table. */
export interface BridgeTable {
  /** column to attribute; columns that are not named are left out. Default: every column under its own name */
  columns?: Record<string, string>;
  /** column whose value is the partition key in the channel's stream. Default: that of DMS's record */
  key?: string;
  /** column with the time of the reading, and how the message has it. Default: as DMS writes it */
  time?: { column: string; format: string };
  /** what becomes of a deleted row */
  deletes: "ignore" | "message";
}

/** Forms of a time beside patterns: as DMS writes it, and whole numbers since 1970-01-01 UTC. */
export const TIME_FORMS = ["iso", "milliseconds", "seconds"] as const;

/** Attribute of the message of a deleted row; system attributes never reach columns unless the datastore lists them. */
export const DELETED = "__deleted";
/** Attribute with the time, ms since 1970, at which the message came to the channel, as topic rules add it. */
export const RECEIVED_AT = "__received_at";
