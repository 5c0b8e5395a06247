import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { startPython, findPython } from "../../../../local/services/lambda/python";
import type { Environment, FunctionData, Reply } from "../../../../local/services/lambda/environment";
import { planResource } from "../../../../local/handlers";

const python = findPython("python3.13");
const NOW = Date.UTC(2014, 1, 3, 4, 5, 6);

/** The process itself, where the machine has a Python. */
(python === undefined ? describe.skip : describe)("local/services/lambda: Python", () => {
  let folder: string;
  let environment: Environment | undefined;
  let replies: Reply[];
  let ends: string[];
  let lastId: number;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "python-"));
    [replies, ends, lastId] = [[], [], 0];
  });
  afterEach(async () => {
    await environment?.terminate();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function start(
    code: string,
    changes: Partial<FunctionData> = {},
    env: Record<string, string> = {},
  ): Promise<void> {
    fs.writeFileSync(path.join(folder, "app.py"), code);
    const data: FunctionData = {
      folder,
      handler: "app.main",
      runtime: `python${python!.version.replace(/\.\d+$/, "")}`,
      functionName: "fill_gaps",
      memorySize: 256,
      logGroup: "g",
      logStream: "s",
      logLevel: "INFO",
      now: NOW,
      ...changes,
    };
    environment = startPython(
      python!,
      data,
      { AWS_LAMBDA_FUNCTION_NAME: "fill_gaps", TZ: ":UTC", ...env },
      {
        reply: (reply) => replies.push(reply),
        ended: (_, reason) => ends.push(reason),
      },
    );
    await environment.initialised;
  }
  async function call(event: unknown): Promise<Reply> {
    const id = ++lastId;
    environment!.post({
      id,
      requestId: "r",
      event: JSON.stringify(event),
      deadline: Date.now() + 5000,
      now: NOW,
      arn: "a",
    });
    for (;;) {
      const found = replies.find((reply) => reply.id === id);
      if (found !== undefined) return found;
      if (ends.length > 0) throw new Error(ends[0]);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  const logs = (): [string | undefined, string | undefined][] =>
    replies.filter(({ log }) => log !== undefined).map(({ level, log }) => [level, log]);

  it("answers, with what it remembers of the call before", async () => {
    await start("seen = []\ndef main(event, context):\n    seen.extend(event)\n    return seen\n");
    assert.equal((await call([{ n: 12345678901234567890n.toString() }])).payload, '[{"n": "12345678901234567890"}]');
    assert.equal(JSON.parse((await call([1])).payload!).length, 2);
  });

  it("keeps whole numbers of any size", async () => {
    await start("import json\ndef main(event, context):\n    return json.loads(event)\n");
    assert.equal((await call("123456789012345678901234567890")).payload, "123456789012345678901234567890");
  });

  it("shows the function the cloud's time, however it asks, and its context", async () => {
    await start(
      "import time\nfrom datetime import datetime, date, timezone\n" +
        "loaded = datetime.now(timezone.utc)\n" +
        "def main(event, context):\n" +
        "    given = datetime.strptime('2020-01-01', '%Y-%m-%d')\n" +
        "    return [int(time.time()) // 60, time.time_ns() // 60000000000, datetime.utcnow().isoformat()[:16], datetime.now().isoformat()[:16], str(date.today()),\n" +
        "      time.strftime('%Y-%m'), time.gmtime().tm_year, time.gmtime(0).tm_year, isinstance(given, datetime), isinstance(given, date), (datetime.now(timezone.utc) - loaded).total_seconds() < 60,\n" +
        "      0 < context.get_remaining_time_in_millis() <= 5000, context.function_name, context.memory_limit_in_mb, context.aws_request_id]\n",
    );
    const minutes = Math.floor(NOW / 60_000);
    assert.deepEqual(JSON.parse((await call({})).payload!), [
      minutes,
      minutes,
      "2014-02-03T04:05",
      "2014-02-03T04:05",
      "2014-02-03",
      "2014-02",
      2014,
      1970,
      true,
      true,
      true,
      true,
      "fill_gaps",
      "256",
      "r",
    ]);
  });

  it("logs what is printed, logged, and written past sys.stdout", async () => {
    await start(
      "import logging, os, sys\n" +
        "logging.getLogger().debug('not shown')\n" +
        "def main(event, context):\n" +
        "    print('printed', 1)\n    print('no end', end='')\n    logging.getLogger(__name__).warning('careful %s', 2)\n    logging.debug('not shown')\n" +
        "    sys.stderr.write('wrong\\n')\n    os.write(1, b'past\\n')\n    return None\n",
      {},
      { AWS_LAMBDA_LOG_FORMAT: "JSON" },
    );
    assert.equal((await call({})).payload, "null");
    for (let tries = 0; logs().length < 5 && tries < 500; tries++)
      await new Promise((resolve) => setTimeout(resolve, 2));
    assert.deepEqual(logs().sort(), [
      ["ERROR", "wrong"],
      ["INFO", "no end"],
      ["INFO", "past"],
      ["INFO", "printed 1"],
      ["WARN", "careful 2"],
    ]);
  });

  const FAULTS: [what: string, code: string, name: string, message: RegExp][] = [
    ["raises", "def main(event, context):\n    raise ValueError('too hot')\n", "ValueError", /^too hot$/],
    [
      "has no handler",
      "def other(event, context):\n    pass\n",
      "Runtime.HandlerNotFound",
      /^Handler 'main' missing on module 'app'$/,
    ],
    [
      "imports what is not there",
      "import nowhere\n",
      "Runtime.ImportModuleError",
      /^Unable to import module 'app': No module named 'nowhere'$/,
    ],
    ["is no Python", "def main(:\n", "Runtime.UserCodeSyntaxError", /^Syntax error in module 'app'/],
    ["fails when it is loaded", "1 / 0\n", "ZeroDivisionError", /division by zero/],
    [
      "returns what is no JSON",
      "def main(event, context):\n    return {1, 2}\n",
      "Runtime.MarshalError",
      /^Unable to marshal response: .*set/,
    ],
  ];
  for (const [what, code, name, message] of FAULTS)
    it(`tells the error when the module ${what}`, async () => {
      await start(code);
      const { error } = await call({});
      assert.equal(error?.name, name);
      assert.match(error.message, message);
    });

  it("tells that the process is gone", async () => {
    await start("import os\ndef main(event, context):\n    os._exit(3)\n");
    await assert.rejects(call({}), /Runtime exited with error: exit status 3/);
  });

  it("says so when it is run by another version than it is deployed with", async () => {
    await start("def main(event, context):\n    pass\n", { runtime: "python3.9" });
    const other = !python!.version.startsWith("3.9.");
    assert.deepEqual(logs(), other ? [["WARN", `run by Python ${python!.version} here, deployed as python3.9`]] : []);
  });
});

describe("local/resources: functions in Python", () => {
  const context = { account: "000000000000", region: "eu-central-1", project: "p", stack: "s", name: "f", urn: "u" };
  const plan = (inputs: object): string[] =>
    planResource(
      "aws:lambda/function:Function",
      {
        name: "f",
        role: "arn:aws:iam::000000000000:role/f",
        handler: "app.main",
        code: { files: { "app.py": "" } },
        ...inputs,
      },
      context,
    ).problems.map(({ message }) => message);

  it("want their handler's file, and a Python", () => {
    const runtime = "python3.13";
    if (python === undefined)
      assert.match(plan({ runtime })[0]!, /there is no python3.13, python3 or python of at least 3.9 on PATH/);
    else {
      assert.deepEqual(plan({ runtime }), []);
      assert.deepEqual(plan({ runtime, handler: "lib.app.main" }), [
        'saw "lib.app.main"; the archive holds app.py and no lib/app.py or lib/app/__init__.py',
      ]);
    }
  });

  it("are refused by name with a runtime that nobody has", () => {
    assert.match(
      plan({ runtime: "python2.7" })[0]!,
      /^saw "python2.7"; the local cloud runs functions with one of nodejs20.x, .*functions=/,
    );
    assert.match(plan({ runtime: "java21" })[0]!, /^saw "java21"; /);
  });
});
