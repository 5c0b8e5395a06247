// @ts-check
"use strict";
// `npm run test:clients`: clients of AWS that are written in Python, against `npm start -- --keep`: the AWS CLI, boto3, awswrangler, PyAthena,
// and over MQTT with certificates paho-mqtt and the AWS IoT Device SDK; and the example notebook, by papermill.
// They are installed into two virtual environments in the user's cache. The last line reads `N passed, N failed`; exit code 3 without Python.
const { spawn, spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const root = path.resolve(__dirname, "..", "..");
const { notebookTests } = require("./notebook.cjs");

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`);

/**
 * A virtual environment, made once for each list of requirements.
 * @param {string} name
 * @param {string} requirements file
 * @param {number} minor of the oldest Python 3 that its packages take
 * @returns {string | undefined} its folder of programs
 */
function environment(name, requirements, minor) {
  const python = ["python3", "python"].find((name) => {
    const check = `import sys, venv, ensurepip; sys.exit(sys.version_info < (3, ${minor}))`;
    return spawnSync(name, ["-c", check]).status === 0;
  });
  if (python === undefined) return undefined;
  const hash = createHash("sha256").update(fs.readFileSync(requirements)).digest("hex").slice(0, 12);
  const cache = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache");
  const folder = path.join(cache, "iot-telemetry-etl", `${name}-${hash}`);
  const programs = path.join(folder, process.platform === "win32" ? "Scripts" : "bin");
  const done = path.join(folder, "installed");
  if (fs.existsSync(done)) return programs;
  say(`installing ${path.relative(root, requirements)} into ${folder}`);
  fs.rmSync(folder, { recursive: true, force: true });
  /** @type {[string, string[]][]} */
  const steps = [
    [python, ["-m", "venv", folder]],
    [
      path.join(programs, "python"),
      ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements],
    ],
  ];
  for (const [command, args] of steps) {
    const { status } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
    if (status !== 0) return undefined;
  }
  fs.writeFileSync(done, "");
  return programs;
}

/**
 * Starts the example in the local cloud, on free ports, with a data folder of its own.
 * @param {string} folder
 */
function startCloud(folder) {
  const child = spawn(
    process.execPath,
    [
      ...["--require", "./register.cjs", "cli/start.ts", "--keep", "--json", "--data-dir", folder],
      ...["--http-port", "0", "--mqtt-port", "0", "--mqtts-port", "0", "--publishes", "20"],
      // For devices.py; its role, function and policies are beside what the other clients look at.
      ...["-c", 'fleets={"pumps":{}}'],
    ],
    { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
  );
  let errors = "";
  child.stderr.on("data", (chunk) => (errors += chunk));
  /** @type {Promise<{ http: string, mqtts: string, caFile: string }>} */
  const ready = new Promise((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const end = output.indexOf("\n");
      if (end !== -1) resolve(JSON.parse(output.slice(0, end)).endpoints);
    });
    child.on("close", (code) => reject(new Error(`the local cloud ended with ${code}\n${errors}`)));
  });
  return { child, ready };
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ code: number, output: string }>}
 */
function run(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve({ code: 1, output: String(error) }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Calls of the AWS CLI, and what their output must hold. @type {[string, RegExp][]} */
const CLI = [
  ["sts get-caller-identity", /"arn:aws:iam::000000000000:user\/you"/],
  ["s3 ls", /iot-telemetry/],
  ["kinesis list-streams", /"StreamNames": \[\s*"/],
  ["firehose list-delivery-streams", /"DeliveryStreamNames": \[\s*"/],
  ["athena list-work-groups", /"WorkGroups": \[\s*\{/],
  ["glue get-databases", /"DatabaseList": \[\s*\{/],
  ["lambda list-functions", /"FunctionName": "/],
  ["logs describe-log-groups", /"logGroupName": "/],
  ["cloudwatch describe-alarms", /"AlarmName": "/],
  ["cloudwatch list-metrics --namespace AWS/Kinesis", /"MetricName": "/],
  ["stepfunctions list-state-machines", /"stateMachines": \[/],
  ["scheduler list-schedules", /"Schedules": \[/],
  ["iot list-provisioning-templates", /"templateName": "iot-telemetry-etl-dev-pumps"/],
  ["iot list-policies", /"policyName": "iot-telemetry-etl-dev-pumps-claim"/],
  ["iot list-topic-rules", /"ruleName": "/],
  ["iot describe-endpoint --endpoint-type iot:Data-ATS", /"endpointAddress": "127\.0\.0\.1:\d+"/],
  ["iot-data publish --topic dt/a/aggregate --payload eyJ0ZW1wZXJhdHVyZSI6MX0=", /^\s*$/],
  ["ssm get-parameters --names /none", /"InvalidParameters": \[\s*"\/none"/],
  ["secretsmanager list-secrets", /"SecretList": \[/],
  // The first version of the CLI does not take SQS's endpoint from the environment.
  ["sqs list-queues --endpoint-url AWS_ENDPOINT_URL", /^\s*$|"QueueUrls"/],
];

async function main() {
  const programs = environment("clients", path.join(__dirname, "requirements.txt"), 10);
  if (programs === undefined) {
    say(
      "tests with clients in Python: not run, for there is no Python 3.10 or later with venv, or its packages cannot be had",
    );
    return 3;
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "clients-"));
  const { child, ready } = startCloud(path.join(folder, "data"));
  let [passed, failed] = [0, 0];
  try {
    const { http, mqtts, caFile } = await ready;
    const env = {
      PATH: [programs, process.env.PATH ?? ""].join(path.delimiter),
      HOME: folder,
      AWS_ENDPOINT_URL: http,
      AWS_REGION: "eu-central-1",
      AWS_DEFAULT_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_PAGER: "",
      MQTTS_URL: mqtts,
      CA_FILE: caFile,
      FLEET: JSON.stringify({
        template: "iot-telemetry-etl-dev-pumps",
        claimPolicy: "iot-telemetry-etl-dev-pumps-claim",
        thingNamePrefix: "pumps-",
      }),
    };
    /** @param {string} name @param {boolean} ok @param {string} output */
    const report = (name, ok, output) => {
      if (ok) passed++;
      else failed++;
      process.stdout.write(`  ${ok ? "passed" : "FAILED"}  ${name}\n${ok ? "" : `${output.trim()}\n`}`);
    };
    for (const [call, wanted] of CLI) {
      const { code, output } = await run(
        path.join(programs, "aws"),
        call.replace("AWS_ENDPOINT_URL", http).split(" "),
        env,
      );
      report(`aws ${call}`, code === 0 && wanted.test(output), output);
    }
    const { output } = await run(
      path.join(programs, "aws"),
      ["s3api", "list-buckets", "--query", "Buckets[0].Name", "--output", "text"],
      env,
    );
    for (const script of fs
      .readdirSync(__dirname)
      .filter((name) => name.endsWith(".py"))
      .sort()) {
      const args = [path.join(__dirname, script), ...(script === "s3.py" ? [output.trim()] : [])];
      const result = await run(path.join(programs, "python"), args, env);
      report(script, result.code === 0, result.output);
    }
    const notebook = environment("notebook", path.join(root, "notebooks", "requirements.txt"), 11);
    if (notebook === undefined)
      report(
        "notebook",
        false,
        "there is no Python 3.11 or later, or the packages of notebooks/requirements.txt cannot be had",
      );
    else notebookTests(path.join(notebook, "python"), folder, report);
  } finally {
    child.removeAllListeners("close");
    if (child.exitCode === null) {
      const ended = new Promise((resolve) => child.on("close", resolve));
      child.kill("SIGTERM");
      await ended;
    }
    fs.rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error) => {
    say(String(error.stack ?? error));
    process.exitCode = 1;
  },
);
