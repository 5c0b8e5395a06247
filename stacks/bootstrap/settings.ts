import * as pulumi from "@pulumi/pulumi";
import { IOT_LOG_LEVELS, type IotLogLevel } from "../../aws/iot-log";
import { LOG_RETENTION_DAYS } from "../../aws/log-retention";
import { actionOf } from "../../aws/iam/action-catalog";
import { ROOT } from "../root";
import { namesBeginningWith } from "../siblings";
import type { Permission } from "./boundary";
import { Problems } from "./problems";

/** The forge whose jobs may take the roles. */
export type Forge = "github" | "gitlab";

/** The configuration of an environment's bootstrap. */
export interface Settings {
  /** whose jobs may take the roles: `OWNER/NAME`, at GitLab the project's path */
  repository: string;
  forge: Forge;
  /** host of the forge's identity provider; github.com's, or gitlab.com */
  issuer: string;
  /** the branch that is deployed */
  branch: string;
  /** whether the account has the forge's identity provider already, from another environment's stack for example */
  providerExists: boolean;
  /** the Pulumi project that is deployed */
  project: string;
  /** names of things that its stack declares, or patterns with * */
  things: string[];
  thingTypes: string[];
  /** names of topic rules that the stack keeps (`keepRuleNames` there) */
  rules: string[];
  /** ARNs of buckets, keys, functions, repositories of images and secrets that are not the stack's and that its roles use */
  uses: string[];
  /** what the stack's functions may do beside that */
  statements: Permission[];
  /** whether its stack has historians, whose resources the deploy role then makes */
  historians: boolean;
  /** whether it makes VPCs for them, too */
  historianVpc: boolean;
  /** whether its fleets have certificate authorities, which the deploy role then registers */
  authorities: boolean;
  /** level of AWS IoT's log, which the bootstrap then sets up for the account and region */
  iotLogLevel: IotLogLevel | undefined;
  /** days that its events are kept */
  iotLogDays: number;
  /** whether its stack sets up that log, which the deploy role then may */
  iotLog: boolean;
  /** ARNs of the groups of QuickSight that see its stack's dashboards, which the deploy role then makes */
  dashboardGroups: string[];
  /** whether to make the roles of DMS that an account has once; the deploy role cannot */
  dmsRoles: boolean;
  /** whether the deploy role may delete buckets with the objects in them */
  allowDataDeletion: boolean;
}

const ISSUERS: Readonly<Record<Forge, string>> = {
  github: "token.actions.githubusercontent.com",
  gitlab: "gitlab.com",
};
const KEYS = [
  ...["repository", "forge", "issuer", "branch", "providerExists", "project"],
  ...["things", "thingTypes", "rules", "uses", "statements", "allowDataDeletion"],
  ...["historians", "historianVpc", "dmsRoles"],
  ...["iotLogLevel", "iotLogDays", "iotLog", "dashboardGroups", "authorities"],
];

/** Characters of PROJECT-STACK that every name begins with; a bucket's is cut to 41 and a hash if it is longer than a bucket's may be. */
const LONGEST = 41;

/**
 * The roles reach what begins with PROJECT-STACK-. That is this stack alone if no stack's name has a "-" or "_" in it; and the names of
 * buckets and databases, which have lower case only, begin with it.
 */
function checkStackName(project: string, stack: string, problems: Problems): void {
  // The roles of the bootstrap are named PROJECT-bootstrap-...; a stack of that name could change them.
  if (stack === "bootstrap" || !/^[a-z][a-z0-9]*$/.test(stack))
    problems.add(
      "stack",
      `saw ${JSON.stringify(stack)}; it is called as the environment's stack is, with lower-case letters and digits only: the roles of a stack dev reach everything that is called ${project}-dev-..., also of a stack dev-2`,
    );
  else if (`${project}-${stack}`.length > LONGEST)
    problems.add(
      "project",
      `saw ${JSON.stringify(project)}, with the stack ${`${project}-${stack}`.length} characters; ${LONGEST} at most, so that the names of buckets begin with both: choose shorter names`,
    );
  for (const other of namesBeginningWith(ROOT, project, stack))
    problems.add(
      "stack",
      `saw ${JSON.stringify(stack)}, and the project has a stack ${other}, whose resources the roles of ${stack} would reach; rename it (${other.replace(/[-_]/g, "")}), or state in both stacks' files which accounts they are in: pulumi config set --path 'aws:allowedAccountIds[0]' ACCOUNT`,
    );
}

