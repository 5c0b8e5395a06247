import assert from "node:assert/strict";
import { metadataFile, resultColumns } from "../../../../local/services/athena/result-columns";

const SELECT = { subtype: "SELECT", form: "csv" } as const;

const named = (types: readonly [string, string][]): { name: string; type: string }[] =>
  types.map(([name, type]) => ({ name, type }));

/** Files that Athena wrote; the first two are test resources of https://github.com/burtcorp/athena-jdbc, the others are from the tests of https://github.com/aoyagikouhei/athena-local. */
describe("local/services/athena: the file beside a result", () => {
  it("has the columns of integers as Athena writes them", () => {
    const columns = resultColumns(
      SELECT,
      named([
        ["_col0", "integer"],
        ["_col1", "integer"],
        ["_col2", "integer"],
      ]),
      [],
    );
    assert.equal(
      metadataFile("20190513_152236_00114_n7swu", columns).toString("base64"),
      "ChsyMDE5MDUxM18xNTIyMzZfMDAxMTRfbjdzd3UiJQoEaGl2ZSIFX2NvbDAqBV9jb2wwMgdpbnRlZ2VyOApAAEgDUAAiJQoEaGl2ZSIFX2NvbDEqBV9jb2wxMgdpbnRlZ2VyOApAAEgDUAAiJQoEaGl2ZSIFX2NvbDIqBV9jb2wyMgdpbnRlZ2VyOApAAEgDUAA=",
    );
  });

  it("leaves out the precision of an array", () => {
    const columns = resultColumns(SELECT, named([["ary", "array(integer)"]]), []);
    assert.equal(
      metadataFile("20190423_125128_00001_ehtur", columns).toString("hex"),
      "0a1b32303139303432335f3132353132385f30303030315f65687475722219" +
        "0a0468697665220361727" +
        "92a036172793205617272617" +
        "94803",
    );
  });

  it("has the columns of every type", () => {
    const columns = resultColumns(
      SELECT,
      named([
        ["i", "integer"],
        ["ti", "tinyint"],
        ["si", "smallint"],
        ["bi", "bigint"],
        ["dec_lit", "double"],
        ["d", "double"],
        ["r", "real"],
        ["dc", "decimal(10,2)"],
        ["b", "boolean"],
        ["s", "varchar(3)"],
        ["vc", "varchar(10)"],
        ["c", "char(5)"],
        ["dt", "date"],
        ["ts", "timestamp(3)"],
        ["arr", "array(integer)"],
        ["m", "map(varchar, integer)"],
        ["rw", "row(a integer, b varchar)"],
        ["j", "json"],
        ["vb", "varbinary"],
        ["n", "integer"],
        ["iv", "interval day to second"],
        ["t", "time(3)"],
      ]),
      [],
    );
    assert.equal(
      metadataFile("20260917_085344_00007_k6s5b", columns).toString("hex"),
      (
        "0a1b32303236303931375f3038353334345f30303030375f6b36733562221d0a" +
        "046869766522 01692a01693207696e7465676572380a400048035000221f0a04" +
        "68697665220274692a027469320774696e79696e74380340004803500022200a" +
        "0468697665220273692a0273693208736d616c6c696e74380540004803500022" +
        "1e0a0468697665220262692a0262693206626967696e74381340004803500022" +
        "280a046869766522076465635f6c69742a076465635f6c69743206646f75626c" +
        "653811400048035000221c0a04686976652201642a01643206646f75626c6538" +
        "11400048035000221b0a04686976652201722a01723205666c6f617438114000" +
        "48035000221f0a0468697665220264632a0264633207646563696d616c380a40" +
        "024803500022190a04686976652201622a01623207626f6f6c65616e48035000" +
        "221d0a04686976652201732a0173320776617263686172380340004803500122" +
        "1f0a0468697665220276632a027663320776617263686172380a400048035001" +
        "221a0a04686976652201632a01633204636861723805400048035001221a0a04" +
        "68697665220264742a02647432046461746540004803500022210a0468697665" +
        "220274732a027473320974696d657374616d70380340004803500022190a0468" +
        "69766522036172722a0361727232056172726179480322130a04686976652201" +
        "6d2a016d32036d6170480322150a0468697665220272772a0272773203726f77" +
        "480322140a046869766522016a2a016a32046a736f6e480322250a0468697665" +
        "220276622a027662320976617262696e61727938808080800440004803500022" +
        "1d0a046869766522016e2a016e3207696e7465676572380a400048035000222a" +
        "0a0468697665220269762a0269763216696e74657276616c2064617920746f20" +
        "7365636f6e6448035000221a0a04686976652201742a0174320474696d653803" +
        "400048035000"
      ).replaceAll(" ", ""),
    );
  });

  it("tells how many rows a statement wrote", () => {
    const columns = resultColumns({ form: "files" }, named([["rows", "bigint"]]), []);
    assert.equal(
      metadataFile("20260917_085915_00133_pqi84", columns, { type: "UPDATE", count: 2 }).toString("hex"),
      "0a1b32303236303931375f3038353931355f30303133335f70716938341206555044415445180222220a04686976652204726f77732a04726f777332066269" +
        "67696e743813400048035000",
    );
  });

  it("has texts of DESCRIBE without a length", () => {
    const columns = resultColumns(
      { subtype: "DESCRIBE_TABLE", form: "txt" },
      named([
        ["col_name", "varchar"],
        ["data_type", "varchar"],
        ["comment", "varchar"],
      ]),
      [],
    );
    assert.equal(
      metadataFile("6f0ab452-01a7-4d24-9128-216ba996b760", columns).toString("hex"),
      "0a2436663061623435322d303161372d346432342d393132382d323136626139" +
        "39366237363022240a04686976652208636f6c5f6e616d652a08636f6c5f6e61" +
        "6d653206737472696e67480322260a04686976652209646174615f747970652a" +
        "09646174615f747970653206737472696e67480322220a04686976652207636f" +
        "6d6d656e742a07636f6d6d656e743206737472696e674803",
    );
  });

  it("counts the characters of a plan, and knows no length of an unbounded text", () => {
    const [plan] = resultColumns({ subtype: "EXPLAIN", form: "txt" }, named([["Query Plan", "varchar"]]), [["abc"]]);
    assert.deepEqual(plan, { name: "Query Plan", type: "varchar", precision: 3, scale: 0, caseSensitive: true });
    const [text, zoned] = resultColumns(
      SELECT,
      named([
        ["a", "varchar"],
        ["b", "timestamp(3) with time zone"],
      ]),
      [],
    );
    assert.deepEqual([text!.precision, text!.type], [2147483647, "varchar"]);
    assert.deepEqual([zoned!.precision, zoned!.type], [3, "timestamp with time zone"]);
  });
});
