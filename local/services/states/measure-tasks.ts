import type { GetQueryResultsInput } from "@aws-sdk/client-athena";
import { ApiError } from "../../api";
import { notAuthorized } from "../../core/access-denied";
import type { Properties } from "../../core/model";
import { readResults } from "../athena/api/results";
import { StateError, type TaskType } from "./types";

/** Reads the result of a query. https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html */
export const getQueryResults: TaskType = {
  arguments: { QueryExecutionId: "required", MaxResults: "optional", NextToken: "optional" },

  async run(services, role, args) {
    try {
      return readResults(services, role, args as GetQueryResultsInput);
    } catch (error) {
      if (error instanceof ApiError)
        throw new StateError(
          error.code === "AccessDeniedException" ? "Athena.AthenaException" : `Athena.${error.code}`,
          error.message,
        );
      throw error;
    }
  },
};

/** Puts values of metrics. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
export const putMetricData: TaskType = {
  arguments: { Namespace: "required", MetricData: "required" },

  async run({ iam, cloudwatch, clock }, principal, { Namespace, MetricData }) {
    const context = { "cloudwatch:namespace": String(Namespace) };
    const call = { principal, action: "cloudwatch:PutMetricData", resource: "*", context };
    const { allowed, decidedBy } = iam.check(call);
    if (!allowed)
      throw new StateError("CloudWatch.CloudWatchException", notAuthorized(principal, call.action, "*", decidedBy));
    for (const { MetricName, Dimensions = [], Value } of MetricData as Properties[]) {
      if (typeof Value !== "number")
        throw new StateError(
          "CloudWatch.InvalidParameterValueException",
          `${MetricName}: the local cloud takes a Value`,
        );
      const dimensions = Object.fromEntries(
        (Dimensions as Properties[]).map(({ Name, Value: value }) => [Name, value]),
      );
      cloudwatch.metric(String(Namespace), String(MetricName), dimensions).add(Value, clock.now());
    }
    return {};
  },
};
