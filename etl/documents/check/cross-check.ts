/** Checks between documents: names that name nothing, names that are there twice, columns that nothing fills. */
import path from "node:path";
import { nearest } from "../../../aws/text/nearest";
import type { LoadedKind } from "../model/document-kinds";
import type { DocumentSet, DocumentSummary, Loaded } from "../model/document-set";
import type { Findings } from "../model/findings";
import { show } from "../../../aws/text/show";
import { isSiteWiseStore, siteWiseTable } from "./site-wise-store";
import { tablesOf } from "../../athena-sql/tables";
import type { DatasetDocument, PipelineDocument } from "../model/types";

/** Datasets that one dataset starts. */
const MOST_STARTED = 10;

const WORDS: Readonly<Record<LoadedKind, string>> = {
  channel: "channel",
  pipeline: "pipeline",
  datastore: "datastore",
  dataset: "dataset",
  topicRule: "topic rule",
};

/**
 * A name that no document has, or several have, is an error when deploying, and a warning when checking files that may
 * not belong together. What is found is added to the documents' findings.
 * @param beside documents whose names may be used, too
 */
export function crossCheck(set: DocumentSet, purpose: "deploy" | "check", beside?: DocumentSet): void {
  const check = new CrossCheck(set, purpose === "deploy" ? "error" : "warning", beside);
  check.duplicates();
  check.versions();
  check.references();
  check.circles();
  check.views();
  check.folders();
  check.unused();
}

interface Standing {
  readonly file: string;
  readonly root: string;
}

class CrossCheck {
  private readonly byPlace = new Map<string, Findings>();
  private readonly byKind = new Map<LoadedKind, string[]>();

  constructor(
    private readonly set: DocumentSet,
    private readonly dangling: "error" | "warning",
    private readonly beside?: DocumentSet,
  ) {
    for (const { file, root, findings } of set.documents) this.byPlace.set(`${file}\n${root}`, findings);
  }

  private findings({ file, root }: Standing): Findings {
    const findings = this.byPlace.get(`${file}\n${root}`);
    if (findings === undefined) throw new Error(`no document stands at ${root} of ${file}`);
    return findings;
  }

