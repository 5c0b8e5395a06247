import { resourceMatcher } from "../../../aws/arn";
import { TYPES, ofType, type Resource } from "../../core/model";
import { listOf, statementsOf } from "../../iam/document";

/**
 * Secrets that roles may read and that have no value here: ARNs, as the policies write them. A function that reads one gets
 * ResourceNotFoundException.
 * @param values by ARN
 */
export function secretsWithoutValue(
  resources: readonly Resource[],
  values: Readonly<Record<string, unknown>>,
): string[] {
  const arns = ofType(resources, TYPES.rolePolicy).flatMap(({ inputs }) =>
    statementsOf(String(inputs.policy)).flatMap(({ Effect, Action, Resource }) =>
      Effect === "Allow" && listOf(Action).includes("secretsmanager:GetSecretValue") ? listOf(Resource) : [],
    ),
  );
  const known = Object.keys(values);
  return [...new Set(arns)].filter((arn) => !known.some(resourceMatcher(arn)));
}
