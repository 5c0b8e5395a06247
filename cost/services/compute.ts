import { list, number } from "../../aws/values";
import type { Flow, Registered, Usage } from "../model/types";

/** A function that a delivery stream invokes; what others invoke is not known. */
export function lambdaFunction(resource: Registered, flow: Flow): Usage[] {
  const own = flow.functions.get(resource.urn);
  if (own === undefined || own.requests === 0) return [];
  const arm = list(resource.inputs.architectures)?.includes("arm64") === true;
  const gigabytes = (number(resource.inputs.memorySize) ?? 128) / 1024;
  return [
    { price: "lambda-request", what: "batches", quantity: own.requests / 1e6 },
    { price: arm ? "lambda-arm64" : "lambda-x86", what: "duration", quantity: own.seconds * gigabytes },
  ];
}
