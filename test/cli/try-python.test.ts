import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { loadFunction } from "../../cli/try/functions";
import { findPython } from "../../local/services/lambda/python";

const python = findPython("python3.13");

(python === undefined ? describe.skip : describe)("npm run try: functions in Python", () => {
  let folder: string;
  const error = console.error;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "try-python-"));
    console.error = () => {};
  });
  afterEach(() => {
    console.error = error;
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const write = (name: string, code: string): string => {
    fs.writeFileSync(path.join(folder, name), code);
    return path.join(folder, name);
  };
  const load = (given: string, more = {}) => loadFunction({ name: "f", path: given, place: "--lambda", ...more });

  it("are called by their file's lambda_handler, with their variables, and read again", async () => {
    const file = write(
      "fill.py",
      "import os\ndef lambda_handler(event, context):\n    return event + [os.environ['A']]\n",
    );
    const first = await load(file, { environment: { A: "x" } });
    assert.deepEqual(await first.call([1]), [1, "x"]);
    write("fill.py", "def lambda_handler(event, context):\n    return [len(event)]\n");
    assert.deepEqual(await (await load(file)).call([1, 2]), [2]);
  });

  it("are a folder's lambda_function.lambda_handler, and every file of it is watched", async () => {
    write("part.py", "FACTOR = 3\n");
    write(
      "lambda_function.py",
      "from part import FACTOR\ndef lambda_handler(event, context):\n    return [n * FACTOR for n in event]\n",
    );
    const { call, files } = await load(folder, { runtime: "python3.13" });
    assert.deepEqual(await call([1, 2]), [3, 6]);
    assert.deepEqual(files.map((file) => path.basename(file)).sort(), ["lambda_function.py", "part.py"]);
  });

  it("tell their errors, their end and that they are late", async () => {
    const raising = await load(write("a.py", "def lambda_handler(event, context):\n    raise KeyError('n')\n"));
    await assert.rejects(raising.call([]), { name: "KeyError", message: "'n'" });
    const ending = await load(write("b.py", "import os\ndef lambda_handler(event, context):\n    os._exit(1)\n"));
    await assert.rejects(ending.call([]), /exit status 1/);
    const late = await load(write("c.py", "import time\ndef lambda_handler(event, context):\n    time.sleep(5)\n"), {
      timeout: 50,
    });
    await assert.rejects(late.call([]), /no answer in 0.05 s/);
  });
});
