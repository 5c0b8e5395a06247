import assert from "node:assert/strict";
import fc from "fast-check";
import { putMessages, type Outgoing, type Refusal } from "../../../functions/put-messages/put";

const THROTTLED = { code: "ProvisionedThroughputExceededException", message: "Rate exceeded" };
const noWait = { wait: () => Promise.resolve() };
const message = (i: number, bytes = 1): Outgoing => ({ key: String(i), data: Buffer.alloc(bytes, i) });

describe("functions/put-messages", () => {
  it("puts each message once, or says why not, whatever the stream refuses", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 400_000 }), { maxLength: 60 }),
        fc.infiniteStream(
          fc.constantFrom<Refusal | undefined>(
            undefined,
            undefined,
            THROTTLED,
            { code: "InternalFailure", message: "m" },
            { code: "ValidationException", message: "v" },
          ),
        ),
        fc.integer({ min: 1, max: 4 }),
        async (sizes, answers, attempts) => {
          const messages = sizes.map((bytes, i) => message(i, bytes));
          const taken: string[] = [];
          const tries = new Map<string, number>();
          const outcome = await putMessages(
            messages,
            (records) => {
              assert.ok(records.length >= 1 && records.length <= 500);
              assert.ok(
                records.length === 1 || records.reduce((sum, { data }) => sum + data.length, 0) <= 10 * 2 ** 20,
              );
              return Promise.resolve(
                records.map(({ key }) => {
                  const refusal = answers.next().value as Refusal | undefined;
                  tries.set(key, (tries.get(key) ?? 0) + 1);
                  if (refusal === undefined) taken.push(key);
                  return refusal;
                }),
              );
            },
            { attempts, ...noWait },
          );
          assert.deepEqual(
            [...taken].sort(),
            messages.flatMap(({ key }, i) => (outcome[i] === undefined ? [key] : [])).sort(),
          );
          for (const [i, refusal] of outcome.entries()) {
            const tried = tries.get(String(i))!;
            assert.ok(tried <= attempts);
            if (refusal === undefined) continue;
            assert.equal(refusal.passes, refusal.code !== "ValidationException");
            if (refusal.passes === true) assert.equal(tried, attempts);
          }
        },
      ),
      { numRuns: 60 },
    ));

  it("sends at most 500 records in a request", async () => {
    const sizes: number[] = [];
    await putMessages(
      Array.from({ length: 1201 }, (_, i) => message(i)),
      (records) => {
        sizes.push(records.length);
        return Promise.resolve(records.map(() => undefined));
      },
      { attempts: 1 },
    );
    assert.deepEqual(sizes, [500, 500, 201]);
  });

  it("does not wait for a stream that is throttled once it shall end", async () => {
    const hurry = new AbortController();
    let requests = 0;
    const [refusal] = await putMessages(
      [message(1)],
      () => {
        if (++requests === 3) hurry.abort();
        return Promise.resolve([THROTTLED]);
      },
      { attempts: 100, signal: hurry.signal, ...noWait },
    );
    assert.equal(requests, 3);
    assert.deepEqual(refusal, { ...THROTTLED, passes: true });
  });
});
