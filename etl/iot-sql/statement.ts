/** The tree of a topic rule's statement. */
import type { Finding, Node, Selection } from "../expressions";

/** `SET @name = expression` */
export interface Variable {
  readonly at: number;
  /** without the @ */
  readonly name: string;
  readonly node: Node;
}

/**
 * `[SET @v = expression, ...] SELECT items | VALUE expression [FROM 'topic filter'] [WHERE condition]`.
 * https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-reference.html
 */
export interface Statement extends Selection {
  readonly text: string;
  readonly variables: readonly Variable[];
  /** where the select list ends, in `text`: the offset of what follows it */
  readonly listEnd: number;
  /** undefined for a statement without FROM, which basic ingest alone can reach */
  readonly filter: string | undefined;
  /** accepted, but likely to be a mistake, or not documented by AWS */
  readonly warnings: readonly Finding[];
}
