import * as fs from "node:fs";
import * as path from "node:path";
import { historianProblems } from "../components/historian-source";
import { functionSource } from "../components/activity-function";
import { thingProblems } from "../components/thing-registry";
import { nearest } from "../aws/text/nearest";
import { show } from "../aws/text/show";
import { isJsonFormat, type DocumentSet } from "../etl";
import { dashboardProblems } from "./dashboard-problems";
import { historianArgs } from "./historian-args";
import { ROOT } from "./root";
import { formatRuleFile, rulesOf } from "./rules";
import { PROJECT, type Settings } from "./schema";

/** What is wrong with names in the configuration, a line each. */
export interface NameFindings {
  errors: string[];
  warnings: string[];
}

/** Most readers of one shard: five reads a second are allowed, and each delivery stream makes one. */
const READERS = 5;
/** Tags that AWS takes. */
const TAGS = 50;

/**
 * Compares the names in the configuration with those of the documents. A name that no document has is only a warning, since the folder may
 * be another in this run; not so in keepRuleNames, whose names devices use.
 */
export function checkNames(settings: Settings, documents: DocumentSet): NameFindings {
  const errors: string[] = [];
  const warnings: string[] = [];
  const unknown = (key: string, entry: string, what: string, known: readonly string[], name = entry): void => {
    if (known.includes(name)) return;
    const near = nearest(name, known);
    const others = known.length === 0 ? "there is none" : `there are ${known.slice(0, 8).join(", ")}`;
    warnings.push(
      `${PROJECT}:${key}.${entry}: there is no such ${what}${name === entry ? "" : ` ${show(name)}`} in ${settings.definitions}, so the setting has no effect; ${near === undefined ? others : `did you mean ${near}?`}`,
    );
  };
  const files = documents.documents.map(({ file }) => path.basename(file));
  const names = (kind: string): string[] =>
    documents.documents.flatMap((document) =>
      document.kind === kind && document.name !== undefined ? [document.name] : [],
    );
  // A folder without a document is a mistake of its own.
  if (files.length > 0)
    for (const file of Object.keys(settings.ruleNames))
      if (!file.includes("/")) unknown("ruleNames", file, "file", files);
      else if (!fs.existsSync(path.resolve(ROOT, file)))
        warnings.push(`${PROJECT}:ruleNames.${file}: there is no such file, so the setting has no effect`);
  for (const [key, kind] of [
    ["topicFilters", "channel"],
    ["channels", "channel"],
    ["pipelines", "pipeline"],
    ["datastores", "datastore"],
    ["datasets", "dataset"],
    ["containers", "dataset"],
  ] as const)
    for (const name of Object.keys(settings[key])) unknown(key, name, kind, names(kind));

  const lambdas = documents.pipelines.flatMap(({ document }) =>
    document.pipelineActivities.flatMap(({ lambda }) => lambda?.lambdaName ?? []),
  );
  for (const name of Object.keys(settings.functions)) unknown("functions", name, "lambdaName", lambdas);
  errors.push(...functionProblems(settings).map((problem) => `${PROJECT}:functions.${problem}`));
  errors.push(...historianErrors(settings), ...containerErrors(settings, documents));
  errors.push(
    ...dashboardProblems(settings.dashboards, documents).map((problem) => `${PROJECT}:dashboards.${problem}`),
  );
  for (const [name, { channel }] of Object.entries(settings.historians))
    if (channel !== undefined) unknown("historians", name, "channel", names("channel"), channel);
  for (const { place, reason } of thingProblems(settings.things)) errors.push(`${PROJECT}:things.${place}: ${reason}`);

  const ownBucket = (key: "channels" | "datastores", name: string, bucket: string | undefined): void => {
    if (bucket !== undefined && settings[key][name]?.allowDataDeletion !== undefined)
      errors.push(
        `${PROJECT}:${key}.${name}.allowDataDeletion: its data is in ${bucket}, a bucket of your own, which the stack never deletes; remove the setting`,
      );
  };

  const { rules, problems } = rulesOf(documents);
  errors.push(...problems);
  for (const kind of ["channels", "pipelines", "datastores", "datasets"] as const)
    errors.push(...sameWithoutCase(documents[kind]));
  const ruleNames = rules.map((rule) => rule.name);
  for (const name of settings.keepRuleNames) {
    const parts = rules.flatMap((rule) => (rule.loaded.name === name ? rule.name : []));
    if (parts.length > 1)
      errors.push(
        `${PROJECT}:keepRuleNames: saw ${show(name)}, whose document feeds several channels and becomes a rule for each: ${parts.join(", ")}. Devices that publish to $aws/rules/${name}/... reach one rule only: keep the name of one of these, and publish to its name or to the topic itself`,
      );
    // Devices publish to this name: as a mere warning, their messages would be lost by a misspelling.
    else if (!ruleNames.includes(name)) {
      const near = nearest(name, ruleNames);
      const others = ruleNames.length === 0 ? "there is none" : `there are ${ruleNames.slice(0, 8).join(", ")}`;
      errors.push(
        `${PROJECT}:keepRuleNames: saw ${show(name)}; there is no such topic rule in ${settings.definitions}, and devices that publish to $aws/rules/${name}/... would reach nothing; ${near === undefined ? others : `did you mean ${near}?`}`,
      );
    }
  }
  for (const { name } of documents.channels) {
    const filter = settings.topicFilters[name];
    const own = rules.filter(({ channel }) => channel === name);
    if (filter !== undefined && own.length > 0)
      errors.push(
        `${PROJECT}:topicFilters.${name}: saw ${JSON.stringify(filter)}, and the rule in ${formatRuleFile(own[0]!)} feeds the channel; each message that both take would be there twice: remove one of them`,
      );
    const historians = Object.values(settings.historians).some(({ channel }) => channel === name);
    const otherwise = historians || settings.channels[name]?.siteWise !== undefined;
    if (filter === undefined && own.length === 0 && !otherwise)
      warnings.push(
        `channel ${name}: no rule feeds it; add a topic rule document, or set topicFilters: pulumi config set --path topicFilters.${name} 'dt/+/aggregate'`,
      );
    const reading = documents.pipelines.filter(({ document }) => channelOf(document) === name);
    const tried = reading.filter((pipeline) => settings.pipelines[pipeline.name]?.candidate !== undefined).length;
    const readers = 1 + reading.length + tried;
    if (readers > READERS)
      warnings.push(
        `channel ${name}: ${readers} delivery streams read it, the archive and ${readers - 1} pipelines${tried > 0 ? ` (${tried} of candidates)` : ""}; a shard allows ${READERS} reads a second, so they will fall behind: join pipelines, or spread them over channels`,
      );
  }
  for (const { name, document } of documents.channels)
    ownBucket("channels", name, document.channelStorage?.customerManagedS3?.bucket);
  for (const { name, document } of documents.datastores) {
    if (document.datastoreStorage?.iotSiteWiseMultiLayerStorage !== undefined) {
      const writing = documents.pipelines.filter(({ document: own }) =>
        own.pipelineActivities.some(({ datastore }) => datastore?.datastoreName === name),
      );
      if (!writing.some(({ document: own }) => settings.channels[channelOf(own) ?? ""]?.siteWise !== undefined))
        warnings.push(
          `datastore ${name}: no pipeline writes values of SiteWise into it; add a pipeline from a channel with the setting siteWise (channels.NAME.siteWise: {})`,
        );
    }
    ownBucket("datastores", name, document.datastoreStorage?.customerManagedS3?.bucket);
    if (isJsonFormat(document) && settings.datastores[name]?.onMismatch !== undefined)
      errors.push(
        `${PROJECT}:datastores.${name}.onMismatch: the datastore is in JSON format and has the columns that arrive, so no value can miss its type; remove the setting`,
      );
  }
  const all = [...documents.channels, ...documents.pipelines, ...documents.datastores, ...documents.datasets];
  for (const { file, name, document } of all) {
    const keys = new Set(["project", "stack", "environment", ...Object.keys(settings.tags)]);
    for (const { key } of document.tags ?? []) keys.add(key);
    if (keys.size > TAGS)
      errors.push(
        `${file}: ${name} has ${keys.size} tags together with those of the stack; a resource has at most ${TAGS}`,
      );
  }
  return { errors, warnings };
}

