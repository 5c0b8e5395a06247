import { adviceFor, estimate, type Advice, type Estimate, type EstimateOptions, type Registered } from "../../cost";

/** The bill of a stack, and what would change it. */
export interface Bill {
  stack: string;
  region: string;
  resources: readonly Registered[];
  options: EstimateOptions;
  estimate: Estimate;
  advice: Advice[];
}

/** The bill of the resources of a stack. */
export function billOf(
  stack: string,
  region: string,
  resources: readonly Registered[],
  options: Omit<EstimateOptions, "region">,
): Bill {
  const own = { ...options, region };
  return {
    stack,
    region,
    resources,
    options: own,
    estimate: estimate(resources, own),
    advice: adviceFor(resources, own),
  };
}
