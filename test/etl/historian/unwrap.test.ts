import assert from "node:assert/strict";
import fc from "fast-check";
import { BadRecord, parseDmsTime, timeFormatProblem, Unwrapper, type BridgeDefinition } from "../../../etl/historian";

/** The form of DMS's records: https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html */
function record(operation: string, data: string, more: Record<string, unknown> = {}): Buffer {
  const metadata = {
    timestamp: "2026-11-01T10:00:01.123456Z",
    "record-type": "data",
    operation,
    "partition-key-type": "attribute-name",
    "schema-name": "public",
    "table-name": "tag_values",
    ...more,
  };
  return Buffer.from(`{"data":${data},"metadata":${JSON.stringify(metadata)}}`);
}

const DEFINITION: BridgeDefinition = {
  historian: "scada",
  tables: {
    "public.tag_values": {
      columns: { tag: "device_id", value: "temperature", ts: "timestamp" },
      key: "tag",
      time: { column: "ts", format: "yyyy-MM-dd HH:mm:ss" },
      deletes: "message",
    },
    "public.all": { deletes: "ignore" },
  },
};
const unwrapper = new Unwrapper(DEFINITION);
const AT = 1_764_000_000_000;

describe("a record of DMS", () => {
  it("becomes a message with the columns that are attributes, and the time in the datastore's form", () => {
    const data = '{"id":7,"tag":"T1","value":3.2,"ts":"2026-11-01T10:00:00Z","quality":192}';
    assert.deepEqual(unwrapper.unwrap(record("load", data), AT), {
      kind: "message",
      table: "public.tag_values",
      operation: "load",
      key: "T1",
      message: `{"device_id":"T1","temperature":3.2,"timestamp":"2026-11-01 10:00:00","__received_at":${AT}}`,
    });
  });

  it("keeps every digit of any number", () => {
    const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,20})?([eE][+-]?\d{1,2})?$/);
    fc.assert(
      fc.property(digits, (number) => {
        const result = unwrapper.unwrap(record("insert", `{"v":${number}}`, { "table-name": "all" }), AT);
        assert.ok(result.kind === "message");
        assert.equal(result.message, `{"v":${number},"__received_at":${AT}}`);
      }),
    );
  });

  it("keeps texts as they are, escapes too, and null", () => {
    const data = '{"a\\u00e4":"x\\n\\u0000\\"ü","b":null,"c":{"d":[1.10]}}';
    const result = unwrapper.unwrap(record("update", data, { "table-name": "all" }), AT);
    assert.ok(result.kind === "message");
    assert.equal(result.message, `{"aä":"x\\n\\u0000\\"ü","b":null,"c":{"d":[1.10]},"__received_at":${AT}}`);
  });

  it("of a deleted row is a message or ignored, as the table says", () => {
    const result = unwrapper.unwrap(record("delete", '{"tag":"T1","value":null,"ts":null}'), AT);
    assert.ok(result.kind === "message");
    assert.equal(
      result.message,
      `{"device_id":"T1","temperature":null,"timestamp":null,"__deleted":true,"__received_at":${AT}}`,
    );
    assert.equal(unwrapper.unwrap(record("delete", "{}", { "table-name": "all" }), AT).kind, "ignored");
  });

  it("of control is recognised, with and without details", () => {
    const control = { "record-type": "control", "table-name": "awsdms_apply_exceptions", "schema-name": "" };
    const bare = Buffer.from(JSON.stringify({ metadata: { ...control, operation: "create-table" } }));
    assert.deepEqual(unwrapper.unwrap(bare, AT), {
      kind: "control",
      table: ".awsdms_apply_exceptions",
      operation: "create-table",
    });
    const detailed = Buffer.from(
      JSON.stringify({ control: { "table-def": {} }, metadata: { ...control, operation: "add-column" } }),
    );
    assert.equal(unwrapper.unwrap(detailed, AT).kind, "control");
  });

  for (const [what, bytes, reason] of [
    ["no JSON", Buffer.from("{"), /is not JSON/],
    ["not UTF-8", Buffer.from([0x22, 0xff, 0x22]), /is not UTF-8/],
    ["no record of DMS", Buffer.from("{}"), /has no metadata object/],
    ["an unknown operation", record("begin", "{}"), /has the operation "begin"/],
    [
      "another table",
      record("load", "{}", { "table-name": "x" }),
      /the table public\.x, which the historian does not list/,
    ],
    [
      "without data",
      Buffer.from(record("load", "{}").toString().replace('"data":{}', '"data":1')),
      /has no data object/,
    ],
  ] as const)
    it(`${what} is a bad record that says why`, () => {
      assert.throws(
        () => unwrapper.unwrap(bytes, AT),
        (error) => error instanceof BadRecord && reason.test(error.message),
      );
    });
});

describe("times of DMS", () => {
  it("are what Date reads of the same text", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1970-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
        (date) => {
          assert.equal(parseDmsTime(date.toISOString()), date.getTime());
          assert.equal(parseDmsTime(date.toISOString().replace("Z", "").replace("T", " ")), date.getTime());
        },
      ),
    );
  });

  it("may have more digits, an offset, or be a day", () => {
    assert.equal(parseDmsTime("2026-11-01T10:00:00.1239999Z"), Date.UTC(2026, 10, 1, 10, 0, 0, 123));
    assert.equal(parseDmsTime("2026-11-01T10:00:00+02:00"), Date.UTC(2026, 10, 1, 8));
    assert.equal(parseDmsTime("2026-11-01"), Date.UTC(2026, 10, 1));
    for (const wrong of ["2026-02-30T00:00:00Z", "2026-11-01T24:00:00Z", "10:00:00", "", "now"])
      assert.equal(parseDmsTime(wrong), undefined, wrong);
  });

  it("are whole numbers where that is asked for", () => {
    const of = (format: string): string => {
      const tables = { "public.tag_values": { time: { column: "ts", format }, deletes: "ignore" as const } };
      const result = new Unwrapper({ historian: "h", tables }).unwrap(
        record("load", '{"ts":"2026-11-01T10:00:00.5Z"}'),
        0,
      );
      assert.ok(result.kind === "message");
      return result.message;
    };
    assert.equal(of("milliseconds"), '{"ts":1793527200500,"__received_at":0}');
    assert.equal(of("seconds"), '{"ts":1793527200,"__received_at":0}');
    assert.equal(of("iso"), '{"ts":"2026-11-01T10:00:00.5Z","__received_at":0}');
    assert.match(timeFormatProblem("yyyy-QQQQQQQQ") ?? "", /^it is iso, milliseconds, seconds or a pattern/);
  });
});
