import { createHash } from "node:crypto";
import { TYPES } from "../../core/model";
import type { Handler } from "../../resources/handler";
import { checked, map, oneOf, refused, replaces, required, text } from "../../resources/properties";

/**
 * An invocation that a deployment makes, once for the same arguments.
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/lambda/invocation/
 */
export const invocation: Handler = {
  type: TYPES.invocation,
  properties: {
    functionName: replaces(required(text())),
    input: replaces(required(text({ check: jsonProblem }))),
    triggers: replaces(map(text())),
    lifecycleScope: oneOf(["CREATE_ONLY"]),
    region: checked(text()),
    qualifier: refused("functions have no versions here; leave it out", "$LATEST"),
    terraformKey: refused("it is for CRUD, which is not executed here; leave it out"),
    tenantId: refused("functions have no tenants here; leave it out"),
  },
  references: ({ functionName }, declared, report) =>
    declared.require(TYPES.function, functionName, "function", "functionName", report),
  // The answer is known after the invocation, and nothing of a program may depend on it here.
  plan: ({ functionName, input }) => ({
    id: `${functionName}_$LATEST_${createHash("md5").update(String(input)).digest("hex")}`,
    outputs: {},
  }),
};

function jsonProblem(input: string): string | undefined {
  try {
    JSON.parse(input);
    return undefined;
  } catch (error) {
    return `is no JSON: ${(error as Error).message}`;
  }
}
