/** Checks between documents: names that name nothing, names that are there twice, columns that nothing fills. */
import { isIntegerType } from "../columns";
import { datastoreColumns } from "../datastore";
import { compileExpression, expressionTypes, MATH_FUNCTIONS, nearest, parseExpression, typesOf } from "../expressions";
import { partitionSources } from "../partitions";
import { attributesAtEnd, canHave } from "./flow";
import type { DocumentSet, DocumentSummary, Loaded, LoadedKind } from "./load";
import { Findings, type Problem } from "./problem";
import { show } from "./schema";
import { tablesOf } from "./sql-tables";
import type { DatastoreDocument, PipelineDocument } from "./types";

const WORDS: Readonly<Record<LoadedKind, string>> = {
  channel: "channel",
  pipeline: "pipeline",
  datastore: "datastore",
  dataset: "dataset",
  topicRule: "topic rule",
};

/**
 * `dangling` is how a name counts that no document has, or several have: deploying that is an error, checking files
 * that may not belong together a warning.
 */
export function crossCheck(set: DocumentSet, dangling: "error" | "warning"): Problem[] {
  const problems: Problem[] = [];
  const check = new CrossCheck(set, dangling, problems);
  check.duplicates();
  check.references();
  check.unused();
  return problems;
}

class CrossCheck {
  constructor(
    private readonly set: DocumentSet,
    private readonly dangling: "error" | "warning",
    private readonly problems: Problem[],
  ) {}

  private findings(document: { file: string; root: string }): Findings {
    const findings = new Findings(document.file, document.root);
    // collected in one list, in the order in which they are found
    Object.defineProperty(findings, "problems", { value: this.problems });
    return findings;
  }

  /** Invalid documents count too: a name is not dangling because its document has a mistake. */
  private names(kind: LoadedKind): string[] {
    return this.set.documents.flatMap((document) =>
      document.kind === kind && document.name !== undefined ? [document.name] : [],
    );
  }

  duplicates(): void {
    const seen = new Map<string, DocumentSummary>();
    for (const document of this.set.documents) {
      const { kind, name } = document;
      if (kind === undefined || name === undefined) continue;
      const key = `${kind} ${name.toLowerCase()}`;
      const first = seen.get(key);
      if (first === undefined) {
        seen.set(key, document);
        continue;
      }
      const place = first.file === document.file ? first.root : first.file;
      this.findings(document)[this.dangling](
        "$",
        `the ${WORDS[kind]} ${show(name)} is also in ${place}${first.name === name ? "" : ` (as ${show(first.name)})`}; names are unique for each kind, and their case does not matter`,
      );
    }
  }

  references(): void {
    for (const { document, ...place } of this.set.rules) {
      document.actions.forEach(({ iotAnalytics }, index) => {
        if (iotAnalytics === undefined) return;
        this.refer(place, `$.actions[${index}].iotAnalytics.channelName`, "channel", iotAnalytics.channelName);
      });
    }
    for (const loaded of this.set.pipelines) this.pipeline(loaded);
    for (const { document, ...place } of this.set.datasets) {
      const sql = document.actions[0]?.queryAction?.sqlQuery;
      const tables = sql === undefined ? [] : tablesOf(sql).map(({ table }) => table);
      for (const table of new Set(tables)) {
        this.refer(place, "$.actions[0].queryAction.sqlQuery", "datastore", table, true);
      }
    }
  }

  private refer(
    place: { file: string; root: string },
    path: string,
    kind: LoadedKind,
    name: string,
    anyCase = false,
  ): void {
    const names = this.names(kind);
    if (names.some((other) => other === name || (anyCase && other.toLowerCase() === name.toLowerCase()))) return;
    const near = nearest(name, names);
    const others = names.length > 0 ? `there are ${listed(names)}` : "there is none";
    const hint = near === undefined ? others : `did you mean ${show(near)}?`;
    this.findings(place)[this.dangling](path, `${show(name)} names no ${WORDS[kind]} among these documents; ${hint}`);
  }

  private pipeline({ document, ...place }: Loaded<PipelineDocument>): void {
    let datastore: DatastoreDocument | undefined;
    document.pipelineActivities.forEach((activity, index) => {
      const path = `$.pipelineActivities[${index}]`;
      if (activity.channel) this.refer(place, `${path}.channel.channelName`, "channel", activity.channel.channelName);
      if (activity.datastore) {
        const { datastoreName } = activity.datastore;
        this.refer(place, `${path}.datastore.datastoreName`, "datastore", datastoreName);
        datastore = this.set.datastores.find(({ name }) => name === datastoreName)?.document;
      }
    });
    if (datastore === undefined) return;
    const findings = this.findings(place);
    remarkRounding(document, datastore, findings);
    remarkColumns(document, datastore, findings);
  }

