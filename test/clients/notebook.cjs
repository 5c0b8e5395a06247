// @ts-check
"use strict";
// The example notebook (notebooks/) as the container of a dataset in the local cloud: its content, and what is left of it when a cell fails.
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "..", "..");

/**
 * Runs the stack `notebook` once.
 * @param {string} python
 * @param {string} notebooks folder of run.py
 * @param {string} dataDir
 */
function start(python, notebooks, dataDir) {
  const container = { command: [python, "run.py"], cwd: notebooks, retries: 0, timeoutMinutes: 5 };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...["--require", "./register.cjs", "cli/start.ts", "--stack", "notebook", "--json", "--data-dir", dataDir],
      ...[
        "--devices",
        "4",
        "--publishes",
        "20",
        "-c",
        `containers=${JSON.stringify({ telemetry_notebook: container })}`,
      ],
    ],
    { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 },
  );
  if (stdout === "") throw new Error(stderr);
  return { status, report: JSON.parse(stdout) };
}

/** Files of the only content below a data folder. @param {string} dataDir @returns {string} the folder */
function contentOf(dataDir) {
  const s3 = path.join(dataDir, "s3");
  const bucket = fs.readdirSync(s3).find((name) => name.startsWith("iot-telemetry-etl-notebook-telemetry"));
  const contents = path.join(s3, bucket ?? "", "results", "telemetry_notebook");
  const [version, ...others] = fs.readdirSync(contents);
  if (version === undefined || others.length > 0) throw new Error(`not one content: ${fs.readdirSync(contents)}`);
  return path.join(contents, version);
}

/** @param {string} folder @returns {any[]} the cells with code */
function cellsOf(folder) {
  const { cells } = JSON.parse(fs.readFileSync(path.join(folder, "output.ipynb"), "utf8"));
  return cells.filter((/** @type {any} */ { cell_type }) => cell_type === "code");
}

/** @param {any[]} cells @param {string} text */
function prints(cells, text) {
  return JSON.stringify(cells.map(({ outputs }) => outputs)).includes(text);
}

/**
 * @param {string} python with notebooks/requirements.txt
 * @param {string} folder for data
 * @param {(name: string, ok: boolean, output: string) => void} report
 */
function notebookTests(python, folder, report) {
  {
    const dataDir = path.join(folder, "notebook");
    const made = start(python, path.join(root, "notebooks"), dataDir);
    const { datasets, containers, iam } = made.report;
    const { version, files } = containers.telemetry_notebook;
    const cells = version === undefined ? [] : cellsOf(contentOf(dataDir));
    const facts = {
      "ends with 0": made.status === 0,
      "two files": files === 2,
      "of the content that started it": version === datasets.etl_aggregate_data.version,
      "read every row": prints(cells, `80 readings of 4 devices in s3://`) && prints(cells, version),
      "drew a chart": prints(cells, "image/png"),
      "took its limit from the document": prints(cells, "more than 1.7 standard deviations"),
      "as a page": fs
        .readFileSync(path.join(contentOf(dataDir), "output.html"), "utf8")
        .includes("data:image/png;base64,"),
      "within its roles": iam.refused.length === 0 && iam.unused.length === 0,
    };
    const wrong = Object.entries(facts).filter(([, ok]) => !ok);
    report("notebook: a content of its own", wrong.length === 0, JSON.stringify({ wrong, containers, iam }));
  }
  {
    const broken = path.join(folder, "broken");
    const dataDir = path.join(folder, "broken-data");
    fs.mkdirSync(broken);
    for (const file of ["run.py", "telemetry.ipynb"])
      fs.copyFileSync(path.join(root, "notebooks", file), path.join(broken, file));
    const file = path.join(broken, "telemetry.ipynb");
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, text.replace("usual = readings.groupby", "usual = nothing.groupby"));
    const made = start(python, broken, dataDir);
    const cells = cellsOf(contentOf(dataDir));
    const { error } = made.report.containers.telemetry_notebook;
    const facts = {
      "ends with 1": made.status === 1,
      "says so": /^States.TaskFailed: the container ended with exit code 1; its log is in the log group/.test(error),
      "keeps the cells before it": prints(cells, "80 readings of 4 devices"),
      "keeps the error": prints(cells, "name 'nothing' is not defined"),
      "runs none behind it": !prints(cells, "standard deviations"),
      "has a page": fs.existsSync(path.join(contentOf(dataDir), "output.html")),
    };
    const wrong = Object.entries(facts).filter(([, ok]) => !ok);
    report("notebook: a cell that fails", wrong.length === 0, JSON.stringify({ wrong, error }));
  }
}

module.exports = { notebookTests };
