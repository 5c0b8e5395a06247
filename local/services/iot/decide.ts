import { literal, resolve } from "../../../aws/iot-policy";
import { resourceMatcher } from "../../../aws/arn";
import { wildcard } from "../../../aws/wildcard";
import type { Properties } from "../../core/model";
import { compileCondition } from "../../iam/conditions";
import { listOf, statementsOf } from "../../iam/document";
import type { DevicePolicy } from "./device-policies";

/** Whether a call of a device is allowed, and what decided. */
export interface DeviceDecision {
  allowed: boolean;
  decidedBy: string;
}

interface Statement {
  deny: boolean;
  label: string;
  fits(action: string, resource: string): boolean;
}

/**
 * The policies of one connection, with the values of its variables in them. A Deny wins, and what nothing allows is refused. What has a variable without a
 * value does not apply: no statement of an unattached certificate that names its thing.
 * https://docs.aws.amazon.com/iot/latest/developerguide/iot-policy-variables.html
 */
export function compileDevicePolicies(
  policies: readonly DevicePolicy[],
  values: Readonly<Record<string, string>>,
): (action: string, resource: string) => DeviceDecision {
  const statements = policies.flatMap(({ name, document }) =>
    statementsOf(document).flatMap(
      (statement, index) =>
        compile(statement, values, `statement ${String(statement.Sid ?? index + 1)} of policy ${name}`) ?? [],
    ),
  );
  const names = policies.map(({ name }) => name).join(", ");
  return (action, resource) => {
    const fitting = statements.filter((statement) => statement.fits(action, literal(resource)));
    const denial = fitting.find(({ deny }) => deny);
    if (denial !== undefined) return { allowed: false, decidedBy: `Deny in ${denial.label}` };
    if (fitting.length > 0) return { allowed: true, decidedBy: fitting[0]!.label };
    return {
      allowed: false,
      decidedBy:
        names === ""
          ? "no policy is attached to the certificate or its thing's groups"
          : `no statement of ${names} allows it`,
    };
  };
}

function compile(
  statement: Properties,
  values: Readonly<Record<string, string>>,
  label: string,
): Statement | undefined {
  if (!holds(statement.Condition, values)) return undefined;
  const actions = matchers(statement.Action, values, (text) => wildcard(text, true));
  const notActions = matchers(statement.NotAction, values, (text) => wildcard(text, true));
  const resources = matchers(statement.Resource, values, resourceMatcher);
  const notResources = matchers(statement.NotResource, values, resourceMatcher);
  const either = (wanted: Matcher[], excluded: Matcher[], given: boolean, text: string): boolean =>
    given ? !excluded.some((matches) => matches(text)) : wanted.some((matches) => matches(text));
  return {
    deny: statement.Effect === "Deny",
    label,
    fits: (action, resource) =>
      either(actions, notActions, statement.NotAction !== undefined, action) &&
      either(resources, notResources, statement.NotResource !== undefined, resource),
  };
}

type Matcher = (text: string) => boolean;

function matchers(
  texts: unknown,
  values: Readonly<Record<string, string>>,
  compileText: (text: string) => Matcher,
): Matcher[] {
  return listOf(texts).flatMap((text) => {
    const resolved = resolve(text, values);
    return resolved === undefined ? [] : [compileText(resolved)];
  });
}

/** A condition with a variable that has no value does not hold. */
function holds(condition: Properties | undefined, values: Readonly<Record<string, string>>): boolean {
  if (condition === undefined) return true;
  let complete = true;
  const fill = (value: unknown): string => {
    const text = resolve(String(value), values);
    if (text === undefined) complete = false;
    return text ?? "";
  };
  const filled = Object.fromEntries(
    Object.entries(condition).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys as Properties).map(([key, given]) => [key, [given].flat().map(fill)])),
    ]),
  );
  const context = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, literal(value)]));
  return complete && compileCondition(filled)(context);
}
