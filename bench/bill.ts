import {
  ASSUMPTIONS,
  estimate,
  LIST_PRICES,
  NO_TRAFFIC,
  usd,
  type Estimate,
  type Registered,
  type Traffic,
} from "../cost";
import { queryUsd } from "../aws/prices/query";
import { formatTable } from "../cli/output/table";
import { getsFor } from "../local/athena/scan";
import { stackResources } from "./stack-resources";
import { yearOfHours } from "./year-of-hours";

/**
 * AWS's guidance for the same path, USD a month for 1,000 messages/s of 300 bytes: messages, rules and actions, Firehose with conversion, and a
 * Kinesis stream; the lower of its figures for Firehose.
 */
const GUIDANCE = { "IoT Core messages": 2592, "IoT Core rules and actions": 778, Firehose: 950, Kinesis: 70 };
const RATE = 1000;
const SIZE = 300;

/** The bill of the example's production stack beside AWS's guidance, and the requests of its dataset's query after a year. */
export async function benchBill(): Promise<void> {
  const guidance = Object.values(GUIDANCE).reduce((sum, each) => sum + each, 0);
  process.stdout.write(
    `  ${RATE} messages/s of ${SIZE} bytes, USD a month; AWS's guidance (the reference): ${usd(guidance)}\n`,
  );
  const prod = await stackResources("prod");
  const provisioned = await stackResources("prod", { streamMode: "PROVISIONED", shardCount: "2" });
  const rows = [
    row("prod", prod, {}, guidance),
    row("prod, basic ingest", prod, { basicIngest: true }, guidance),
    row("prod, basic ingest, two shards", provisioned, { basicIngest: true }, guidance),
    row("prod, 10 messages to a publish", prod, { batch: 10 }, guidance),
    row(
      "prod, 10 messages to a publish, basic ingest, two shards",
      provisioned,
      { batch: 10, basicIngest: true },
      guidance,
    ),
  ];
  const titles = ["", "IoT Core", "Kinesis", "Firehose", "others", "USD a month", "x guidance"];
  print(formatTable(titles, rows, 200));
  process.stdout.write("\n  one run of the dataset's query after a year\n");
  print(
    formatTable(
      ["devices", "", "partitions", "LIST", "GET", "GB scanned", "USD of requests", "USD"],
      queries(prod),
      200,
    ),
  );
}

function row(name: string, resources: readonly Registered[], traffic: Partial<Traffic>, guidance: number): string[] {
  const bill = billOf(resources, { rate: RATE, size: SIZE, ...traffic });
  const of = (service: string): number =>
    bill.items.filter((item) => item.service === service).reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);
  const named = ["IoT Core", "Kinesis", "Firehose"].map(of);
  const others = bill.usdPerMonth - named.reduce((sum, each) => sum + each, 0);
  return [name, ...[...named, others, bill.usdPerMonth].map(usd), (bill.usdPerMonth / guidance).toFixed(2)];
}

function billOf(resources: readonly Registered[], traffic: Partial<Traffic>): Estimate {
  return estimate(resources, {
    traffic: { ...NO_TRAFFIC, ...traffic },
    assumptions: ASSUMPTIONS,
    prices: LIST_PRICES,
    now: Date.now(),
  });
}

/**
 * The dataset's query after a year in which devices publish every ten seconds: partitions and LIST requests as the local cloud counts them over a
 * table with an object in each hour, GET requests and bytes by the objects of an hour that the buffers make.
 */
function queries(resources: readonly Registered[]): string[][] {
  const readings = yearOfHours();
  return [10, 10_000].flatMap((devices) => {
    const [query] = billOf(resources, { rate: devices / 10, size: 100 }).queries;
    const objects = query!.reads[0]!.requests.get;
    const bytes = query!.reads[0]!.bytes;
    return readings.map(({ name, partitions, requests }) => {
      const get = Math.round(objects * getsFor(bytes / objects, false));
      const cost = queryUsd({ scannedBytes: bytes, requests: { ...requests, get } });
      return [
        devices.toLocaleString("en-US"),
        name,
        partitions.planned.toLocaleString("en-US"),
        requests.list.toLocaleString("en-US"),
        get.toLocaleString("en-US"),
        (bytes / 1e9).toFixed(1),
        ((requests.list * 0.005 + get * 0.0004) / 1000).toFixed(2),
        cost.toFixed(2),
      ];
    });
  });
}

function print(text: string): void {
  process.stdout.write(`${text.replace(/^/gm, "  ")}\n`);
}
