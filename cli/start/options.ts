import { RECORDING_OPTIONS, type Command } from "../command/options";

/** Options and help of `npm start`. */
export const START: Command = {
  call: "npm start",
  summary:
    "Runs the program of a stack in the local cloud: devices publish over MQTT and HTTP, rules route, pipelines transform,\n" +
    "datastores fill with Parquet, datasets answer SQL. It needs no account and no network, and checks every role.",
  positionals: undefined,
  options: [
    { name: "stack", value: "NAME", help: "the stack whose configuration is used (default dev)" },
    {
      name: "cwd",
      short: "C",
      value: "DIR",
      help: "another Pulumi project than this one, such as a program of your own with the components",
    },
    { name: "definitions", value: "DIR", help: "a folder of IoT Analytics documents (default: the stack's)" },
    {
      name: "input",
      value: "FILE",
      multiple: true,
      help: "publish recorded messages instead: NDJSON, JSON array, CSV with header, gzipped or not, or a folder; repeatable",
    },
    ...RECORDING_OPTIONS,
    {
      name: "topic",
      value: "TOPIC",
      help: "topic of each message, filled from its attributes (default dt/{device_id}/aggregate)",
    },
    {
      name: "set",
      value: "NAME=VALUE",
      multiple: true,
      help: "adds an attribute to each recorded message; repeatable",
    },
    {
      name: "rename",
      value: "OLD=NEW",
      multiple: true,
      help: "renames an attribute of each recorded message; repeatable",
    },
    {
      name: "time",
      value: "ATTRIBUTE",
      help: "the attribute that sets the clock (default: the datastore's timestamp partition)",
    },
    { name: "devices", value: "N", help: "simulated devices (default 10)" },
    { name: "publishes", value: "N", help: "messages of each device (default 50)" },
    { name: "interval", value: "DURATION", help: "local time between a device's messages (default 10s)" },
    {
      name: "speed",
      value: "max|N",
      help: "speed of local time: max skips waiting (default), 1 is real time, 60 is one minute per second",
    },
    {
      name: "historian-seconds",
      value: "N|month",
      help: "seconds of data in the database that is started for a historian: one row a second (default 3600)",
    },
    {
      name: "historian-inserts",
      value: "N",
      help: "seconds of data that are added to it while the stack runs (default 60)",
    },
    { name: "seed", value: "N", help: "makes the simulated readings repeatable" },
    { name: "keep", help: "stay up on a real clock, for your own MQTT and AWS SDK clients, until Ctrl-C" },
    { name: "mqtt-port", value: "PORT", help: "MQTT on 127.0.0.1 (default: 1883 with --keep, else a free one)" },
    {
      name: "mqtts-port",
      value: "PORT",
      help: "MQTT over TLS for devices with certificates, of a stack with fleets, on 127.0.0.1 (default: 8883 with --keep, else a free one)",
    },
    { name: "require-certificates", help: "accept MQTT clients with certificates only, as AWS IoT Core does" },
    {
      name: "http-port",
      value: "PORT",
      help: "IoT data plane on 127.0.0.1 (default: 8080 with --keep, else a free one)",
    },
    {
      name: "page-port",
      value: "PORT",
      help: "with --keep, the page with flow, failed messages, SQL and charts, on 127.0.0.1 (default: a free one)",
    },
    {
      name: "allow-host",
      value: "HOST",
      multiple: true,
      help: "a host name besides localhost for HTTP, or HOST:PORT of web pages that may call it; repeatable",
    },
    {
      name: "data-dir",
      value: "DIR",
      help: "the folder for streams, objects and logs (default .local/STACK of the project)",
    },
    { name: "fresh", help: "empty the data folder first" },
    {
      name: "config",
      short: "c",
      value: "KEY=VALUE",
      multiple: true,
      help: "overrides a value of the stack's configuration, as pulumi's -c; repeatable",
    },
    { name: "verbose", help: "list every resource, and every warning in full" },
    { name: "json", help: "print one JSON document on stdout instead of the summary" },
  ],
  examples: [
    ["npm start", "the example: 10 sensors, 50 readings each, 10 s apart"],
    [
      "npm start -- --input readings.csv --topic 'dt/machine/aggregate' --set device_id=machine --rename value=temperature",
      "replay a recording; its timestamps set the clock",
    ],
    ["npm start -- --keep --publishes 0", "an empty cloud for your own clients, on ports 1883 and 8080"],
    ["npm start -- --stack historian", "a PostgreSQL that DMS reads: an hour of rows, then a minute of changes"],
    ["npm start -- --definitions my/documents --fresh", "your own documents, starting over"],
    ["npm start --silent -- --json", "for scripts: nothing but the JSON document on stdout"],
  ],
};
