import type { Command } from "../command/options";

/** Options and help of `npm run cloud`. */
export const CLOUD: Command = {
  call: "npm run cloud",
  summary:
    "Starts the local cloud for Pulumi's own engine. It serves the provider aws, so that pulumi preview, up, refresh and destroy work\n" +
    "against it as against AWS, without an account. While a stack is up, devices reach it over MQTT and HTTP. Stays up until Ctrl-C.",
  options: [
    { name: "stack", value: "NAME", help: "the stack whose region is used (default dev)" },
    { name: "port", value: "PORT", help: "the provider on 127.0.0.1 (default 8765; 0 for a free port)" },
    { name: "mqtt-port", value: "PORT", help: "MQTT on 127.0.0.1 (default 1883; 0 for a free port)" },
    {
      name: "mqtts-port",
      value: "PORT",
      help: "MQTT over TLS for devices with certificates, on 127.0.0.1 (default 8883; 0 for a free port)",
    },
    { name: "http-port", value: "PORT", help: "IoT data plane on 127.0.0.1 (default 8080; 0 for a free port)" },
    {
      name: "page-port",
      value: "PORT",
      help: "the page with flow, failed messages, SQL and charts, on 127.0.0.1 (default: a free one)",
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
      help: "the folder for resources, data and Pulumi's state (default .local/STACK.cloud)",
    },
    { name: "fresh", help: "empty the data folder first" },
    { name: "json", help: "print one JSON document on stdout instead of the lines to paste" },
  ],
  examples: [
    ["npm run cloud -- --stack dev", "start; paste what it prints into another terminal, then pulumi up"],
    ["npm run cloud -- --fresh", "an empty cloud"],
    ['npm run query -- --data-dir .local/dev.cloud "SELECT count(*) FROM etl_aggregate_store"', "ask what arrived"],
  ],
};
