import assert from "node:assert/strict";
import { compileFilters } from "../../../../local/services/event-sources/filter";

/** Patterns with payloads that pass and that do not; the kinds are those of AWS's page "Filter rule syntax". */
const CASES: readonly [pattern: object, passes: readonly unknown[], not: readonly unknown[]][] = [
  [{ data: { UserID: [null] } }, [{ UserID: null }], [{ UserID: "a" }, {}]],
  [{ data: { LastName: [""] } }, [{ LastName: "" }], [{ LastName: "a" }]],
  [{ data: { Name: ["Alice"] } }, [{ Name: "Alice" }, { Name: ["Bob", "Alice"] }], [{ Name: "alice" }, {}]],
  [{ data: { Name: [{ "equals-ignore-case": "alice" }] } }, [{ Name: "Alice" }], [{ Name: "Bob" }]],
  [
    { data: { Location: ["New York"], Day: ["Monday"] } },
    [{ Location: "New York", Day: "Monday" }],
    [{ Location: "New York" }],
  ],
  [{ data: { PaymentType: ["Credit", "Debit"] } }, [{ PaymentType: "Debit" }], [{ PaymentType: "Cash" }]],
  [
    { data: { $or: [{ Location: ["New York"] }, { Day: ["Monday"] }] } },
    [{ Location: "New York" }, { Day: "Monday" }],
    [{ Location: "Rome", Day: "Friday" }],
  ],
  [{ data: { Weather: [{ "anything-but": ["Raining"] }] } }, [{ Weather: "Sunny" }], [{ Weather: "Raining" }, {}]],
  [{ data: { Price: [{ numeric: ["=", 100] }] } }, [{ Price: 100 }], [{ Price: 101 }, { Price: "100" }]],
  [{ data: { Price: [{ numeric: [">", 10, "<=", 20] }] } }, [{ Price: 20 }], [{ Price: 10 }, { Price: 21 }]],
  [{ data: { ProductName: [{ exists: true }] } }, [{ ProductName: null }], [{}]],
  [{ data: { ProductName: [{ exists: false }] } }, [{}], [{ ProductName: "x" }]],
  [{ data: { Region: [{ prefix: "us-" }] } }, [{ Region: "us-east-1" }], [{ Region: "eu-us-" }]],
  [{ data: { FileName: [{ suffix: ".png" }] } }, [{ FileName: "x.png" }], [{ FileName: "x.jpg" }]],
  [{ data: { a: { b: [1] } } }, [{ a: { b: 1 } }, { a: [{ b: 2 }, { b: 1 }] }], [{ a: 1 }, { b: 1 }]],
  [{ data: ["plain"] }, ["plain"], ["other", { plain: 1 }]],
  [{ partitionKey: ["1"] }, ["anything", { a: 1 }], []],
];

describe("local/services/event-sources/filter", () => {
  for (const [pattern, passes, not] of CASES)
    it(`decides by ${JSON.stringify(pattern)}`, () => {
      const filter = compileFilters([JSON.stringify(pattern)], "data");
      const record = (payload: unknown): Record<string, unknown> => ({
        partitionKey: "1",
        data: typeof payload === "string" ? payload : JSON.stringify(payload),
      });
      for (const payload of passes) assert.ok(filter(record(payload)), JSON.stringify(payload));
      for (const payload of not) assert.ok(!filter(record(payload)), JSON.stringify(payload));
    });

  it("passes what one of several patterns takes, and all without a pattern", () => {
    const filter = compileFilters(['{"data":{"a":[1]}}', '{"data":{"b":[1]}}'], "data");
    assert.deepEqual(
      ['{"a":1}', '{"b":1}', '{"c":1}'].map((data) => filter({ data })),
      [true, true, false],
    );
    assert.ok(compileFilters([], "data")({ data: "x" }));
  });

  for (const [pattern, message] of [
    ["1", /JSON object/],
    ["{", /JSON/],
    ['{"data":{"a":"x"}}', /leaves are lists/],
    ['{"data":{"a":[]}}', /empty list/],
    ['{"data":"x"}', /an object, or a list/],
    ['{"data":{"a":[{"wildcard":"*"}]}}', /it is prefix/],
    ['{"data":{"a":[{"numeric":[">"]}]}}', /numeric wants/],
    ['{"data":{"a":[{"exists":"yes"}]}}', /exists wants/],
    ['{"data":{"$or":[{"a":[1]}]}}', /at least two/],
  ] as const)
    it(`refuses ${pattern}`, () => assert.throws(() => compileFilters([pattern], "data"), message));
});
