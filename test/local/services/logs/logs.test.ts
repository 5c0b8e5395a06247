import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Clock } from "../../../../local/core/clock";
import { LOCAL_ADMIN_ARN } from "../../../../local/core/principals";
import { ACCOUNT, TYPES, type Resource } from "../../../../local/core/model";
import { Iam } from "../../../../local/iam";
import { Logs } from "../../../../local/services/logs/logs";

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

function group(name: string, retentionInDays: number): Resource {
  const inputs = { name, retentionInDays };
  return { urn: name, type: TYPES.logGroup, name, custom: true, id: name, dependencies: [], inputs, outputs: inputs };
}

describe("local/services/logs", () => {
  let folder: string;
  let clock: Clock;
  let logs: Logs;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "logs-"));
    clock = new Clock(START);
    logs = open();
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  const open = (): Logs => {
    const resources = [group("/week", 7), group("/ever", 0)];
    return new Logs(resources, folder, clock, new Iam(resources, ACCOUNT), "eu-central-1");
  };
  const put = (name: string, stream: string, message: string): void =>
    assert.equal(logs.put(LOCAL_ADMIN_ARN, name, stream, [message], true), undefined);
  const messages = (name: string): string[] => [...logs.events(name)].map(({ message }) => message);
  /** Housekeeping on each of the next days. */
  const days = async (count: number): Promise<void> => {
    for (let day = 0; day < count; day++) {
      await clock.advanceTo(clock.now() + DAY);
      logs.expire();
    }
  };

  it("keep events as long as their group says, and no longer", async () => {
    logs.expire();
    for (const name of ["/week", "/ever"]) put(name, "a", "first");
    await days(3);
    for (const name of ["/week", "/ever"]) {
      put(name, "a", "second");
      put(name, "b", "other stream");
    }
    await days(4);
    assert.deepEqual(messages("/week"), ["first", "second", "other stream"], "7 days old, not older");
    await days(1);
    assert.deepEqual(messages("/week"), ["second", "other stream"]);
    await days(3);
    assert.deepEqual(messages("/week"), []);
    put("/week", "a", "again");
    await days(7);
    assert.deepEqual(messages("/week"), ["again"]);
    await days(1);
    assert.deepEqual(messages("/week"), []);
    assert.deepEqual(messages("/ever"), ["first", "second", "other stream"]);
  });

  it("skip a line that cannot be read, such as one that a killed process left half written", async () => {
    put("/week", "a", "one");
    const [file] = fs.readdirSync(logs.folder("/week")!).map((name) => path.join(logs.folder("/week")!, name));
    fs.appendFileSync(file!, 'null\n[]\n{"timestamp":"x","message":"y"}\n{"timestamp": 1767225600000, "mess');
    logs = open();
    put("/week", "a", "two");
    assert.deepEqual(messages("/week"), ["one", "two"]);
    await days(8);
    assert.deepEqual(messages("/week"), []);
  });
});
