import { createHash } from "node:crypto";
import type { Properties, Resource } from "../core/model";
import type { Finding, Table } from "./properties";
import type { Declared, ProgramReport, Report } from "./references";

/** The resource that is planned, and the account and region that it belongs to. */
export interface PlanContext {
  account: string;
  region: string;
  project: string;
  stack: string;
  /** logical name */
  name: string;
  urn: string;
}

/** The state that AWS would give a resource. */
export interface Planned {
  /** the provider's id */
  id: string;
  /** what the provider's state holds beside the arguments: ARNs, ids, defaults */
  outputs: Properties;
}

/** What the local cloud knows of one resource type. */
export interface Handler {
  type: string;
  /** every property that is accepted */
  properties: Table;
  /** the property that holds the physical name, and how a name is made when none is given */
  naming?: { property: string; make(context: PlanContext): string };
  /** outputs that AWS draws or counts when it creates the resource, so that nobody knows them before; `id` is the provider's id */
  drawn?: readonly string[];
  /** rules that a table cannot say: combinations, documents in strings */
  check?(inputs: Properties, context: PlanContext): Finding[];
  /** reports references to resources that the program does not declare */
  references?(inputs: Properties, declared: Declared, report: Report): void;
  /** rules that only show beside the other resources of the program */
  checkProgram?(resources: readonly Resource[], report: ProgramReport): void;
  /** the state that AWS would give; inputs may be wrong, for problems are collected and the program goes on */
  plan(inputs: Properties, context: PlanContext): Planned;
}

/** Pulumi's automatic name, NAME-xxxxxxx, with digits from the URN, so that every evaluation gives the same. */
export function automaticName(context: PlanContext, max: number): string {
  const digits = createHash("sha256").update(context.urn).digest("hex").slice(0, 7);
  return `${context.name.slice(0, max - 8)}-${digits}`;
}

/** The ARN of a resource in the stack's account and region. */
export function arnOf(context: PlanContext, service: string, resource: string): string {
  return `arn:aws:${service}:${context.region}:${context.account}:${resource}`;
}

/** Digits that follow from the URN, for ids that AWS draws at random. */
export function digitsOf(context: PlanContext, length: number): string {
  return createHash("sha256").update(`id ${context.urn}`).digest("hex").slice(0, length);
}
