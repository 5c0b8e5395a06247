import type * as pulumi from "@pulumi/pulumi";

/** A datastore whose partitions are maintained, as far as its function needs it. */
export interface Maintained {
  name: string;
  bucket: pulumi.Input<string>;
  /** the rows lie below it */
  prefix: string;
  /** the notes of the maintenance lie below it */
  notesPrefix: string;
  databaseName: pulumi.Input<string>;
  tableName: pulumi.Input<string>;
  kmsKeyArn: pulumi.Input<string> | undefined;
}
