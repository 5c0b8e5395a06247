import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { readPackConfig } from "../../../cli/preview/evaluate-stack";
import { evaluate } from "../../../local/engine";
import { TYPES } from "../../../local/core/model";
import { handlers, planResource } from "../../../local/handlers";
import { limitsOf } from "../../../aws/limits";
import { judge } from "../../../policies/framework/judge";
import { fitsTemplate, parseArn, resourceMatcher } from "../../../aws/arn";
import { actionOf } from "../../../aws/iam/action-catalog";
import { RULES } from "../../../policies/rules";
import { CONTAINER_CALLS } from "../../../stacks/bootstrap/container-calls";
import { HISTORIAN_CALLS } from "../../../stacks/bootstrap/historian-calls";
import { QUICKSIGHT_CALLS } from "../../../stacks/bootstrap/quicksight-calls";
import { CALLS, DELETES_DATA, DELETES_DATA_OF_BUCKET, type Names } from "../../../stacks/bootstrap/calls";
import { Environment } from "../../../stacks/bootstrap/environment";
import { readSettings } from "../../../stacks/bootstrap/settings";
import { readStack } from "../../../stacks/read";
import { buildStack } from "../../../stacks/build/build-stack";
import { ACCOUNT, KEY, REGION, run, statements, type Registration, type Run } from "../../harness";

const ROOT = path.resolve(__dirname, "..", "..", "..");
const PROJECT = "iot-telemetry-etl-bootstrap";
const FOLDER = path.join(ROOT, "stacks", "bootstrap");
const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:plant/weather-a1b2c3`;
/** A group of QuickSight. */
const READERS = "arn:aws:quicksight:us-east-1:123456789012:group/default/engineers";
const NAMES: Names = {
  dashed: "p-dev",
  underscored: "p_dev",
  things: ["pump-*"],
  thingTypes: ["pump"],
  rules: [],
  historians: false,
  historianVpc: false,
  iotLog: false,
  dashboardGroups: [] as string[],
  authorities: false,
};

/** Tokens of the classes that a folder's files create. */
function createdTypes(folder: string): string[] {
  const types = new Set<string>();
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const name of files.filter((file) => file.endsWith(".ts"))) {
    const text = fs.readFileSync(path.join(folder, name), "utf8");
    for (const [, alias, module] of text.matchAll(/import \* as (\w+) from "(@pulumi\/aws\/\w+)"/g)) {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- the module's name comes from the source
      const classes = require(module!) as Record<string, { __pulumiType?: string }>;
      for (const [, created] of text.matchAll(new RegExp(`new ${alias}\\.(\\w+)\\(`, "g")))
        types.add(classes[created!]!.__pulumiType!);
    }
  }
  return [...types].sort();
}

interface Granted {
  Sid: string;
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** What a role may, by its inline policy and its managed ones. */
function granted(made: Run<unknown>, actor: string): Granted[] {
  const policies = [
    made.one("aws:iam/rolePolicy:RolePolicy", `environment-${actor}-policy`),
    ...made.all("aws:iam/policy:Policy").filter(({ name }) => name.startsWith(`environment-${actor}-`)),
  ];
  return policies.flatMap((policy) => statements(policy) as Granted[]);
}

describe("bootstrap: calls of the deploy role", () => {
  it("has every type that the components create, and no other", () => {
    const created = createdTypes(path.join(ROOT, "components"));
    assert.ok(created.length > 20);
    // The roles of DMS are the bootstrap's to make.
    const deployed = created.filter((type) => type !== "aws:iam/rolePolicyAttachment:RolePolicyAttachment");
    assert.deepEqual(
      Object.keys({ ...CALLS, ...CONTAINER_CALLS, ...HISTORIAN_CALLS, ...QUICKSIGHT_CALLS }).sort(),
      deployed,
    );
  });

  for (const [type, calls] of Object.entries({ ...CALLS, ...CONTAINER_CALLS, ...HISTORIAN_CALLS, ...QUICKSIGHT_CALLS }))
    it(`${type}: its actions exist, in full, on the resources that they work on`, () => {
      // Ids that AWS draws or takes from a certificate, or a setting of the account.
      const drawn =
        Object.hasOwn(HISTORIAN_CALLS, type) ||
        [TYPES.iotLogging, TYPES.certificateAuthority].some((own) => own === type);
      const flags = { historians: drawn, historianVpc: drawn, iotLog: drawn, authorities: drawn };
      const names = { ...NAMES, ...flags, dashboardGroups: [READERS] };
      const on = calls.on(names).map(arn);
      const deleted = [...on, ...(calls.deletesToo?.(names) ?? []).map(arn)];
      assert.ok(on.length > 0 && calls.create.length > 0);
      // An invocation is made, and leaves nothing that could be read or deleted; a setting of the account stays.
      if (type !== TYPES.invocation) assert.ok(calls.read.length > 0);
      if (type !== TYPES.invocation && type !== TYPES.iotLogging) assert.ok(calls.delete.length > 0);
      for (const [resources, actions] of [
        [on, [...calls.create, ...calls.read, ...calls.update]],
        [deleted, calls.delete],
      ] as const) {
        for (const name of actions) {
          const action = actionOf(name);
          assert.equal(action?.name, name, `${name} is none of AWS's actions`);
          assert.equal(calls.account?.includes(name) === true, action.arns.length === 0, `${name}: resource level`);
          if (action.arns.length > 0)
            assert.ok(
              resources.some((resource) => action.arns.some((template) => fitsTemplate(resource, template))),
              `${name} works on none of ${resources.join(", ")}`,
            );
        }
        for (const resource of resources) {
          assert.ok(parseArn(resource) !== undefined, resource);
          assert.ok(
            drawn ||
              resource.includes("p-dev") ||
              resource.includes("p_dev") ||
              /pump|:catalog$|:group\/default\/engineers$/.test(resource),
          );
        }
      }
    });

  it("knows what deletes data", () => {
    for (const name of [...DELETES_DATA, ...DELETES_DATA_OF_BUCKET]) assert.equal(actionOf(name)?.name, name);
  });
});

