import assert from "node:assert/strict";
import type { IDisconnectPacket } from "mqtt-packet";
import { Defects } from "../../../local/core/defects";
import { Bench, until } from "./harness";

/** Faults that no client can cause are made by replacing a method of the broker. */
describe("local/mqtt: a connection fails alone", () => {
  let bench: Bench, defects: Defects;
  beforeEach(async () => {
    defects = new Defects();
    bench = await new Bench({ defects }).listen();
  });
  afterEach(() => bench.close());

  const places = () => defects.list().map(({ place, count, message }) => [place, count, message]);
  /** Raises an error in place of a method of the object. */
  const breakMethod = (object: object, method: string): void => {
    Object.assign(object, {
      [method]: () => {
        throw new TypeError(`${method} is broken`);
      },
    });
  };
  const sessions = () =>
    (bench.broker as unknown as { sessions: { clients: Map<string, { session: object }>; retained: object } }).sessions;
  const stillServed = async (): Promise<void> => {
    const good = await bench.client({ clientId: "good" });
    await good.subscribeAsync("good", { qos: 1 });
    const got = new Promise((resolve) => good.once("message", resolve));
    await good.publishAsync("good", "still here", { qos: 1 });
    await got;
  };

  it("when the backend throws over its message: 0x83 to MQTT 5", async () => {
    bench.answer = () => {
      throw new RangeError("a fault of the backend");
    };
    const raw = await bench.speaker(5, { clientId: "a" });
    raw.send({ cmd: "publish", topic: "t", payload: "x", qos: 1, messageId: 1 });
    assert.equal(((await raw.next("disconnect")) as IDisconnectPacket).reasonCode, 0x83);
    await raw.gone();
    const old = await bench.speaker(4, { clientId: "b" });
    old.send({ cmd: "publish", topic: "t", payload: "x", qos: 1, messageId: 1 });
    await old.gone();
    bench.answer = (_message, done) => done({ ok: true });
    await stillServed();
    assert.deepEqual(places(), [["MQTT connection", 2, "a fault of the backend"]]);
  });

  it("when a subscriber cannot be written to: the publisher and the others do not notice", async () => {
    for (const filter of ["t", "$share/g/t"]) {
      const clientId = `subscriber of ${filter}`;
      const broken = await bench.client({ clientId });
      await broken.subscribeAsync(filter, { qos: 1 });
      const other = await bench.client({ clientId: `other ${filter}` });
      await other.subscribeAsync("t", { qos: 1 });
      const got = new Promise((resolve) => other.once("message", resolve));
      breakMethod(sessions().clients.get(clientId)!.session, "deliver");
      const publisher = await bench.client({ clientId: `publisher ${filter}` });
      await publisher.publishAsync("t", "x", { qos: 1 });
      await got;
      await until(() => !broken.connected);
      assert.ok(publisher.connected && other.connected);
    }
    assert.deepEqual(places(), [["MQTT connection", 2, "deliver is broken"]]);
  });

  it("when the acknowledgement comes later and fails", async () => {
    let acknowledge: () => void = () => undefined;
    bench.answer = (_message, done) => (acknowledge = () => done({ ok: true }));
    const raw = await bench.speaker(5, { clientId: "a" });
    raw.send({ cmd: "publish", topic: "t", payload: "x", qos: 1, messageId: 1, retain: true });
    await until(() => bench.seen.length === 1);
    const { set } = sessions().retained as { set: unknown };
    breakMethod(sessions().retained, "set");
    acknowledge();
    assert.equal(((await raw.next("disconnect")) as IDisconnectPacket).reasonCode, 0x83);
    Object.assign(sessions().retained, { set });
    bench.answer = (_message, done) => done({ ok: true });
    await stillServed();
    assert.deepEqual(places(), [["MQTT connection", 1, "set is broken"]]);
  });

  it("when its will cannot be published", async () => {
    const raw = await bench.speaker(5, { clientId: "a", will: { topic: "w", payload: Buffer.from("x"), qos: 1 } });
    await raw.next("connack");
    bench.answer = () => {
      throw new RangeError("no will");
    };
    raw.socket.destroy();
    await until(() => defects.size === 1);
    bench.answer = (_message, done) => done({ ok: true });
    await stillServed();
    assert.deepEqual(places(), [["will of an MQTT client", 1, "no will"]]);
  });
});
