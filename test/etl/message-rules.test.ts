import assert from "node:assert/strict";
import { after, arrivals, outcomes, pipelineOf, servicesOf } from "./activities/support";

const received = { arrivalTime: Date.UTC(2026, 0, 1) };

/** What messages may be and how their attributes are named. */
describe("etl: rules of messages", () => {
  const row = (message: string): string => {
    const outcome = pipelineOf([]).process(message, received);
    return outcome.result === "stored" ? outcome.row : outcome.result;
  };

  it("a name's case does not matter to columns; of several the last one counts, and that is counted", () => {
    const pipeline = pipelineOf([]);
    const outcome = pipeline.process('{"id":"a","Id":"b","n":1,"N":2}', received);
    assert.equal(outcome.result === "stored" && outcome.row, '{"id":"b","n":2}');
    assert.equal(pipeline.counters.nameCollisions, 2);
  });

  it("names that no column can have are no reason to lose a message", () => {
    assert.equal(row('{"a-b":1,"a b":2,"":3,"é":4,"1a":5,"id":"x"}'), '{"id":"x"}');
    assert.equal(row(`{"${"x".repeat(300)}":1,"id":"x"}`), '{"id":"x"}');
    assert.equal(row('{"a-b":1}'), "{}");
  });

  it("a pipeline gives such an attribute another name", () => {
    assert.equal(after({ addAttributes: { attributes: { "a-b": "ab" } } }, '{"a-b":1}'), '{"a-b":1,"ab":1}');
    assert.equal(after({ removeAttributes: { attributes: ["a-b"] } }, '{"a-b":1,"c":2}'), '{"c":2}');
    assert.equal(after({ selectAttributes: { attributes: ["é.x y"] } }, '{"é":{"x y":1}}'), '{"x y":1}');
  });

  it("a blank at the end of a name is another name, and the failure says so", () => {
    assert.match(
      after({ math: { attribute: "f", math: "temperature + 1" } }, '{"temperature\\t":1}'),
      /temperature is missing \(the message has "temperature\\t"\)/,
    );
  });

  it("names with two underscores are the system's: expressions read them, columns hold them where they are listed, a function never sees them", async () => {
    const message = '{"__received_at":1767225600000,"__other":1,"n":2}';
    assert.equal(row(message), '{"__received_at":"1767225600000","n":2}');
    assert.match(after({ math: { attribute: "s", math: "__received_at / 1000" } }, message), /"s":1767225600\}$/);
    assert.equal(after({ filter: { filter: "__other = 1" } }, message), message);
    const { services, payloads } = servicesOf((given) => given);
    await outcomes(pipelineOf([{ lambda: { lambdaName: "f", batchSize: 1 } }]), arrivals(message), services);
    assert.deepEqual(payloads, ['[{"n":2}]']);
    // they are no content: a message of them alone is empty
    assert.equal(row('{"__received_at":1767225600000}'), "filtered");
  });

  it("names of JavaScript's own objects are names like others", () => {
    const message = '{"__proto__":{"n":1},"constructor":2,"toString":3,"id":"x"}';
    assert.equal(row(message), '{"id":"x"}');
    assert.equal(
      after({ addAttributes: { attributes: { constructor: "c", "toString.length": "t" } } }, message),
      `${message.slice(0, -1)},"c":2}`,
    );
    assert.equal(after({ filter: { filter: "valueOf <> NULL" } }, message), "filtered");
  });

  it("digits stay as they were sent, in names that no activity mentions too", () => {
    assert.equal(
      after({ addAttributes: { attributes: { a: "b" } } }, '{"a":1.10,"other":[1e400,-0,9007199254740993]}'),
      '{"a":1.10,"other":[1e400,-0,9007199254740993],"b":1.10}',
    );
  });
});