  /** Documents that nothing uses are legal, and more often a slip. */
  unused(): void {
    if (this.dangling === "warning") return;
    const { rules, channels, pipelines, datastores } = this.set;
    const fed = new Set(
      rules.flatMap(({ document }) => document.actions.map(({ iotAnalytics }) => iotAnalytics?.channelName)),
    );
    const activities = pipelines.flatMap(({ document }) => document.pipelineActivities);
    const read = new Set(activities.map(({ channel }) => channel?.channelName));
    const written = new Set(activities.map(({ datastore }) => datastore?.datastoreName));
    for (const { name, ...place } of channels) {
      if (!fed.has(name)) this.findings(place).note("$", `no topic rule sends to the channel ${show(name)}`);
      if (!read.has(name)) {
        this.findings(place).note("$", `no pipeline reads the channel ${show(name)}; its messages are archived only`);
      }
    }
    for (const { name, ...place } of datastores) {
      if (!written.has(name)) this.findings(place).note("$", `no pipeline writes to the datastore ${show(name)}`);
    }
  }
}

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)].map(show);
  return unique.length > 8 ? `${unique.slice(0, 8).join(", ")} and ${unique.length - 8} more` : unique.join(", ");
}

/** A formula whose result has a fraction, and a column that holds whole numbers (reference 13, numbers 1 and 14). */
function remarkRounding(pipeline: PipelineDocument, datastore: DatastoreDocument, findings: Findings): void {
  const columns = new Map(datastoreColumns(datastore).map((column) => [column.name, column.type]));
  pipeline.pipelineActivities.forEach(({ math }, index) => {
    const type = math && columns.get(math.attribute.toLowerCase());
    if (math === undefined || type === undefined || !isIntegerType(type)) return;
    const { node } = parseExpression(math.math, { functions: MATH_FUNCTIONS });
    const types = expressionTypes(node, { functions: MATH_FUNCTIONS, attributes: typesOf("Int") });
    if ((types & typesOf("Decimal")) === 0) return;
    findings.warning(
      `$.pipelineActivities[${index}].math.math`,
      `${show(math.math.trim())} gives decimals, and the column ${math.attribute} of the datastore ${show(datastore.datastoreName)} is ${type.kind}: ` +
        `a fraction is rounded, halves away from zero${example(math.math)}. To keep fractions make the column a double; ` +
        "to cut them off as a division of whole numbers does, set integerDivision: true for this pipeline",
    );
  });
}

/** The first whole reading from 47 on at which the decimal result has a fraction. */
function example(text: string): string {
  const { node } = parseExpression(text, { functions: MATH_FUNCTIONS });
  const results = [false, true].map((integerDivision) =>
    compileExpression<number>(node, {
      functions: MATH_FUNCTIONS,
      integerDivision,
      attribute: () => (reading) => reading,
    }),
  );
  for (let reading = 47; reading < 147; reading++) {
    const [decimal, integer] = results.map((evaluate) => evaluate(reading));
    if (typeof decimal !== "number" || Number.isInteger(decimal) || typeof integer !== "number") continue;
    const rounded = Math.sign(decimal) * Math.round(Math.abs(decimal));
    const same = integer === decimal ? "" : `; with integer division it would be ${Number(integer.toPrecision(12))}`;
    return ` (for ${reading}: ${Number(decimal.toPrecision(12))} is stored as ${rounded}${same})`;
  }
  return "";
}

function remarkColumns(pipeline: PipelineDocument, datastore: DatastoreDocument, findings: Findings): void {
  const attributes = attributesAtEnd(pipeline);
  const index = pipeline.pipelineActivities.findIndex((activity) => activity.datastore !== undefined);
  const path = `$.pipelineActivities[${index}].datastore`;
  const where = `of the datastore ${show(datastore.datastoreName)}`;
  for (const { name } of datastoreColumns(datastore)) {
    if (name.startsWith("__") || canHave(attributes, name)) continue;
    findings.warning(
      path,
      `no message has the attribute ${show(name)} any more at the end of this pipeline, so the column ${name} ${where} is always null`,
    );
  }
  for (const source of partitionSources(datastore)) {
    if (source.kind === "arrival" || canHave(attributes, source.attribute)) continue;
    const instead = source.kind === "timestamp" ? "the time of arrival" : '"unknown"';
    findings.warning(
      path,
      `no message has the attribute ${show(source.attribute)} any more at the end of this pipeline, so every row of it is in the partition of ${instead} ${where}`,
    );
  }
}
