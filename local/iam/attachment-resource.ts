import { TYPES } from "../core/model";
import type { Handler } from "../resources/handler";
import { checked, replaces, required, text } from "../resources/properties";

/** Policies of AWS that the roles of DMS have of which an account has one each. */
const OF_DMS = /^arn:aws:iam::aws:policy\/service-role\/AmazonDMS(VPCManagement|CloudWatchLogs)Role$/;

/** Attachment of a managed policy of AWS to a role of DMS, which makes no call that is decided here. */
export const rolePolicyAttachment: Handler = {
  type: TYPES.rolePolicyAttachment,
  drawn: ["id"],
  properties: {
    role: replaces(required(checked(text()))),
    policyArn: replaces(
      required(
        checked(
          text({
            check: (value) =>
              OF_DMS.test(value)
                ? undefined
                : `saw "${value}"; the local cloud has no managed policies but those of DMS's roles: use aws.iam.RolePolicy`,
          }),
        ),
      ),
    ),
  },
  plan: ({ role, policyArn }) => ({ id: `${role}-${policyArn}`, outputs: {} }),
};
