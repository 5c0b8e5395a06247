import * as pulumi from "@pulumi/pulumi";
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
  /** ARNs of buckets, keys and functions that are not the stack's and that its roles use */
  uses: string[];
  /** whether the deploy role may delete buckets with the objects in them */
  allowDataDeletion: boolean;
}

const ISSUERS: Readonly<Record<Forge, string>> = {
  github: "token.actions.githubusercontent.com",
  gitlab: "gitlab.com",
};
const KEYS = [
  ...["repository", "forge", "issuer", "branch", "providerExists", "project"],
  ...["things", "thingTypes", "rules", "uses", "allowDataDeletion"],
];

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
      /^arn:aws[a-z-]*:(s3:::[a-z0-9.-]+|kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+|lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+)$/,
      "ARNs separated by commas, of buckets, keys (not aliases) and functions (without a version)",
    ),
    allowDataDeletion: flag("allowDataDeletion"),
  };
  // The roles of the bootstrap are named PROJECT-bootstrap-...; a stack of that name could change them.
  if (/^bootstrap($|-)/.test(pulumi.getStack()))
    problems.add(
      "stack",
      `saw ${JSON.stringify(pulumi.getStack())}; it is called as the environment's stack is: dev, prod`,
    );
  problems.throwIfAny();
  return settings;
}
