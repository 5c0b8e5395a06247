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
import { formatTable } from "../cli/output/table";
import { stackResources } from "./stack-resources";

/**
 * AWS's guidance for the same path, USD a month for 1,000 messages/s of 300 bytes: messages, rules and actions, Firehose with conversion, and a
 * Kinesis stream; the lower of its figures for Firehose.
 */
const GUIDANCE = { "IoT Core messages": 2592, "IoT Core rules and actions": 778, Firehose: 950, Kinesis: 70 };
const RATE = 1000;
const SIZE = 300;

/** Partitions of the table that the program had before: hours of the years 2010 to 2035, all of which a query without conditions lists. */
const PROJECTED = 26 * 12 * 31 * 24;

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
      ["devices", "", "partitions", "LIST and GET", "USD of requests", "TB scanned"],
      await queries(prod),
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

/** Devices publish every ten seconds, and a day has one run. */
function queries(resources: readonly Registered[]): string[][] {
  const hours = 12 * 730;
  return [10, 10_000].flatMap((devices) => {
    const bill = billOf(resources, { rate: devices / 10, size: 100, queries: 24 / 730 });
    const quantity = (price: string, what: RegExp): number =>
      bill.items
        .filter((item) => item.price === price && what.test(item.what))
        .reduce((sum, item) => sum + item.quantity, 0);
    const gets = quantity("s3-get", /queries/) * 1000;
    const scanned = quantity("athena-scan", /./);
    return [
      ["projected", PROJECTED],
      ["in the catalog", hours],
    ].map(([name, partitions]) => {
      const lists = Number(partitions);
      const cost = (lists / 1000) * 0.005 + (gets / 1000) * 0.0004;
      return [
        devices.toLocaleString("en-US"),
        String(name),
        lists.toLocaleString("en-US"),
        Math.round(lists + gets).toLocaleString("en-US"),
        usd(cost),
        scanned.toPrecision(2),
      ];
    });
  });
}

function print(text: string): void {
  process.stdout.write(`${text.replace(/^/gm, "  ")}\n`);
}