  /** Invalid documents count too: a name is not dangling because its document has a mistake. */
  private names(kind: LoadedKind): string[] {
    let names = this.byKind.get(kind);
    if (names === undefined) {
      names = [...this.set.documents, ...(this.beside?.documents ?? [])].flatMap((document) =>
        document.kind === kind && document.name !== undefined ? [document.name] : [],
      );
      this.byKind.set(kind, names);
    }
    return names;
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
      this.findings(document)[this.dangling](
        "$",
        `the ${WORDS[kind]} ${show(name)} is also in ${placeOf(first, document.file)}${first.name === name ? "" : ` (as ${show(first.name)})`}; names are unique for each kind, and their case does not matter`,
      );
    }
  }

  /**
   * Several valid documents of one folder for one name can be what was created and what it was updated to, or stand for
   * one another. An update cannot change the storage (https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_UpdateDatastore.html). That they stand for one another is out of the
   * question where SiteWise writes the one datastore and pipelines the other.
   */
  versions(): void {
    if (this.dangling === "error") return;
    const seen = new Map<string, { storage: string; file: string; root: string }>();
    for (const loaded of [...this.set.channels, ...this.set.datastores]) {
      const { kind, name, file, root, document } = loaded;
      const member = "channelName" in document ? "channelStorage" : "datastoreStorage";
      const storage = Object.keys((document as unknown as Record<string, object | undefined>)[member] ?? {})[0];
      if (storage === undefined) continue;
      const key = `${path.dirname(file)}\n${kind} ${name}`;
      const first = seen.get(key);
      if (first === undefined) seen.set(key, { storage, file, root });
      else if (first.storage !== storage) {
        const site = [storage, first.storage].includes("iotSiteWiseMultiLayerStorage");
        this.findings(loaded)[site ? "error" : "warning"](
          `$.${member}`,
          `saw ${storage}, and in ${placeOf(first, file)} the ${WORDS[kind]} ${show(name)} has ${first.storage}; its storage cannot be changed once it is created: give one of the two another name`,
        );
      }
    }
  }

  references(): void {
    for (const { document, ...place } of this.set.rules) {
      document.actions.forEach(({ iotAnalytics }, index) => {
        if (iotAnalytics === undefined || iotAnalytics.channelName.includes("${")) return;
        this.refer(place, `$.actions[${index}].iotAnalytics.channelName`, "channel", iotAnalytics.channelName);
      });
    }
    for (const loaded of this.set.pipelines) this.pipeline(loaded);
    for (const { document, ...place } of this.set.datasets) {
      const sql = document.actions[0]?.queryAction?.sqlQuery;
      const path = "$.actions[0].queryAction.sqlQuery";
      const named = (sql === undefined ? [] : tablesOf(sql)).flatMap(({ table, qualifier }) => {
        const retired = this.retiredTable(qualifier, table);
        if (retired === undefined) return [table];
        this.findings(place)[this.dangling](path, retired);
        return [];
      });
      for (const table of new Set(named)) this.refer(place, path, "datastore", table, true);
      this.triggers(document, place);
    }
  }

  /** A table over deliveries takes every object of its folder for a content. */
  folders(): void {
    const deliveries = this.set.datasets.flatMap(({ name, document, ...place }) =>
      (document.contentDeliveryRules ?? []).flatMap(({ destination: { s3DestinationConfiguration: to } }, index) =>
        to === undefined ? [] : [{ name, place, index, ...to, literal: to.key.split("!{")[0]! }],
      ),
    );
    for (const delivery of deliveries) {
      if (delivery.glueConfiguration === undefined) continue;
      const { name, place, index, bucket, literal } = delivery;
      const path = `$.contentDeliveryRules[${index}].destination.s3DestinationConfiguration`;
      const folder = literal.slice(0, literal.lastIndexOf("/") + 1);
      const other = deliveries.find(
        (each) => each !== delivery && each.bucket === bucket && each.literal.startsWith(folder),
      );
      if (folder === "")
        this.findings(place).refuse(
          `${path}.key`,
          `${show(delivery.key)} has no folder before its first placeholder, and the table of glueConfiguration would take every object of the bucket for rows; write FOLDER/${delivery.key}`,
        );
      else if (other !== undefined)
        this.findings(place).refuse(
          `${path}.key`,
          `contents of ${other.name === name ? `contentDeliveryRules[${other.index}]` : show(other.name)} are delivered to ${show(`${bucket}/${folder}`)} as well, and the table of glueConfiguration would take them for rows of its own; give one of the two a folder of its own`,
        );
    }
  }

  /** A datastore and a dataset could have one name; SQL finds the datastore by it. */
  views(): void {
    const datastores = this.names("datastore").map((name) => name.toLowerCase());
    for (const { name, ...place } of this.set.datasets)
      if (datastores.includes(name.toLowerCase()))
        this.findings(place).note(
          "$.datasetName",
          `the datastore ${show(name)} has the name as well, so the dataset has no view of its name; SQL finds the datastore's rows by it`,
        );
  }

  /** What became of a table that the retired service made of SiteWise's storage. */
  private retiredTable(qualifier: string | undefined, table: string): string | undefined {
    const stores = [...this.set.datastores, ...(this.beside?.datastores ?? [])];
    const own = stores.find(({ name }) => name.toLowerCase() === qualifier?.toLowerCase());
    return own !== undefined && isSiteWiseStore(own.document) ? siteWiseTable(own.name, table) : undefined;
  }

  /** A dataset that starts another holds a query, and starts at most ten. https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_DatasetTrigger.html */
  private triggers(document: DatasetDocument, place: Standing): void {
    document.triggers?.forEach(({ dataset }, index) => {
      if (dataset === undefined) return;
      const path = `$.triggers[${index}].dataset.name`;
      this.refer(place, path, "dataset", dataset.name);
      const others = this.set.datasets.filter(({ name }) => name === dataset.name);
      if (others.length > 0 && others.every((other) => other.document.actions[0]?.containerAction !== undefined)) {
        this.findings(place).error(
          path,
          `${show(dataset.name)} has a container action; only a dataset with a query starts another one`,
        );
      }
      const started = this.set.datasets.filter(({ document: other }) =>
        other.triggers?.some((trigger) => trigger.dataset?.name === dataset.name),
      );
      if (started.length > MOST_STARTED && started[MOST_STARTED]?.document === document) {
        this.findings(place).error(
          path,
          `${show(dataset.name)} starts ${started.length} datasets; a dataset starts at most ${MOST_STARTED}`,
        );
      }
    });
    const variables = document.actions[0]?.containerAction?.variables ?? [];
    variables.forEach(({ datasetContentVersionValue: content }, index) => {
      const path = `$.actions[0].containerAction.variables[${index}].datasetContentVersionValue.datasetName`;
      if (content === undefined) return;
      this.refer(place, path, "dataset", content.datasetName);
      const others = this.set.datasets.filter(({ name }) => name === content.datasetName);
      if (others.some((other) => other.document.actions[0]?.containerAction !== undefined))
        this.findings(place).refuse(
          path,
          `${show(content.datasetName)} has a container action, whose content is several files; name a dataset with a query`,
        );
    });
  }

  /** A dataset that starts itself by way of others would never end. */
  circles(): void {
    const { datasets } = this.set;
    const starter = new Map(
      datasets.map(({ name, document }) => [
        name,
        document.triggers?.find(({ dataset }) => dataset !== undefined)?.dataset?.name,
      ]),
    );
    const reported = new Set<string>();
    for (const { name, document, ...place } of datasets) {
      const chain = [name];
      for (
        let before = starter.get(name);
        before !== undefined && !chain.includes(before);
        before = starter.get(before)
      )
        chain.unshift(before);
      if (starter.get(chain[0]!) !== name || reported.has(name)) continue;
      for (const member of chain) reported.add(member);
      const index = document.triggers!.findIndex(({ dataset }) => dataset !== undefined);
      const circle = [name, ...chain].map(show).join(" starts ");
      this.findings(place).error(
        `$.triggers[${index}].dataset.name`,
        `the datasets start each other in a circle, which never ends: ${circle}; give one of them a schedule instead`,
      );
    }
  }

  private refer(place: Standing, path: string, kind: LoadedKind, name: string, anyCase = false): void {
    const names = this.names(kind);
    if (names.some((other) => other === name || (anyCase && other.toLowerCase() === name.toLowerCase()))) return;
    // nobody knows which name it will be
    if (this.findings(place).place.placeholder(path)) return;
    const near = nearest(name, names);
    const others =
      names.length > 0 ? `there ${new Set(names).size > 1 ? "are" : "is"} ${listed(names)}` : "there is none";
    const hint = near === undefined ? others : `did you mean ${show(near)}?`;
    this.findings(place)[this.dangling](path, `${show(name)} names no ${WORDS[kind]} among these documents; ${hint}`);
  }

  private pipeline({ document, ...place }: Loaded<PipelineDocument>): void {
    document.pipelineActivities.forEach((activity, index) => {
      const path = `$.pipelineActivities[${index}]`;
      if (activity.channel) this.refer(place, `${path}.channel.channelName`, "channel", activity.channel.channelName);
      if (activity.datastore) {
        const { datastoreName } = activity.datastore;
        this.refer(place, `${path}.datastore.datastoreName`, "datastore", datastoreName);
      }
    });
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

function placeOf({ file, root }: Standing, from: string): string {
  return file === from ? root : file;
}

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)].map(show);
  return unique.length > 8 ? `${unique.slice(0, 8).join(", ")} and ${unique.length - 8} more` : unique.join(", ");
}
