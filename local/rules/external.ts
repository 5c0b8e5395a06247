/** Functions of rule SQL that other services answer. */
import { toJson, type Value } from "../../etl/expressions";
import { parseJson } from "../../etl/json";
import type { Iam } from "../iam";
import { ACCOUNT } from "../core/model";
import type { LambdaFunction } from "../services/lambda/function";
import { stringifyDocument } from "../services/shadows/json";
import { ShadowError, type Shadows } from "../services/shadows/shadows";
import type { Things } from "../services/things/registry";

/** ms that a function has for its answer. https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-func-aws-lambda */
const FUNCTION_MS = 2000;

/** The services that answer functions of rules. */
export interface ExternalServices {
  readonly iam: Iam;
  readonly region: string;
  readonly shadows: Shadows;
  readonly things: Things;
  readonly functions: ReadonlyMap<string, LambdaFunction>;
}

/** Which rule calls. */
export interface CallingRule {
  readonly arn: string;
  /** @returns why the rule may not assume a role, or undefined */
  assume(roleArn: string): string | undefined;
}

/**
 * Answers `get_thing_shadow`, `get_registry_data` and `aws_lambda` for a rule. A call that is refused or fails yields Undefined, as
 * `get_or_default` expects; a refusal is counted by IAM.
 */
export async function callExternal(
  services: ExternalServices,
  rule: CallingRule,
  name: string,
  args: readonly Value[],
): Promise<Value> {
  switch (name) {
    case "get_thing_shadow": {
      const [thing, shadow, role] = args.length === 2 ? [args[0], undefined, args[1]] : args;
      return isTexts(thing, role) && (shadow === undefined || typeof shadow === "string")
        ? thingShadow(services, rule, thing as string, shadow, role as string)
        : undefined;
    }
    case "get_registry_data": {
      const [api, thing, role] = args;
      return isTexts(api, thing, role)
        ? registryData(services, rule, api as string, thing as string, role as string)
        : undefined;
    }
    default:
      return lambda(services, rule, args[0], args[1]);
  }
}

function isTexts(...values: Value[]): boolean {
  return values.every((value) => typeof value === "string");
}

function mayCall(
  { iam, region }: ExternalServices,
  rule: CallingRule,
  role: string,
  action: string,
  thing: string,
): boolean {
  if (rule.assume(role) !== undefined) return false;
  return iam.check({ principal: role, action, resource: `arn:aws:iot:${region}:${ACCOUNT}:thing/${thing}` }).allowed;
}

function thingShadow(
  services: ExternalServices,
  rule: CallingRule,
  thing: string,
  shadow: string | undefined,
  role: string,
): Value {
  if (!mayCall(services, rule, role, "iot:GetThingShadow", thing)) return undefined;
  try {
    // Whole numbers beyond 2^53 are bigints, which JSON.stringify refuses.
    return parseJson(stringifyDocument(services.shadows.get(thing, shadow)));
  } catch (error) {
    if (error instanceof ShadowError) return undefined;
    throw error;
  }
}

function registryData(services: ExternalServices, rule: CallingRule, api: string, thing: string, role: string): Value {
  if (!mayCall(services, rule, role, `iot:${api}`, thing)) return undefined;
  const description = services.things.describe(thing);
  if (description === undefined) return undefined;
  // The local registry has things and types, and no groups.
  return api === "DescribeThing" ? valueOf(description) : { thingGroups: [] };
}

/** Calls a function of the stack, if its resource policy lets this rule. */
async function lambda({ functions }: ExternalServices, rule: CallingRule, arn: Value, input: Value): Promise<Value> {
  if (typeof arn !== "string" || input === undefined) return undefined;
  const name = /^(?:arn:aws:lambda:[^:]*:\d{12}:function:)?([A-Za-z0-9_-]+)(?::\$LATEST)?$/.exec(arn)?.[1];
  const called = name === undefined ? undefined : functions.get(name);
  if (called === undefined) return undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), FUNCTION_MS);
  });
  const invocation = await Promise.race([called.invokeFrom("iot.amazonaws.com", rule.arn, toJson(input)), late]);
  clearTimeout(timer);
  return invocation?.ok === true ? parseJson(invocation.payload) : undefined;
}

function valueOf(answer: object): Value {
  return parseJson(JSON.stringify(answer));
}
