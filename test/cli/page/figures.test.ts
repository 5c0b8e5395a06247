import assert from "node:assert/strict";
import type { PageState } from "../../../cli/page/figures";
import { flowOf } from "../../../cli/page/flow";
import { Live } from "../../../cli/page/live";
import { makeReport } from "../../../cli/start/report";
import { SmallPage } from "./small-page";

type State = Pick<PageState, "flow">;

/** The values of a part's figures, by their labels. */
const figures = (state: State, id: string): Record<string, number> =>
  Object.fromEntries(state.flow.nodes[id]!.map(({ label, value }) => [label, value]));

describe("the page's figures", function () {
  this.timeout(20_000);
  let small: SmallPage;
  before(async () => (small = await new SmallPage().open()));
  after(() => small.close());

  it("draw what the stack declares", async () => {
    const { flow, stack } = await small.get("/api/stack");
    assert.equal(stack, "test");
    assert.deepEqual(
      flow.nodes.map(({ id }: { id: string }) => id),
      ["source:devices", "rule:rule", "channel:in", "pipeline:convert", "datastore:readings"],
    );
    assert.deepEqual(flow, JSON.parse(JSON.stringify(flowOf(small.deployed))));
    assert.equal(flow.nodes[1].detail, "dt/+/aggregate");
    assert.deepEqual(flow.edges.map(({ from, to }: { from: string; to: string }) => `${from}>${to}`).sort(), [
      "channel:in>pipeline:convert",
      "pipeline:convert>datastore:readings",
      "rule:rule>channel:in",
      "source:devices>rule:rule",
    ]);
  });

  it("are those of the summary", async () => {
    for (const device of ["a", "b", "c"])
      await small.test.publish(`dt/${device}/aggregate`, JSON.stringify({ device_id: device, value: 1 }));
    await small.test.publish("dt/a/aggregate", "<img src=x onerror=alert(1)> is no JSON");
    await small.test.publish("somewhere/else", "{}");
    await small.deliver();
    const report = await makeReport(small.deployed, small.progress);
    const state = (await small.states(600)).at(-1);
    assert.equal(state.published, 5);
    assert.equal(state.published, report.published);
    assert.deepEqual(figures(state, "source:devices"), { published: 5, refused: 0 });
    const { matched, delivered, failed } = report.rules.rule!;
    assert.deepEqual({ matched, delivered, failed }, { matched: 4, delivered: 4, failed: 0 });
    assert.deepEqual(figures(state, "rule:rule"), { delivered, failed });
    assert.equal(state.flow.edges["source:devices>rule:rule"], matched);
    const channel = report.channels.in!;
    assert.deepEqual(figures(state, "channel:in"), { received: channel.received, archived: channel.archived });
    const pipeline = report.pipelines.convert!;
    assert.deepEqual([pipeline.stored, pipeline.failed], [3, 1]);
    assert.deepEqual(figures(state, "pipeline:convert"), {
      stored: pipeline.stored,
      filtered: pipeline.filtered,
      failed: pipeline.failed,
      waiting: pipeline.pending,
    });
    assert.equal(state.flow.edges["channel:in>pipeline:convert"], pipeline.received);
    const { rows, objects, bytes } = report.datastores.readings!;
    assert.equal(rows, 3);
    assert.deepEqual(figures(state, "datastore:readings"), { rows, objects, size: bytes });
    assert.equal(state.failed, 1);
  });

  it("are sent a few times a second, however many messages come, and not computed for nobody", async () => {
    const before = small.page.live.cost.looks;
    await new Promise((resolve) => setTimeout(resolve, 800));
    assert.ok(small.page.live.cost.looks <= before + 1, "a look that has begun may end");
    const told = small.states(1000);
    for (let i = 0; i < 100; i++) {
      await small.test.publish("dt/a/aggregate", JSON.stringify({ device_id: "a", value: i }));
      await new Promise((resolve) => setTimeout(resolve, 7));
    }
    const states = await told;
    assert.ok(states.length >= 1 && states.length <= 6, `${states.length} states`);
  });
});

describe("Live", () => {
  it("tells a state once, and an error to nobody but its recorder", async () => {
    let value = 1;
    const errors: unknown[] = [];
    const live = new Live(
      async () => {
        if (value === 3) throw new Error("no");
        return { value };
      },
      (error) => errors.push(error),
    );
    const told: (string | undefined)[] = [];
    const end = live.subscribe((json) => told.push(json));
    const until = async (happened: () => boolean): Promise<void> => {
      while (!happened()) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    // Two looks at the same state tell it once.
    await until(() => live.cost.looks >= 2);
    assert.deepEqual(told, ['{"value":1}']);
    value = 3;
    await until(() => errors.length > 0);
    value = 2;
    await until(() => told.length > 1);
    assert.deepEqual(told, ['{"value":1}', '{"value":2}']);
    end();
    const { looks } = live.cost;
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.ok(live.cost.looks <= looks + 1, "a look that has begun may end");
    await live.close();
  });
});
