import assert from "node:assert/strict";
import { declarationsOf, functionNames } from "../../../etl/athena-sql/builtins";
import { hasNative } from "../../../local/athena/native";

describe("local/athena: functions", () => {
  const declarations = [
    ...functionNames(),
    "$add",
    "$subtract",
    "$multiply",
    "$divide",
    "$modulus",
    "$negate",
    "$subscript",
  ].flatMap((name) => declarationsOf(name));

  it("each is implemented, in JavaScript or in DuckDB's SQL", () => {
    const missing = declarations.filter(
      ({ kind, run, make, signature }) =>
        kind !== "window" && run === undefined && make === undefined && !hasNative(signature.text),
    );
    assert.deepEqual(
      missing.map(({ signature }) => signature.text),
      [],
    );
    assert.ok(declarations.length > 400, String(declarations.length));
  });

  it("none is declared twice", () => {
    const texts = declarations.map(({ signature }) => signature.text);
    assert.deepEqual(
      texts.filter((text, i) => texts.indexOf(text) !== i),
      [],
    );
  });
});
