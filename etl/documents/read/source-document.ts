/** A document as it was found in a file, brought into the shape of the command line. */
import type { LoadedKind } from "../model/document-kinds";
import { nearestKnown } from "../../../aws/text/json-path";

/** The formats in which a document may be written. */
export type Shape = "command line" | "description" | "CloudFormation";

/** What reading a shape has to say; `path` is one of the document in the command line's shape. */
export interface SourceMessage {
  readonly severity: "error" | "note" | "warning";
  readonly path: string;
  readonly message: string;
}

/** A document in the shape of the command line, and how its paths map to the file. */
export interface SourceDocument {
  readonly shape: Shape;
  readonly kind: LoadedKind;
  /** in the command line's shape, without what the service added in its answers */
  readonly value: unknown;
  /** JSON path of the document in the file */
  readonly root: string;
  /** a name that stands beside the document: a topic rule's, a resource's logical id */
  readonly name?: string;
  /** JSON path in the file of that name, where somebody wrote it */
  readonly namePath?: string;
  /** paths of the document whose place in the file does not follow from their parent's */
  readonly moved: ReadonlyMap<string, string>;
  /** paths of values that CloudFormation or a person fills in, with what is written there */
  readonly placeholders: ReadonlyMap<string, string>;
  readonly messages: readonly SourceMessage[];
  /** a member's name as this shape spells it */
  spell(member: string): string;
}

/** The path in the file of a path in the document. */
export function sourcePath({ moved, root, spell }: SourceDocument, path: string): string {
  const known = nearestKnown(path, { has: (candidate) => candidate === "$" || moved.has(candidate) });
  const rest = path.slice(known.length).replace(/\.([A-Za-z_][A-Za-z0-9_]*)/g, (_, name: string) => `.${spell(name)}`);
  return (moved.get(known) ?? root) + rest;
}
