import { fuzz } from "../test/local/mqtt/fuzzer";

const PACKETS = Number(process.env.BENCH_PACKETS ?? 1_000_000);
const SEED = Number(process.env.BENCH_SEED ?? 1);

/** Prints the results for the packets. Exit code 1 if a fault affected another connection or an unexpected error occurred. */
export async function benchMqttFuzz(): Promise<void> {
  const { sent, opened, connected, published, received, closed, defects, seconds } = await fuzz(PACKETS, SEED);
  const number = (value: number): string => value.toLocaleString("en-US");
  const lines = [
    `${number(PACKETS)} packets, seed ${SEED}: ${number(Math.round(PACKETS / seconds))}/s (${seconds.toFixed(1)} s)`,
    `by type: ${Object.entries(sent)
      .map(([type, count]) => `${type} ${number(count)}`)
      .join(", ")}`,
    `taken as messages ${number(published)}; the subscriber of 3.1.1 got ${number(received[4])}, that of 5 got ${number(received[5])}`,
    `connections: ${number(opened)}, of which ${number(connected)} were accepted; reason codes of MQTT 5: ${Object.entries(
      closed,
    )
      .sort((a, b) => b[1] - a[1])
      .map(([code, count]) => `${code} ${number(count)}`)
      .join(", ")}`,
    `unexpected errors: ${defects.length === 0 ? "0" : defects.map(({ count, stack }) => `${count} x ${stack}`).join("\n")}`,
  ];
  process.stdout.write(lines.map((line) => `  ${line}\n`).join(""));
  if (defects.length > 0) process.exitCode = 1;
}