/** Services by which a role could become another. */
const IDENTITY = ["iam", "organizations", "sso", "sts"];

/** The setting `statements`. */
function permissionsIn(text: string | undefined, report: (place: string, what: string) => void): Permission[] {
  if (text === undefined || text === "") return [];
  const form =
    'a list such as [{"actions":["dynamodb:GetItem"],"resources":["arn:aws:dynamodb:REGION:ACCOUNT:table/NAME"]}]';
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    given = undefined;
  }
  if (!Array.isArray(given)) {
    report("", `saw ${JSON.stringify(text)}; ${form}`);
    return [];
  }
  return given.flatMap((item: unknown, index) => {
    const { actions, resources, ...others } = (item ?? {}) as Partial<Permission>;
    const texts = (value: unknown): value is string[] =>
      Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string");
    if (!texts(actions) || !texts(resources) || Object.keys(others).length > 0) {
      report(`[${index}]`, `saw ${JSON.stringify(item)}; ${form}`);
      return [];
    }
    for (const name of actions) {
      const action = actionOf(name);
      if (action?.name !== name)
        report(`[${index}].actions`, `saw ${JSON.stringify(name)}; one action of IAM, in full, as AWS writes it`);
      else if (action.permissions || IDENTITY.includes(action.service))
        report(
          `[${index}].actions`,
          `saw ${JSON.stringify(name)}, which decides who may do what; the boundary is there so that no role of the stack may`,
        );
    }
    const wrong = resources.find((each) => each !== "*" && !/^arn:aws[a-z-]*:[a-z0-9-]+:[^:]*:[^:]*:\S+$/.test(each));
    if (wrong !== undefined) report(`[${index}].resources`, `saw ${JSON.stringify(wrong)}; ARNs`);
    return [{ actions, resources }];
  });
}

/** The settings of AWS IoT's log. */
function iotLog(
  config: pulumi.Config,
  byStack: boolean,
  problems: Problems,
): Pick<Settings, "iotLogLevel" | "iotLogDays" | "iotLog"> {
  const level = config.get("iotLogLevel");
  const days = config.get("iotLogDays");
  if (level !== undefined && !IOT_LOG_LEVELS.includes(level as IotLogLevel))
    problems.add("iotLogLevel", `saw ${JSON.stringify(level)}; one of ${IOT_LOG_LEVELS.join(", ")}`);
  if (days !== undefined && !LOG_RETENTION_DAYS.includes(Number(days)))
    problems.add("iotLogDays", `saw ${JSON.stringify(days)}; one of ${LOG_RETENTION_DAYS.join(", ")}`);
  if (days !== undefined && level === undefined)
    problems.add("iotLogDays", `saw ${JSON.stringify(days)} without iotLogLevel; set that, too, or remove it`);
  if (level !== undefined && byStack)
    problems.add(
      "iotLog",
      "saw true beside iotLogLevel; an account has one log of AWS IoT in a region, so either the bootstrap sets it up (iotLogLevel) or the stack (iotLog): remove one of them",
    );
  return { iotLogLevel: level as IotLogLevel | undefined, iotLogDays: Number(days ?? 30), iotLog: byStack };
}

