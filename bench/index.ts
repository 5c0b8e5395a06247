import { parseArgs } from "node:util";

/**
 * Runs the benchmarks. Each prints its figure and a named reference of the same run, as a ratio because machines differ.
 * `npm run bench` runs all, `npm run bench -- NAME...` some.
 */
const BENCHES: Record<string, { what: string; run(): Promise<() => Promise<void>> }> = {
  transform: {
    what: "the transform Lambda of three pipelines against handlers written by hand, records a second",
    run: async () => (await import("./transform")).benchTransform,
  },
  "fan-out": {
    what: "USD for rows of several partitions in one message, beside other designs",
    run: async () => (await import("./fan-out")).benchFanOut,
  },
  expressions: {
    what: "expressions against functions written by hand, filtrex, mathjs and jsonata; parsing and compiling one",
    run: async () => (await import("./expressions")).benchExpressions,
  },
  rules: {
    what: "statements of topic rules over messages of a device, against the same written by hand, messages a second",
    run: async () => (await import("./rules")).benchRules,
  },
  "rules-fuzz": {
    what: "a million random messages through twenty rules whose patterns come from the messages: none may throw",
    run: async () => (await import("./rules-fuzz")).benchRulesFuzz,
  },
  local: {
    what: "MQTT QoS 0 to Parquet on disk, messages a second and peak memory, against the bare broker",
    run: async () => (await import("./local-cloud")).benchLocalCloud,
  },
  container: {
    what: "a content of a container dataset in the local cloud, milliseconds, against its process alone",
    run: async () => (await import("./container")).benchContainer,
  },
  historian: {
    what: "the full load of a historian into its channel, rows a second, against a bare COPY to a file",
    run: async () => (await import("./historian")).benchHistorian,
  },
  evaluation: {
    what: "evaluating a program of 1, 10, 100 and 1,000 pipelines",
    run: async () => (await import("./evaluation")).benchEvaluation,
  },
  try: {
    what: "npm run try over 1,000,000 messages, messages a second and peak memory, against lines parsed and no more",
    run: async () => (await import("./try")).benchTry,
  },
  reprocess: {
    what: "reprocessing an archive, messages a second of one core and peak memory, against reading it alone and the transformation alone",
    run: async () => (await import("./reprocess")).benchReprocess,
  },
  compare: {
    what: "npm run compare of two tables of 10,000,000 rows, against DuckDB alone that joins them",
    run: async () => (await import("./compare")).benchCompare,
  },
  mutation: {
    what: "every role of seven stacks with one action or resource less, or more: what is caught",
    run: async () => (await import("./mutation")).benchMutation,
  },
  policies: {
    what: "the policy pack over more and more resources, a preview of 100 pipelines, and how many misconfigurations are caught",
    run: async () => (await import("./policies")).benchPolicies,
  },
  athena: {
    what: "the local SQL over every statement that Trino was asked, statements a second and how many are equal",
    run: async () => (await import("./athena")).benchAthena,
  },
  "athena-api": {
    what: "queries through Athena's API, to the first page of the result, against the same SQL in process",
    run: async () => (await import("./athena-api")).benchAthenaApi,
  },
  check: {
    what: "npm run check of 1,000 documents, and what is no document",
    run: async () => (await import("./check")).benchCheck,
  },
  engine: {
    what: "preview and up by Pulumi's own engine, against a provider that does nothing",
    run: async () => (await import("./engine")).benchEngine,
  },
  s3: {
    what: "S3 over HTTP: get and put of 1 kB and 64 MB against Node's own server, and a list of 100,000 objects",
    run: async () => (await import("./s3")).benchS3,
  },
  devices: {
    what: "1,000 devices over TLS with certificates and policies, beside plain MQTT: time to connect, memory, messages a second",
    run: async () => (await import("./devices")).benchDevices,
  },
  "mqtt-fuzz": {
    what: "mutated packets of every type of both versions at the broker, with subscribers of both: none may reach another connection",
    run: async () => (await import("./mqtt-fuzz")).benchMqttFuzz,
  },
  bill: {
    what: "the bill of the example's production stack beside AWS's guidance, and the requests of its query after a year",
    run: async () => (await import("./bill")).benchBill,
  },
  "small-files": {
    what: "objects that buffers make of 10 to 100,000 messages/s, their size and the cost of their requests; the time of a compaction",
    run: async () => (await import("./small-files")).benchSmallFiles,
  },
  datasets: {
    what: "contents of datasets over 10 million rows in 1,000 files: all rows, a delta window, the count of late rows; beside DuckDB alone",
    run: async () => (await import("./dataset-refresh")).benchDatasetRefresh,
  },
  page: {
    what: "the page of a local cloud: live counts while messages come, a chart of 5,000,000 rows, time to the first picture",
    run: async () => (await import("./page")).benchPage,
  },
  start: { what: "npm start, as a user calls it", run: async () => (await import("./start")).benchStart },
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: "boolean", short: "h" } },
  });
  const unknown = positionals.filter((name) => !(name in BENCHES));
  if (values.help === true || unknown.length > 0) {
    const lines = Object.entries(BENCHES).map(([name, { what }]) => `  ${name.padEnd(12)}${what}`);
    process.stdout.write(`npm run bench -- [NAME...]\n\n${lines.join("\n")}\n`);
    if (unknown.length > 0) {
      process.stderr.write(`${unknown.join(", ")}: there is no such bench.\n`);
      process.exitCode = 2;
    }
    return;
  }
  for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHES)) {
    process.stdout.write(`${name}: ${BENCHES[name]!.what}\n`);
    await (
      await BENCHES[name]!.run()
    )();
    process.stdout.write("\n");
  }
}

void main();
