import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { TransformLogStats } from "../../../cli/start/transform-log-stats";
import { Clock } from "../../../local/core/clock";
import { Iam } from "../../../local/iam";
import { ACCOUNT, TYPES, type Resource } from "../../../local/core/model";
import { Logs } from "../../../local/services/logs/logs";
import type { Session } from "../../../local/session";

describe("cli: what transform functions said in a run", () => {
  it("counts reasons and columns, also when the events are gone", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "transformLog-"));
    const inputs = { name: "/aws/lambda/f", retentionInDays: 1 };
    const type = TYPES.logGroup;
    const group: Resource = {
      urn: type,
      type,
      name: "x",
      custom: true,
      id: "x",
      dependencies: [],
      inputs,
      outputs: {},
    };
    const clock = new Clock(Date.UTC(2026, 0, 1));
    const logs = new Logs([group], folder, clock, new Iam([group], ACCOUNT), "eu-central-1");
    const transformLog = new TransformLogStats({
      cloud: { logs },
      outputs: { pipelines: { p: { function: "f" } } },
    } as unknown as Session);
    const say = (...lines: unknown[]): void =>
      logs.deliver(
        "/aws/lambda/f",
        "s",
        lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))),
      );
    say({ level: "ERROR", reason: "a" }, { level: "WARN", reason: "a" }, { columns: { n: 2 } }, 'no JSON, "reason"');
    await clock.advanceTo(Date.UTC(2026, 0, 9));
    logs.expire();
    assert.deepEqual([...logs.events("/aws/lambda/f")], []);
    say({ level: "ERROR", reason: "a" }, { level: "ERROR", reason: "x".repeat(200) }, { columns: { n: 1, m: 1 } });
    assert.deepEqual(transformLog.of("f"), {
      reasons: { a: 2, [`${"x".repeat(159)}…`]: 1 },
      columns: { n: 3, m: 1 },
    });
    assert.deepEqual(transformLog.of("g"), { reasons: {}, columns: {} });
    fs.rmSync(folder, { recursive: true });
  });
});
