import type { Registered } from "../../policies/framework/view";
import type { Inputs } from "../../aws/values";

/** A resource in short: type, name, arguments, and what matters beside them. */
export type Shorthand = readonly [type: string, name: string, inputs: Inputs, more?: Partial<Registered>];

export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";

export function resource([type, name, inputs, more]: Shorthand, stack = "dev"): Registered {
  return { urn: `urn:pulumi:${stack}::plant::${type}::${name}`, type, name, inputs: structuredClone(inputs), ...more };
}

/** A policy document of one statement, or of several. */
export function document(...statements: Inputs[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** A trust policy for a service. */
export function trust(service: string, condition?: Inputs): string {
  return document({
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    ...(condition === undefined ? {} : { Condition: condition }),
  });
}