/** The stack's configuration. @throws RunError with every mistake */
export function readSettings(): Settings {
  const config = new pulumi.Config();
  const project = pulumi.getProject();
  const problems = new Problems(`${project}:`);
  for (const key of Object.keys(pulumi.runtime.allConfig()))
    if (key.startsWith(`${project}:`) && !KEYS.includes(key.slice(project.length + 1)))
      problems.add(key.slice(project.length + 1), `there is no such setting; there are ${KEYS.join(", ")}`);

  const text = (key: string, fallback: string, pattern: RegExp, rule: string): string => {
    const value = config.get(key) ?? fallback;
    if (!pattern.test(value)) problems.add(key, `saw ${JSON.stringify(value)}; ${rule}`);
    return value;
  };
  const flag = (key: string): boolean => {
    const value = config.get(key) ?? "false";
    if (value !== "true" && value !== "false") problems.add(key, `saw ${JSON.stringify(value)}; true or false`);
    return value === "true";
  };
  const list = (key: string, pattern: RegExp, rule: string): string[] => {
    const value = config.get(key) ?? "";
    if (value === "") return [];
    const items = value.split(",").map((item) => item.trim());
    const wrong = items.find((item) => !pattern.test(item));
    if (wrong !== undefined) problems.add(key, `saw ${JSON.stringify(wrong)}; ${rule}`);
    return items;
  };
  // A lone * would let the role delete every device's registration in the account.
  const names = (key: string): string[] =>
    list(
      key,
      /^(?=.*[a-zA-Z0-9])[a-zA-Z0-9:_*-]{1,128}$/,
      "names separated by commas, in which * matches any characters",
    );

  const forge = text("forge", "github", /^(github|gitlab)$/, "github or gitlab") as Forge;
  const settings: Settings = {
    // It is a part of the trust policy, where a * would let strangers in.
    repository: text(
      "repository",
      "",
      /^[\w.-]+(\/[\w.-]+)+$/,
      "whose jobs may deploy, OWNER/NAME; set it: pulumi config set repository OWNER/NAME",
    ),
    forge,
    issuer: text("issuer", ISSUERS[forge] ?? "", /^[a-z0-9.-]+(\/[\w.-]+)*$/, "a host, without https://"),
    branch: text("branch", "main", /^[\w./-]+$/, "the name of one branch"),
    providerExists: flag("providerExists"),
    project: text("project", "iot-telemetry-etl", /^[a-z][a-z0-9-]*$/, "the name in the Pulumi.yaml that is deployed"),
    things: names("things"),
    thingTypes: names("thingTypes"),
    rules: list(
      "rules",
      /^[A-Za-z0-9_]{1,128}$/,
      "names of topic rules separated by commas: letters, digits and underscores",
    ),
    uses: list(
      "uses",
      /^arn:aws[a-z-]*:(s3:::[a-z0-9.-]+|kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+|lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+|ecr:[a-z0-9-]+:\d{12}:repository\/[a-z0-9._/-]+|secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-([A-Za-z0-9]{6}|\?{6}))$/,
      "ARNs separated by commas, of buckets, keys (not aliases), functions (without a version), repositories of images and secrets (with the six characters at their end)",
    ),
    statements: permissionsIn(config.get("statements"), (place, what) => problems.add(`statements${place}`, what)),
    historians: flag("historians"),
    historianVpc: flag("historianVpc"),
    dashboardGroups: list(
      "dashboardGroups",
      /^arn:aws[a-z-]*:quicksight:[a-z0-9-]+:\d{12}:group\/[a-zA-Z0-9._-]+\/[^\s*,]+$/,
      "ARNs separated by commas, of groups of QuickSight",
    ),
    dmsRoles: flag("dmsRoles"),
    authorities: flag("authorities"),
    ...iotLog(config, flag("iotLog"), problems),
    allowDataDeletion: flag("allowDataDeletion"),
  };
  checkStackName(settings.project, pulumi.getStack(), problems);
  problems.throwIfAny();
  return settings;
}