/** As the program's own `AwsContext` writes them. */
function arn(end: string): string {
  if (end.startsWith("arn:")) return end;
  const [, service, none, resource] = /^([a-z0-9]+):(:?)(.*)$/.exec(end)!;
  if (service === "s3") return `arn:aws:s3:::${resource}`;
  return `arn:aws:${service}:${service === "iam" || none === ":" ? "" : REGION}:${ACCOUNT}:${resource}`;
}

describe("bootstrap: the program", () => {
  let dev: Run<unknown>;
  before(async () => (dev = await bootstrap({ repository: "acme/plant" })));

  /** On mocked resources. */
  function bootstrap(config: Record<string, string>, stack = "dev"): Promise<Run<unknown>> {
    return run(() => new Environment("environment", readSettings()), { project: PROJECT, stack, config });
  }

  const examples = new Map<string, Promise<Run<unknown>>>();
  /** The example stack, on mocked resources; each once. */
  function example(stack: string, more: Record<string, string> = {}): Promise<Run<unknown>> {
    const key = JSON.stringify([stack, more]);
    const config = { definitions: "definitions/etl", ruleNames: '{"topic_rule.json":"etl_analytics"}', ...more };
    const made = examples.get(key) ?? run(() => buildStack(readStack()), { stack, config });
    examples.set(key, made);
    return made;
  }

  function violations({ resources }: Run<unknown>, stack = "dev", stackConfig = {}): string[] {
    const options = { rules: RULES, config: readPackConfig(path.join(FOLDER, "policies.json")) };
    const { violations, undecided } = judge({ stack, region: REGION, resources, stackConfig }, options);
    return [...violations, ...undecided].map(({ policy, message }) => `${policy}: ${message}`);
  }

  it("keeps every rule of the pack, with the project's names as its setting", async () => {
    const config = { repository: "acme/plant", allowDataDeletion: "true", things: "iot-telemetry-etl-pump-*" };
    assert.deepEqual(violations(dev), []);
    assert.deepEqual(violations(await bootstrap(config, "prod"), "prod"), []);
    assert.deepEqual(violations(await bootstrap({ ...config, forge: "gitlab" }, "staging"), "staging"), []);
    const historians = {
      historians: "true",
      historianVpc: "true",
      dmsRoles: "true",
      iotLogLevel: "INFO",
      dashboardGroups: READERS,
    };
    const stackConfig = { [`${PROJECT}:dashboardGroups`]: READERS };
    assert.deepEqual(violations(await bootstrap({ ...config, ...historians }), "dev", stackConfig), []);
  });

  it("has room for long names", async () => {
    const historians = {
      ...{ historians: "true", historianVpc: "true", iotLog: "true", authorities: "true" },
      dashboardGroups: READERS,
    };
    const config = {
      repository: "acme/plant",
      allowDataDeletion: "true",
      project: `plant-${"x".repeat(27)}`,
      ...historians,
    };
    const made = await bootstrap(config, "staging");
    const policies = [...made.all("aws:iam/policy:Policy"), ...made.all("aws:iam/rolePolicy:RolePolicy")];
    assert.equal(policies.length, 15);
    assert.deepEqual(
      policies.flatMap(({ type, name, inputs }) => limitsOf(type, inputs).map(({ message }) => `${name}: ${message}`)),
      [],
    );
  });

  it("lets in jobs of the repository and environment alone", () => {
    const statement = (...subjects: string[]): unknown => [
      {
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": subjects,
          },
        },
      },
    ];
    const trust = (name: string): unknown => statements(dev.one("aws:iam/role:Role", name));
    assert.deepEqual(trust("environment-deploy-role"), statement("repo:acme/plant:environment:dev"));
    assert.deepEqual(
      trust("environment-preview-role"),
      statement("repo:acme/plant:pull_request", "repo:acme/plant:ref:refs/heads/main"),
    );
  });

  it("reaches every resource of the environment's stack, and neither another's nor itself", async () => {
    const patterns = granted(dev, "deploy")
      .filter(({ Sid }) => !/^State|^ListState/.test(Sid))
      .flatMap(({ Resource }) => Resource)
      .filter((resource) => resource !== "*");
    const reached = (text: string): boolean => patterns.some((pattern) => resourceMatcher(pattern)(text));
    const arns = async (stack: string): Promise<string[]> => {
      const { resources } = await example(stack);
      return arnsOf(resources, stack);
    };
    const own = await arns("dev");
    assert.ok(own.length > 30);
    assert.deepEqual(
      own.filter((each) => !reached(each)),
      [],
    );
    assert.deepEqual((await arns("staging")).filter(reached), []);
    const itself = arnsOf(dev.resources, "dev");
    assert.ok(itself.length >= 3);
    assert.deepEqual(itself.filter(reached), []);
  });

  it("makes and changes roles only within a boundary, which it cannot change", () => {
    const boundary = `arn:aws:iam::${ACCOUNT}:policy/iot-telemetry-etl-bootstrap-dev-boundary`;
    const grants = granted(dev, "deploy").flatMap(({ Action, ...rest }) =>
      Action.map((action) => ({ action, ...rest })),
    );
    const roles = grants.filter(({ action }) => /^iam:(Create|Put|Update\w*Policy|Attach)/.test(action));
    assert.deepEqual(
      roles.map(({ action, Condition }) => [action, Condition?.StringEquals?.["iam:PermissionsBoundary"]]),
      ["CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy", "UpdateAssumeRolePolicy"].map((name) => [
        `iam:${name}`,
        boundary,
      ]),
    );
    assert.ok(
      !grants.some(({ action }) =>
        /^iam:(Delete\w*Boundary|\w*PolicyVersion|\w+GroupPolicy|\w+UserPolicy)$/.test(action),
      ),
    );
  });

  it("bounds roles by what the components grant, and nothing that grants permissions", async () => {
    const bounds = statements(dev.one("aws:iam/policy:Policy", "environment-boundary")) as Granted[];
    const allowed = new Set(bounds.flatMap(({ Action }) => Action));
    const source = fs
      .readdirSync(path.join(ROOT, "components"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => fs.readFileSync(path.join(ROOT, "components", file), "utf8"))
      .join("\n")
      // Examples are others' actions.
      .replace(/\/\*\*[^]*?\*\//g, "");
    const written = [...source.matchAll(/"([a-z0-9-]+:[A-Z]\w+)"/g)].map(([, name]) => name!);
    // A device is no role: what its own policy allows is bounded by nothing in IAM.
    // Nor is who looks at a dashboard.
    const device = /^(sts:|quicksight:|iot:(Connect|Publish|Receive|Subscribe)$)/;
    const granting = [...new Set(written)].filter((name) => actionOf(name) !== undefined && !device.test(name));
    assert.ok(granting.length > 40);
    const bucketKeys = statements(
      (
        await bootstrap({
          repository: "acme/plant",
          uses: `${KEY},${SECRET}`,
          iotLog: "true",
          dashboardGroups: READERS,
        })
      ).one("aws:iam/policy:Policy", "environment-boundary"),
    ) as Granted[];
    const withKey = new Set(bucketKeys.flatMap(({ Action }) => Action));
    assert.deepEqual([...withKey].sort(), granting.sort());
    assert.deepEqual(
      [...withKey].filter((name) => !allowed.has(name)),
      [
        ...["athena:GetQueryResultsStream", "athena:GetWorkGroup"],
        ...["logs:CreateLogGroup", "logs:PutMetricFilter", "logs:PutRetentionPolicy"],
        ...["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "kms:Decrypt", "kms:GenerateDataKey"],
      ],
    );

    // Each grant of the example's roles lies within.
    const { all } = await example("dev");
    const grants = all("aws:iam/rolePolicy:RolePolicy").flatMap((policy) => statements(policy) as Granted[]);
    assert.ok(grants.length > 8);
    for (const { Action, Resource } of grants)
      for (const action of Action)
        for (const resource of Resource)
          assert.ok(
            bounds.some(
              (own) =>
                own.Action.includes(action) && own.Resource.some((pattern) => resourceMatcher(pattern)(resource)),
            ),
            `${action} on ${resource}`,
          );
  });

  it("gives roles the boundary of their own account, and no other's", async () => {
    const boundaries = async (account: string): Promise<unknown[]> => {
      const { all } = await example("dev", { permissionsBoundaryArn: `arn:aws:iam::${account}:policy/boundary` });
      const roles = all("aws:iam/role:Role");
      assert.ok(roles.length > 3);
      return [...new Set(roles.map(({ inputs }) => inputs.permissionsBoundary as unknown))];
    };
    assert.deepEqual(await boundaries(ACCOUNT), [`arn:aws:iam::${ACCOUNT}:policy/boundary`]);
    assert.deepEqual(await boundaries("000000000001"), [undefined]);
  });

  it("bounds roles to what else they use, if it is said", async () => {
    const uses = `arn:aws:s3:::plant-raw, arn:aws:lambda:${REGION}:${ACCOUNT}:function:scale`;
    const made = await bootstrap({ repository: "acme/plant", uses });
    const bounds = statements(made.one("aws:iam/policy:Policy", "environment-boundary")) as Granted[];
    const of = (action: string): string => bounds.find(({ Action }) => Action.includes(action))!.Resource.at(-1)!;
    assert.deepEqual(["s3:ListBucket", "s3:PutObject", "lambda:InvokeFunction"].map(of), [
      "arn:aws:s3:::plant-raw",
      "arn:aws:s3:::plant-raw/*",
      `arn:aws:lambda:${REGION}:${ACCOUNT}:function:scale`,
    ]);
    await assert.rejects(bootstrap({ repository: "acme/plant", uses: "plant-raw" }), /uses: saw "plant-raw"; ARNs/);
  });

  it("reads with the preview role, and changes nothing", () => {
    const actions = granted(dev, "preview").flatMap(({ Action }) => Action);
    assert.ok(actions.length > 40);
    assert.deepEqual(
      actions.filter((action) => !/^[a-z0-9]+:(Get|List|Describe)/.test(action)),
      [],
    );
  });

  it("deletes no data unless it is told to", async () => {
    const of = (made: Run<unknown>): Granted[] =>
      granted(made, "deploy").filter(
        ({ Action, Resource }) =>
          Action.includes("s3:DeleteObject") &&
          Resource.some((each) => /^arn:aws:s3:::iot-telemetry-etl-dev/.test(each)),
      );
    assert.deepEqual(of(dev), []);
    assert.equal(of(await bootstrap({ repository: "acme/plant", allowDataDeletion: "true" })).length, 1);
  });

  it("knows GitLab's subjects, and a provider that is there", async () => {
    const made = await bootstrap({ repository: "acme/north/plant", forge: "gitlab", providerExists: "true" });
    assert.deepEqual(made.all("aws:iam/openIdConnectProvider:OpenIdConnectProvider"), []);
    const condition = (actor: string): unknown =>
      statements(made.one("aws:iam/role:Role", `environment-${actor}-role`))[0]!.Condition;
    const aud = { "gitlab.com:aud": "sts.amazonaws.com" };
    const branch = "project_path:acme/north/plant:ref_type:branch:ref:";
    assert.deepEqual(condition("deploy"), { StringEquals: { ...aud, "gitlab.com:sub": [`${branch}main`] } });
    assert.deepEqual(condition("preview"), { StringEquals: aud, StringLike: { "gitlab.com:sub": [`${branch}*`] } });
  });

  it("says every mistake of its configuration at once", async () => {
    const wrong = { repository: "acme/*", forge: "svn", things: "*", providerexists: "true" };
    await assert.rejects(bootstrap(wrong), (error: Error) => {
      assert.match(error.message, /the stack has 5 mistakes; nothing has been created/);
      for (const key of ["repository", "forge", "issuer", "things", "providerexists"])
        assert.match(error.message, new RegExp(`iot-telemetry-etl-bootstrap:${key}: `));
      return true;
    });
    await assert.rejects(bootstrap({}), /repository: saw ""; whose jobs may deploy, OWNER\/NAME/);
    await assert.rejects(bootstrap({ repository: "acme/plant" }, "bootstrap"), /stack: saw "bootstrap"/);
    for (const stack of ["dev-2", "dev_2", "Dev", "2"])
      await assert.rejects(bootstrap({ repository: "acme/plant" }, stack), /lower-case letters and digits only/);
    await assert.rejects(
      bootstrap({ repository: "acme/plant", project: "p".repeat(38) }),
      /project: saw "p+", with the stack 42 characters; 41 at most/,
    );
    const permission = (actions: string[], resources = ["*"]): Record<string, string> => ({
      repository: "acme/plant",
      statements: JSON.stringify([{ actions, resources }]),
    });
    await assert.rejects(
      bootstrap({ repository: "acme/plant", iotLog: "true", iotLogLevel: "ALL", iotLogDays: "2" }),
      (error: Error) => {
        assert.match(error.message, /iotLogLevel: saw "ALL"; one of ERROR, WARN, INFO, DEBUG/);
        assert.match(error.message, /iotLogDays: saw "2"; one of 1, 3, 5/);
        assert.match(error.message, /iotLog: saw true beside iotLogLevel/);
        return true;
      },
    );
    await assert.rejects(bootstrap(permission(["iam:PassRole"])), /"iam:PassRole", which decides who may do what/);
    await assert.rejects(bootstrap(permission(["dynamodb:*"])), /one action of IAM, in full, as AWS writes it/);
    await assert.rejects(bootstrap(permission(["dynamodb:GetItem"], ["limits"])), /resources: saw "limits"; ARNs/);
    await assert.rejects(
      bootstrap({ repository: "acme/plant", statements: "x" }),
      /statements: saw "x"; a list such as/,
    );
  });

  it("runs as it stands in its folder", async () => {
    const { problems, outputs } = await evaluate({
      projectDir: FOLDER,
      stack: "dev",
      config: { repository: "acme/plant" },
      dryRun: true,
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(Object.keys(outputs).sort(), [
      "backendUrl",
      "deployRoleArn",
      "permissionsBoundaryArn",
      "previewRoleArn",
      "secretsProvider",
    ]);
  });
});

/** ARNs that AWS gives resources. */
function arnsOf(resources: readonly Registration[], stack: string): string[] {
  return resources.flatMap(({ type, name, urn, inputs }) => {
    if (!handlers.has(type)) return [];
    const context = { account: ACCOUNT, region: REGION, project: "iot-telemetry-etl", stack, name, urn };
    const { arn: own } = planResource(type, inputs, context).outputs;
    return typeof own === "string" ? [own] : [];
  });
}
