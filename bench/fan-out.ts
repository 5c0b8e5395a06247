import { PRICES, type PriceName } from "../aws/prices/table";
import { usdOf } from "../aws/prices/price";
import { formatTable } from "../cli/output/table";
import { LIST_PRICES } from "../cost";
import { GB, HOURS, KB, roundedUp } from "../cost/model/month";

const MILLION = 1_000_000;

/** A message of a gateway: partitions that its rows belong to, rows of each, and bytes of a row as JSON. */
interface Shape {
  partitions: number;
  each: number;
  bytes: number;
}

const SHAPES: Shape[] = [
  { partitions: 2, each: 30, bytes: 100 },
  { partitions: 24, each: 1, bytes: 100 },
  { partitions: 24, each: 60, bytes: 100 },
  { partitions: 50, each: 1, bytes: 100 },
];

/**
 * What it costs to bring the rows of further partitions of a message into their partitions, beside other designs. Storage, and the objects that
 * Firehose writes, are the same in all of them but the last, in which the function writes an object for each partition of a message.
 */
export function benchFanOut(): Promise<void> {
  const shard = usd("kinesis-shard-hour", HOURS);
  process.stdout.write(
    "  USD for the rows of further partitions of a million messages; one record for each message is what is built (the reference)\n",
  );
  const titles = [
    "partitions x rows",
    "one record (built)",
    "a record per partition",
    "a chain of records",
    `a Kinesis stream (and ${shard.toFixed(2)} a month)`,
    "objects of the function",
  ];
  const rows = SHAPES.map(({ partitions, each, bytes }) => {
    const further = partitions - 1;
    const load = each * bytes;
    const all = further * load;
    const built = firehose([all], all);
    const ratio = (amount: number): string => `${amount.toFixed(2)} (x ${(amount / built).toFixed(1)})`;
    // The first record of a chain holds all further partitions, the next all but one of them, and so on.
    const chain = Array.from({ length: further }, (_, hop) => (further - hop) * load);
    return [
      `${partitions} x ${each}`,
      built.toFixed(2),
      ratio(firehose(new Array<number>(further).fill(load), all)),
      ratio(firehose(chain, all)),
      ratio(built + usd("kinesis-put", Math.ceil(all / (25 * KB)))),
      ratio(usd("s3-put", (MILLION * further) / 1000)),
    ];
  });
  process.stdout.write(`${formatTable(titles, rows, 200).replace(/^/gm, "  ")}\n`);
  return Promise.resolve();
}

/** @param put bytes of each record that is put for a message @param rows bytes of the rows */
function firehose(put: readonly number[], rows: number): number {
  const rounded = (MILLION * put.reduce((sum, bytes) => sum + roundedUp(bytes, 5 * KB), 0)) / GB;
  return (
    usd("firehose-in", rounded) +
    usd("firehose-conversion", rounded) +
    usd("firehose-partitioning", (MILLION * rows) / GB)
  );
}

function usd(name: PriceName, quantity: number): number {
  return usdOf(PRICES[name], quantity, LIST_PRICES);
}
