import assert from "node:assert/strict";
import fc from "fast-check";
import { Iam } from "../../local/iam";
import { TYPES, type Properties, type Resource } from "../../local/core/model";
import { planResource } from "../../local/handlers";
import { judge } from "../../policies/framework/judge";
import { RULES } from "../../policies/rules";
import { CALLS } from "../../stacks/bootstrap/calls";
import { CONTAINER_CALLS } from "../../stacks/bootstrap/container-calls";
import { HISTORIAN_CALLS } from "../../stacks/bootstrap/historian-calls";
import { QUICKSIGHT_CALLS } from "../../stacks/bootstrap/quicksight-calls";
import { Environment } from "../../stacks/bootstrap/environment";
import { readSettings } from "../../stacks/bootstrap/settings";
import { SETTINGS } from "../../stacks/schema";
import { ACCOUNT, PROJECT, REGION, run, statements, type Registration, type Run } from "../harness";
import { FULL, runVariant, USED, VALUES, variants, type Variant } from "./variants";

const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

/** Settings that are tried at a time. */
const TOGETHER = 7;

/** Settings that weaken a guard, with the rules that report it, so that the decision is seen. */
const ON_PURPOSE: readonly [setting: string, value: RegExp, rules: readonly string[]][] = [
  ["alarms", /^false$/, ["alarm-exists"]],
  ["protectData", /^false$/, ["data-protected"]],
  ["allowDataDeletion", /^true$/, ["data-protected", "two-keys"]],
  ["logRetentionDays", /^1$/, ["log-retention"]],
];

function resource({ type, name, urn, inputs }: Registration, outputs: Properties): Resource {
  return { urn, type, name, custom: true, id: name, dependencies: [], inputs, outputs };
}

/** Types without an ARN, with the ends of those that their calls are decided on. */
const OF_OTHERS: Readonly<Record<string, string>> = {
  [TYPES.iotLogging]: `iot:${REGION}:${ACCOUNT}:*`,
  [TYPES.repositoryLifecycle]: `ecr:${REGION}:${ACCOUNT}:repository/${PROJECT}-dev-weekly`,
  [TYPES.route]: `ec2:${REGION}:${ACCOUNT}:route-table/rtb-0`,
  [TYPES.routeTableAssociation]: `ec2:${REGION}:${ACCOUNT}:route-table/rtb-0`,
};

