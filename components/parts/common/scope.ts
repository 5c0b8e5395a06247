import type * as pulumi from "@pulumi/pulumi";
import { awsContextOf, type AwsContext } from "./aws-context";

/** Days that log events are kept by default. */
const LOG_RETENTION_DAYS = 30;

/** Arguments that the children of most components share. */
export interface SharedSettings {
  kmsKeyArn?: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  logRetentionDays?: number;
  permissionsBoundaryArn?: pulumi.Input<string | undefined>;
}

/** What every child of one component is created with. */
export interface Scope {
  /** the parent of its children */
  readonly component: pulumi.ComponentResource;
  /** begins the names of its children */
  readonly name: string;
  readonly aws: AwsContext;
  readonly kmsKeyArn: pulumi.Input<string> | undefined;
  readonly tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  readonly logRetentionDays: number;
  readonly permissionsBoundaryArn: pulumi.Input<string | undefined> | undefined;
}

/** The scope of a component, from its arguments. */
export function scopeOf(component: pulumi.ComponentResource, name: string, args: SharedSettings = {}): Scope {
  const { kmsKeyArn, tags, logRetentionDays = LOG_RETENTION_DAYS, permissionsBoundaryArn } = args;
  return { component, name, aws: awsContextOf(component), kmsKeyArn, tags, logRetentionDays, permissionsBoundaryArn };
}
