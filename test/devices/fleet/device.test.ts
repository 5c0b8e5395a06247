import assert from "node:assert/strict";
import fc from "fast-check";
import { TYPES } from "../../../local/core/model";
import { backoff, FleetDevice } from "../../../devices/fleet";
import { declare, DeviceBench, iotArn } from "../../local/services/iot/device-bench";

const THING = "${iot:Connection.Thing.ThingName}";
const POLICY = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "iot:Connect", Resource: iotArn(`client/${THING}`) },
    { Effect: "Allow", Action: "iot:Publish", Resource: iotArn(`topic/dt/${THING}/a`) },
  ],
};

describe("devices/fleet: a device", () => {
  it("waits at most as long as said, and a random part of a bound that doubles", () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, part) => {
        const wait = backoff(attempt, () => part);
        assert.ok(wait >= 0 && wait <= 128_000);
        assert.equal(wait, part * Math.min(128_000, 1000 * 2 ** attempt));
      }),
    );
  });

  it("keeps what it publishes while it is offline, and sends all of it when it is back", async () => {
    const bench = await new DeviceBench([
      declare(TYPES.devicePolicy, { name: "device", policy: JSON.stringify(POLICY) }),
    ]).open();
    try {
      const credentials = await bench.device("pump-1", "device");
      const counts = { sent: 0, dropped: 0, connected: 0 };
      const identity = { ...credentials, serial: "1", thingName: "pump-1", publish: ["dt/pump-1/a"] };
      const device = new FleetDevice(
        identity,
        { url: bench.mqtts, ca: bench.ca },
        {
          random: () => 0.1,
          mostMs: 500,
          onSent: () => counts.sent++,
          onDropped: () => counts.dropped++,
          onConnected: () => counts.connected++,
        },
      );
      device.open();
      device.publish("dt/pump-1/a", "1");
      await device.settled(10_000);
      // As a network that fails: the broker cuts the connection.
      const gone = new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          if (device.connected) return;
          clearInterval(timer);
          resolve();
        }, 1);
      });
      bench.cloud.devices.certificates.setStatus(bench.cloud.devices.certificates.get(credentials.id), "INACTIVE");
      await gone;
      for (let count = 0; count < 50; count++) device.publish("dt/pump-1/a", String(count));
      assert.ok(device.pending === 50);
      bench.cloud.devices.certificates.setStatus(bench.cloud.devices.certificates.get(credentials.id), "ACTIVE");
      await device.settled(20_000);
      await device.close();
      assert.deepEqual([counts.sent, counts.dropped, device.pending], [51, 0, 0]);
      assert.ok(counts.connected >= 2);
    } finally {
      await bench.close();
    }
  });
});
