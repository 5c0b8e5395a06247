import assert from "node:assert/strict";
import { S3Error } from "../../../../local/services/s3/s3";
import { smallStack, TestCloud } from "../../stack";

describe("local/services/firehose: a delivery that S3 refuses", () => {
  it("is tried again after a minute, and not before", async () => {
    const test = new TestCloud(smallStack());
    const put = test.cloud.s3.put.bind(test.cloud.s3);
    let refusals = 0;
    test.cloud.s3.put = (...args) => {
      if (args[2].startsWith("raw/") && refusals++ === 0) throw new S3Error("AccessDenied", "not yet");
      return put(...args);
    };
    await test.publish("dt/a/aggregate", '{"device_id":"a","value":1}');
    // The archive's buffer is delivered after 60 s, and refused.
    await test.clock.advanceTo(test.clock.now() + 60_000);
    assert.equal(refusals, 1);
    await test.clock.advanceTo(test.clock.now() + 59_000);
    assert.equal(test.counts("archive").stored, 0);
    assert.equal(test.cloud.deliveryStreams.get("archive")!.refusal, "not yet");
    await test.clock.advanceTo(test.clock.now() + 1_000);
    assert.equal(test.counts("archive").stored, 1);
    assert.equal(test.cloud.deliveryStreams.get("archive")!.refusal, undefined, "it is blocked no more");
    await test.close();
  });
});
