/** Column types of a datastore: Hive's, as https://docs.aws.amazon.com/athena/latest/ug/data-types.html lists them. */

export type IntegerKind = "tinyint" | "smallint" | "int" | "bigint";
/** Types without parameters. */
export type SimpleKind = IntegerKind | "boolean" | "float" | "double" | "string" | "date" | "timestamp" | "binary";

/** A column's type, nested ones included. */
export type ColumnType =
  | { readonly kind: SimpleKind }
  | { readonly kind: "char" | "varchar"; readonly length: number }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "array"; readonly element: ColumnType }
  | { readonly kind: "map"; readonly key: ColumnType; readonly value: ColumnType }
  | { readonly kind: "struct"; readonly fields: readonly { readonly name: string; readonly type: ColumnType }[] };

/** Nesting levels of one column. https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_Column.html */
const MAX_DEPTH = 100;

const SIMPLE: ReadonlyMap<string, SimpleKind> = new Map([
  ["boolean", "boolean"],
  ["tinyint", "tinyint"],
  ["smallint", "smallint"],
  ["int", "int"],
  ["integer", "int"],
  ["bigint", "bigint"],
  ["float", "float"],
  ["double", "double"],
  ["string", "string"],
  ["date", "date"],
  ["timestamp", "timestamp"],
  ["binary", "binary"],
]);

/** Parses a type such as `struct<id:bigint,pos:array<double>>`. Throws SyntaxError with the position of the mistake. */
export function parseColumnType(text: string): ColumnType {
  return new TypeParser(text).parse();
}

/** The type in lower case without blanks, as Glue stores it. Comments of struct fields are left out. */
export function formatColumnType(type: ColumnType): string {
  switch (type.kind) {
    case "char":
    case "varchar":
      return `${type.kind}(${type.length})`;
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "array":
      return `array<${formatColumnType(type.element)}>`;
    case "map":
      return `map<${formatColumnType(type.key)},${formatColumnType(type.value)}>`;
    case "struct":
      return `struct<${type.fields.map((field) => `${field.name}:${formatColumnType(field.type)}`).join(",")}>`;
    default:
      return type.kind;
  }
}

/** Whether a column of the type holds whole numbers only. */
export function isIntegerType(type: ColumnType): boolean {
  return type.kind === "tinyint" || type.kind === "smallint" || type.kind === "int" || type.kind === "bigint";
}

class TypeParser {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  parse(): ColumnType {
    const type = this.type();
    this.blanks();
    if (this.at < this.text.length) this.fail("expected the end of the type");
    return type;
  }

  private fail(reason: string, at: number = this.at): never {
    const found = at < this.text.length ? `"${this.text.slice(at, at + 12)}"` : "the end";
    throw new SyntaxError(`${reason} at character ${at + 1}, found ${found}`);
  }

  private blanks(): void {
    while (/\s/.test(this.text[this.at] ?? "")) this.at++;
  }

  private word(): { word: string; at: number } {
    this.blanks();
    const { at } = this;
    while (/[A-Za-z0-9_]/.test(this.text[this.at] ?? "")) this.at++;
    return { word: this.text.slice(at, this.at), at };
  }

  private take(character: string): boolean {
    this.blanks();
    const found = this.text[this.at] === character;
    if (found) this.at++;
    return found;
  }

  private expect(character: string): void {
    if (!this.take(character)) this.fail(`expected "${character}"`);
  }

  private type(): ColumnType {
    const { word, at } = this.word();
    const name = word.toLowerCase();
    const simple = SIMPLE.get(name);
    if (simple !== undefined) return { kind: simple };
    if (name === "char" || name === "varchar") return this.sized(name);
    if (name === "decimal") return this.decimal();
    if (name !== "array" && name !== "map" && name !== "struct") {
      return this.fail(
        "expected a type (boolean, tinyint, smallint, int, bigint, float, double, string, date, timestamp, binary, " +
          "char(n), varchar(n), decimal(p,s), array<...>, map<...,...> or struct<name:type,...>)",
        at,
      );
    }
    if (++this.depth > MAX_DEPTH) this.fail(`a column may be nested ${MAX_DEPTH} levels deep; too deep`, at);
    this.expect("<");
    const type = name === "array" ? this.array() : name === "map" ? this.map() : this.struct();
    this.expect(">");
    this.depth--;
    return type;
  }

  private array(): ColumnType {
    return { kind: "array", element: this.type() };
  }

  private map(): ColumnType {
    this.blanks();
    const { at } = this;
    const key = this.type();
    if (key.kind === "array" || key.kind === "map" || key.kind === "struct") {
      this.fail("the keys of a map must be of a primitive type", at);
    }
    this.expect(",");
    return { kind: "map", key, value: this.type() };
  }

  private struct(): ColumnType {
    const fields: { name: string; type: ColumnType }[] = [];
    do {
      const { word, at } = this.word();
      if (word === "") this.fail("expected a field's name");
      const name = word.toLowerCase();
      if (fields.some((field) => field.name === name)) this.fail(`the field ${name} is there twice`, at);
      this.expect(":");
      fields.push({ name, type: this.type() });
      this.comment();
    } while (this.take(","));
    return { kind: "struct", fields };
  }

  private comment(): void {
    const before = this.at;
    if (this.word().word.toLowerCase() !== "comment") {
      this.at = before;
      return;
    }
    this.blanks();
    const quoted = /^'(?:[^'\\]|\\.)*'/s.exec(this.text.slice(this.at));
    if (quoted === null) return this.fail("expected a comment in single quotes");
    this.at += quoted[0].length;
  }

  private parameter(least: number, greatest: number): number {
    const { word, at } = this.word();
    const value = /^\d{1,6}$/.test(word) ? Number(word) : NaN;
    return value >= least && value <= greatest
      ? value
      : this.fail(`expected a whole number from ${least} to ${greatest}`, at);
  }

  private sized(kind: "char" | "varchar"): ColumnType {
    this.expect("(");
    const length = this.parameter(1, kind === "char" ? 255 : 65_535);
    this.expect(")");
    return { kind, length };
  }

  /** Hive's default is decimal(10,0). */
  private decimal(): ColumnType {
    if (!this.take("(")) return { kind: "decimal", precision: 10, scale: 0 };
    const precision = this.parameter(1, 38);
    const scale = this.take(",") ? this.parameter(0, precision) : 0;
    this.expect(")");
    return { kind: "decimal", precision, scale };
  }
}