/** The ARNs that a resource's calls are decided on. */
function arnOf({ type, name, urn, inputs }: Registration, stack: string): string {
  if (type.startsWith("aws:s3/")) return `arn:aws:s3:::${inputs.bucket}`;
  if (type === ROLE_POLICY) return `arn:aws:iam::${ACCOUNT}:role/${inputs.role}`;
  if (type === TYPES.namedQuery) return `arn:aws:athena:${REGION}:${ACCOUNT}:workgroup/${inputs.workgroup}`;
  if (type === TYPES.permission) return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${inputs.function}`;
  if (type === TYPES.logStream)
    return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${inputs.logGroupName}:log-stream:${inputs.name}`;
  if (type === TYPES.cloudControl)
    return `arn:aws:quicksight:${REGION}:${ACCOUNT}:dashboard/${(JSON.parse(inputs.desiredState as string) as { DashboardId: string }).DashboardId}`;
  if (type === TYPES.invocation) return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${inputs.functionName}`;
  const context = { account: ACCOUNT, region: REGION, project: PROJECT, stack, name, urn };
  const { outputs } = planResource(type, inputs, context);
  const own = Object.keys(outputs).find((key) => /^(endpoint|certificate|replication\w+)Arn$/.test(key));
  const ofGroup = OF_OTHERS[type];
  const arn: unknown =
    ofGroup === undefined ? (outputs.arn ?? outputs.dashboardArn ?? outputs[own ?? ""]) : `arn:aws:${ofGroup}`;
  assert.ok(typeof arn === "string", `no ARN of ${type}`);
  return arn;
}

/** A name that leaves no room for the version of an adopted candidate. */
const LONGEST: Variant = {
  ...FULL,
  name: "n".repeat(128),
  activities: [],
  schedules: 0,
  window: false,
  versions: "none",
  deliveries: 0,
};
const ADOPTED = '{"NAME":{"adopted":{"version":"g0123abcd","former":"rows","keepFormerUntil":"2026-12-31"}}}';

/** A text that a pattern stands for. */
const sample = (pattern: string): string => pattern.replaceAll("*", "x").replaceAll("?", "a");

describe("every option of documents and configuration", () => {
  const counts = { policies: 0, statements: 0, calls: 0, deployCalls: 0, stacks: 0 };
  let bootstrap: Run<unknown>;
  before(async () => {
    const { key, buckets, functions, repositories, secrets, things, thingTypes, rules, statements: permissions } = USED;
    bootstrap = await run(() => new Environment("environment", readSettings()), {
      project: `${PROJECT}-bootstrap`,
      config: {
        repository: "acme/plant",
        things: things.join(),
        thingTypes: thingTypes.join(),
        rules: rules.join(),
        uses: [
          key,
          ...buckets.map((bucket) => `arn:aws:s3:::${bucket}`),
          ...functions,
          ...repositories,
          ...secrets,
        ].join(),
        statements: JSON.stringify(permissions),
        allowDataDeletion: "true",
        historians: "true",
        historianVpc: "true",
        iotLog: "true",
        dashboardGroups: `arn:aws:quicksight:us-east-1:${ACCOUNT}:group/default/engineers`,
        authorities: "true",
      },
    });
  });
  /** Calls that the roles' policies allow and the boundary takes away. */
  function deniedByBoundary({ all }: Run<unknown>): string[] {
    const boundary = bootstrap.one("aws:iam/policy:Policy", "environment-boundary");
    const roles = all(ROLE).map((each) =>
      resource(
        { ...each, inputs: { ...each.inputs, permissionsBoundary: USED.boundary } },
        { arn: `arn:aws:iam::${ACCOUNT}:role/${each.inputs.name}` },
      ),
    );
    const policies = all(ROLE_POLICY);
    const iam = new Iam(
      [...roles, ...policies.map((each) => resource(each, {})), resource(boundary, { arn: USED.boundary })],
      ACCOUNT,
    );
    counts.policies += policies.length;
    return policies.flatMap((policy) =>
      statements(policy).flatMap(({ Action, Resource, Condition = {} }) => {
        counts.statements++;
        const context = Object.fromEntries(
          Object.values(Condition as Record<string, Record<string, string | string[]>>).flatMap((keys) =>
            Object.entries(keys).map(([name, value]) => [name, sample([value].flat()[0]!)]),
          ),
        );
        return (Action as string[]).flatMap((action) =>
          (Resource as string[]).flatMap((on) => {
            counts.calls++;
            const principal = `arn:aws:iam::${ACCOUNT}:role/${policy.inputs.role}`;
            const { allowed, decidedBy } = iam.check({ principal, action, resource: sample(on), context });
            return allowed ? [] : [`${policy.name}: ${action} on ${on}: ${decidedBy}`];
          }),
        );
      }),
    );
  }

  /** Calls that the deployment makes and the deploy role may not. */
  function deniedToDeploy({ resources }: Run<unknown>, stack: string): string[] {
    const own = bootstrap.all("aws:iam/policy:Policy").filter(({ name }) => name.startsWith("environment-deploy-"));
    const principal = `arn:aws:iam::${ACCOUNT}:role/deploy`;
    const iam = new Iam(
      [
        resource(
          { ...own[0]!, type: ROLE, inputs: { name: "deploy", assumeRolePolicy: '{"Statement":[]}' } },
          { arn: principal },
        ),
        ...own.map((each) => resource({ ...each, type: ROLE_POLICY, inputs: { ...each.inputs, role: "deploy" } }, {})),
      ],
      ACCOUNT,
    );
    const roles = resources.filter(({ type }) => type === ROLE).map((role) => arnOf(role, stack));
    return resources.flatMap((registered) => {
      const calls = { ...CALLS, ...CONTAINER_CALLS, ...HISTORIAN_CALLS, ...QUICKSIGHT_CALLS }[registered.type];
      if (calls === undefined) return [];
      const arn = arnOf(registered, stack);
      const boundary = { "iam:PermissionsBoundary": USED.boundary };
      const made = [...new Set([...calls.create, ...calls.read, ...calls.update, ...calls.delete])].map((action) => ({
        action,
        resource: calls.account?.includes(action) === true ? "*" : arn,
        context: calls.bounded?.includes(action) === true ? boundary : {},
      }));
      const passed = roles.map((role) => ({
        action: "iam:PassRole",
        resource: role,
        context: { "iam:PassedToService": calls.passesRoleTo! },
      }));
      return [...made, ...(calls.passesRoleTo === undefined ? [] : passed)].flatMap((call) => {
        counts.deployCalls++;
        const { allowed, decidedBy } = iam.check({ principal, ...call });
        return allowed ? [] : [`${registered.type}: ${call.action} on ${call.resource}: ${decidedBy}`];
      });
    });
  }

  /** What the policy pack says, without what it is meant to say. */
  function violations({ resources }: Run<unknown>, config: Record<string, string>, stack: string): string[] {
    const stackConfig = Object.fromEntries(Object.entries(config).map(([key, text]) => [`${PROJECT}:${key}`, text]));
    const { violations: found, undecided } = judge({ stack, region: REGION, resources, stackConfig }, { rules: RULES });
    const meant = ON_PURPOSE.filter(([key, value]) => value.test(config[key] ?? "")).flatMap(([, , rules]) => rules);
    return [...found.filter(({ level }) => level === "mandatory"), ...undecided]
      .filter(({ policy }) => !meant.includes(policy))
      .map(({ policy, message }) => `${policy}: ${message}`);
  }

  async function holds(variant: Variant, chosen: Readonly<Record<string, string>>): Promise<void> {
    const { made, config } = await runVariant(variant, chosen);
    counts.stacks++;
    assert.deepEqual(deniedByBoundary(made), []);
    assert.deepEqual(deniedToDeploy(made, "dev"), []);
    assert.deepEqual(violations(made, config, "dev"), []);
  }

  it("has values for every setting", () => {
    assert.deepEqual(Object.keys(VALUES).sort(), Object.keys(SETTINGS).sort());
  });

  // Each value beside those of some other settings, for a stack takes a second.
  const keys = Object.keys(VALUES);
  for (let start = 0; start < keys.length; start += TOGETHER) {
    const group = keys.slice(start, start + TOGETHER).filter((key) => VALUES[key]!.length > 0);
    const rounds = Math.max(...group.map((key) => VALUES[key]!.length));
    for (let round = 0; round < rounds; round++) {
      const chosen = Object.fromEntries(group.map((key) => [key, VALUES[key]![round % VALUES[key]!.length]!]));
      it(`${group.join(", ")}: value ${round + 1}`, () =>
        holds(FULL, { environment: "prod", kmsKeyArn: USED.key, ...chosen }));
    }
  }

  it("holds together: what the roles may do is within the boundary, what the deployment does within the deploy role, and the pack is content", async function () {
    this.timeout(300_000);
    const chosen = fc.record(
      Object.fromEntries(
        Object.entries(VALUES)
          .filter(([, values]) => values.length > 0)
          .map(([key, values]) => [key, fc.constantFrom(...values)]),
      ),
      { requiredKeys: ["environment"], noNullPrototype: true },
    );
    await fc.assert(
      fc.asyncProperty(variants, chosen, (variant, config) => holds(variant, config as Record<string, string>)),
      { numRuns: 12, examples: [[LONGEST, { environment: "dev", pipelines: ADOPTED }]] },
    );
  });

  it("was tried on many", function () {
    const { stacks, policies, statements: all, calls, deployCalls } = counts;
    this.test!.title += `: ${stacks} stacks, ${policies} policies, ${all} statements; ${calls} calls within the boundary, ${deployCalls} of the deploy role, denied: 0`;
    assert.ok(stacks > 20 && policies > 100 && all > 500 && calls > 1000 && deployCalls > 10_000);
  });
});
