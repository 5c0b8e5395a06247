import { block, text, type Inputs } from "../values";
import { ANY_KEY, EVERY_KEY, ResourceCalls, type ServiceCall } from "./call";
import { STEP_FUNCTIONS_CALLS } from "./step-functions";

const POLICY = "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSQuicksightAthenaAccess.html";
const FAILS = "Refreshes and queries of the data source fail.";

/** The calls that QuickSight makes with the role of a data source of Athena, by AWS's managed policy for them. */
export const QUICKSIGHT_CALLS = {
  query: {
    actions: ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults"],
    on: "the workgroup of the data source",
    need: "must",
    refused: FAILS,
    source: POLICY,
  },
  results: {
    actions: ["athena:GetQueryResultsStream", "athena:GetWorkGroup"],
    on: "the workgroup of the data source",
    need: "may",
    refused: FAILS,
    source: POLICY,
  },
} as const satisfies Record<string, ServiceCall>;

/** @param raw arguments of an `aws.quicksight.DataSource` */
export function dataSourceCalls(raw: Inputs): ResourceCalls {
  const calls = new ResourceCalls();
  const athena = block(block(raw.parameters)?.athena);
  const role = athena?.roleArn;
  const group = text(athena?.workGroup);
  if (athena === undefined || group === undefined) calls.incomplete = true;
  if (role === undefined) return calls;
  const at = "parameters.athena";
  if (group !== undefined) {
    const arn = `arn:*:athena:*:*:workgroup/${group}`;
    calls.add(QUICKSIGHT_CALLS.query, role, arn, at);
    calls.add(QUICKSIGHT_CALLS.results, role, arn, at);
  }
  const { query, queryObjects, queryParts } = STEP_FUNCTIONS_CALLS;
  for (const call of [query, queryObjects, queryParts]) calls.add(call, role, "*", at);
  calls.add(ANY_KEY, undefined, EVERY_KEY);
  return calls;
}