/** Documents of one kind whose roles and tables AWS would take for one, found before any pipeline of a large stack is registered. */
function sameWithoutCase(documents: readonly { file: string; name: string }[]): string[] {
  const seen = new Map<string, string>();
  return documents.flatMap(({ file, name }) => {
    const other = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), name);
    return other === undefined || other === name
      ? []
      : [
          `${file}: ${name} and ${other} differ in upper and lower case only, which IAM and Glue do not distinguish; rename one of them`,
        ];
  });
}

/** What is wrong with the containers, before anything is deployed: no subnets, or settings of a dataset that has a query. */
function containerErrors({ containers, containerNetwork }: Settings, { datasets }: DocumentSet): string[] {
  const isContainer = ({ document }: DocumentSet["datasets"][number]): boolean =>
    document.actions[0]?.containerAction !== undefined;
  const without =
    containerNetwork?.subnetIds !== undefined
      ? []
      : datasets
          .filter(isContainer)
          .map(
            ({ name }) =>
              `${PROJECT}:containerNetwork.subnetIds: is not set, and the dataset ${name} has a container action; name subnets with a way to ECR, S3 and CloudWatch Logs: ` +
              `-c 'containerNetwork={"subnetIds":["subnet-0a1b2c3d"]}' (the local cloud takes any)`,
          );
  const queries = datasets
    .filter((dataset) => !isContainer(dataset) && containers[dataset.name] !== undefined)
    .map(({ name }) => `${PROJECT}:containers.${name}: the dataset has a query and no container; remove the setting`);
  return [...without, ...queries];
}

