import { ACCOUNT } from "../../core/model";
import type { Iam } from "../../iam";
import { IotError } from "../iot/error";
import type { Authorize } from "./provision";

/**
 * The calls of provisioning are a role's, which AWS IoT assumes.
 * @param source ARN of the template or authority on whose behalf
 * @throws IotError if the role cannot be assumed; and whoever calls what it may not do gets one
 */
export function authorizedAs(iam: Iam, roleArn: string, source: string): Authorize {
  const context = { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": source };
  const assumed = iam.assume("iot.amazonaws.com", roleArn, context);
  const unauthorized = (why: string): IotError => new IotError(403, "UnauthorizedException", why);
  if (!assumed.allowed) throw unauthorized(`the provisioning role cannot be assumed: ${assumed.decidedBy}`);
  return (action, resource) => {
    const { allowed, decidedBy } = iam.check({ principal: roleArn, action, resource });
    if (!allowed) throw unauthorized(`${action} on ${resource}: ${decidedBy}`);
  };
}
