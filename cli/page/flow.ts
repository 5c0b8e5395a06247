/** The way of the messages through a stack: what there is, what leads where, and the figures of a report on it. */
import { tablesOf } from "../../etl";
import { filterOf } from "../../etl/iot-sql";
import { ofType, TYPES } from "../../local/core/model";
import type { Deployed } from "../start/deployed";
import type { Report } from "../start/report";

/** From where messages come to where their rows are read. */
export const KINDS = ["source", "rule", "channel", "pipeline", "datastore", "dataset"] as const;

/** A part of the flow. */
export interface FlowNode {
  /** `KIND:NAME` */
  id: string;
  kind: (typeof KINDS)[number];
  name: string;
  /** what tells it from others of its kind, such as a rule's topic filter */
  detail?: string;
}

/** Messages, or rows, go from one part to another. */
export interface FlowEdge {
  from: string;
  to: string;
}

/** The picture of a stack, without figures. */
export interface Flow {
  nodes: FlowNode[];
  edges: FlowEdge[];
}

/** A figure of a part. `trouble` and `loss` are shown as such if they are above 0. */
export interface Figure {
  label: string;
  value: number;
  tone?: "good" | "loss" | "trouble";
  /** "bytes" if it is not a count */
  unit?: "bytes";
}

/** Figures by the ids of nodes, and of edges as `FROM>TO`. */
export interface FlowFigures {
  nodes: Record<string, Figure[]>;
  edges: Record<string, number>;
}

const DEVICES = "source:devices";

/** What there is in a stack, and what leads where. */
export function flowOf({ outputs, evaluation }: Pick<Deployed, "outputs" | "evaluation">): Flow {
  const nodes: FlowNode[] = [];
  const edges: FlowEdge[] = [];
  if (Object.keys(outputs.rules).length > 0)
    nodes.push({ id: DEVICES, kind: "source", name: "devices", detail: "MQTT, HTTP" });
  for (const [name, { channel }] of Object.entries(outputs.historians ?? {})) {
    nodes.push({ id: `source:${name}`, kind: "source", name, detail: "historian" });
    edges.push({ from: `source:${name}`, to: `channel:${channel}` });
  }
  for (const [name, { ruleName, channel }] of Object.entries(outputs.rules)) {
    const rule = ofType(evaluation.resources, TYPES.topicRule).find(({ inputs }) => inputs.name === ruleName);
    const filter = rule && filterOf(String(rule.inputs.sql));
    nodes.push({ id: `rule:${name}`, kind: "rule", name, ...(filter !== undefined && { detail: filter }) });
    edges.push({ from: DEVICES, to: `rule:${name}` }, { from: `rule:${name}`, to: `channel:${channel}` });
  }
  for (const name of Object.keys(outputs.channels)) nodes.push({ id: `channel:${name}`, kind: "channel", name });
  for (const [name, { channel, datastore, candidate }] of Object.entries(outputs.pipelines)) {
    nodes.push({ id: `pipeline:${name}`, kind: "pipeline", name });
    edges.push(
      { from: `channel:${channel}`, to: `pipeline:${name}` },
      { from: `pipeline:${name}`, to: `datastore:${datastore}` },
    );
    if (candidate === undefined) continue;
    nodes.push({ id: `candidate:${name}`, kind: "pipeline", name, detail: `candidate ${candidate.version}` });
    edges.push({ from: `channel:${channel}`, to: `candidate:${name}` });
  }
  for (const name of Object.keys(outputs.datastores)) nodes.push({ id: `datastore:${name}`, kind: "datastore", name });
  for (const [name, { query }] of Object.entries(outputs.datasets)) {
    nodes.push({ id: `dataset:${name}`, kind: "dataset", name });
    const read = new Set(tablesOf(query).map(({ table }) => table.toLowerCase()));
    for (const [datastore, { table }] of Object.entries(outputs.datastores))
      if (read.has(table.toLowerCase())) edges.push({ from: `datastore:${datastore}`, to: `dataset:${name}` });
  }
  const ids = new Set(nodes.map(({ id }) => id));
  return { nodes, edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)) };
}

/** The report's figures, where the picture shows them. */
export function flowFigures(report: Report, outputs: Deployed["outputs"]): FlowFigures {
  const nodes: FlowFigures["nodes"] = {};
  const edges: FlowFigures["edges"] = {};
  const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, each) => all + each, 0);
  nodes[DEVICES] = [
    { label: "published", value: report.published },
    { label: "refused", value: sum(report.refusedMessages) + sum(report.ruleNotFound), tone: "trouble" },
  ];
  for (const [name, { read, put, failed }] of Object.entries(report.sources)) {
    nodes[`source:${name}`] = [{ label: "read", value: read }, trouble("failed", failed)];
    edges[`source:${name}>channel:${outputs.historians?.[name]?.channel}`] = put;
  }
  for (const [name, { matched, delivered, failed }] of Object.entries(report.rules)) {
    nodes[`rule:${name}`] = [{ label: "delivered", value: delivered }, trouble("failed", failed)];
    edges[`${DEVICES}>rule:${name}`] = matched;
    edges[`rule:${name}>channel:${outputs.rules[name]?.channel}`] = delivered;
  }
  for (const [name, { received, archived }] of Object.entries(report.channels))
    nodes[`channel:${name}`] = [
      { label: "received", value: received },
      { label: "archived", value: archived },
    ];
  for (const [name, { received, stored, filtered, failed, pending, mismatches }] of Object.entries(report.pipelines)) {
    const { channel, datastore } = outputs.pipelines[name]!;
    nodes[`pipeline:${name}`] = [
      { label: "stored", value: stored, tone: "good" },
      { label: "filtered", value: filtered },
      trouble("failed", failed),
      { label: "waiting", value: pending },
      ...(mismatches > 0 ? [{ label: "values lost", value: mismatches, tone: "loss" as const }] : []),
    ];
    edges[`channel:${channel}>pipeline:${name}`] = received;
    edges[`pipeline:${name}>datastore:${datastore}`] = stored;
  }
  for (const [name, { received, stored, filtered, failed, pending, left }] of Object.entries(report.candidates)) {
    nodes[`candidate:${name}`] = [
      { label: "stored", value: stored, tone: "good" },
      { label: "filtered", value: filtered },
      trouble("failed", failed),
      { label: "waiting", value: pending },
      { label: "for reprocessing", value: left },
    ];
    edges[`channel:${outputs.pipelines[name]?.channel}>candidate:${name}`] = received;
  }
  for (const [name, { rows, objects, bytes }] of Object.entries(report.datastores))
    nodes[`datastore:${name}`] = [
      { label: "rows", value: rows },
      { label: "objects", value: objects },
      { label: "size", value: bytes, unit: "bytes" },
    ];
  for (const [name, { versions = 0, failed }] of Object.entries(report.datasets)) {
    nodes[`dataset:${name}`] = [{ label: "contents", value: versions }, trouble("failed runs", failed?.count ?? 0)];
    for (const datastore of Object.keys(report.datastores)) edges[`datastore:${datastore}>dataset:${name}`] = versions;
  }
  return { nodes, edges };
}

function trouble(label: string, value: number): Figure {
  return { label, value, tone: "trouble" };
}