/** What is wrong with the historians, before anything is deployed. */
function historianErrors({ historians }: Settings): string[] {
  return Object.entries(historians).flatMap(([name, own]) => {
    const at = `${PROJECT}:historians.${name}`;
    const file = own.certificate === undefined ? undefined : path.resolve(ROOT, own.certificate);
    if (file !== undefined && !fs.existsSync(file))
      return [
        `${at}.certificate: saw ${show(own.certificate)}; there is no such file: give the PEM file of the authority`,
      ];
    return historianProblems(name, historianArgs(own)).map(
      ({ place, reason }) => `${at}.${place === "certificatePem" ? "certificate" : place}: ${reason}`,
    );
  });
}

/** What is wrong with the functions, before any is deployed: `fill_gaps.path: saw ...`. */
function functionProblems({ functions }: Settings): string[] {
  return Object.entries(functions).flatMap(([name, { arn, path: given, ...own }]): string[] => {
    if (arn !== undefined) {
      const others = Object.keys({ ...(given === undefined ? {} : { path: given }), ...own });
      return others.length === 0
        ? []
        : [
            `${name}: saw ${others.join(", ")} beside arn; a function is deployed from path, or is there already under arn: give one of them`,
          ];
    }
    if (given === undefined)
      return [
        `${name}: has neither path nor arn; give the folder or file of the function, or the ARN of one that is there`,
      ];
    const wanting = (own.statements ?? []).flatMap(({ actions, resources }, index) =>
      (["actions", "resources"] as const).flatMap((member) =>
        ({ actions, resources })[member] === undefined
          ? [`${name}.statements[${index}]: has no ${member}; a permission has actions and resources`]
          : [],
      ),
    );
    if (own.secretsKeyArn !== undefined && own.secrets === undefined)
      wanting.push(`${name}.secretsKeyArn: there is no secret that it could decrypt; name the secrets in secrets`);
    if (wanting.length > 0) return wanting;
    const { problem } = functionSource({ ...own, path: path.resolve(ROOT, given) });
    return problem === undefined ? [] : [`${name}.${problem.member}: ${problem.reason}`];
  });
}

function channelOf(pipeline: DocumentSet["pipelines"][number]["document"]): string | undefined {
  return pipeline.pipelineActivities.find(({ channel }) => channel !== undefined)?.channel?.channelName;
}
