/** Pipelines, messages for them, and equivalent hand-written code that assumes valid data. */
import { readFileSync } from "node:fs";
import path from "node:path";

/** A row and its partition, or the fact that the message is filtered out. */
export type ByHand = (message: never) => { row: object; partitionKeys?: Record<string, string> } | undefined;

export interface TransformCase {
  readonly name: string;
  readonly definition: { readonly pipeline: unknown; readonly datastore: unknown };
  message(batch: number, index: number): object;
  readonly byHand: ByHand;
}

const DEFINITIONS = path.join(__dirname, "..", "..", "definitions", "etl");

function seedDocument(name: string): unknown {
  return JSON.parse(readFileSync(path.join(DEFINITIONS, name), "utf8"));
}

/** Time of a message: ten messages share a time, and times are ten seconds apart. */
function timeOf(batch: number, index: number): string {
  const at = new Date(Date.UTC(2024, 2, 5, 7, 0, 10 * (batch * 50 + Math.floor(index / 10))));
  return at.toISOString().slice(0, 19).replace("T", " ");
}

function partitionOf(time: string): Record<string, string> {
  return { __year: time.slice(0, 4), __month: time.slice(5, 7), __day: time.slice(8, 10), __hour: time.slice(11, 13) };
}

function rounded(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}

/** About 1,300 bytes that a gateway adds; they are sent but not read. */
function burden(index: number): object {
  return {
    gateway: {
      id: `gateway-${index % 7}`,
      firmware: "4.12.7-release",
      network: { operator: "cell-1", rssi: -71 - (index % 9), snr: 7.25, cell: 190_412_233 + index },
      position: { lat: 48.137154, lon: 11.576124, altitude: 519.25 },
    },
    channels: Array.from({ length: 12 }, (_, channel) => ({
      n: channel,
      raw: 1000 + ((index * 17 + channel * 31) % 977),
      value: ((index + channel * 7) % 400) / 8,
      quality: channel % 5 === 0 ? "uncertain" : "good",
    })),
    log: 'boot ok; "sensors" up; link up; time synchronised; sampling every 10 s; store and forward empty '.repeat(3),
  };
}

interface SeedMessage {
  device_id: string;
  temperature: number;
  humidity: number;
  timestamp: string;
}

const seed: TransformCase = {
  name: "the example's documents",
  definition: { pipeline: seedDocument("pipeline.json"), datastore: seedDocument("datastore.json") },
  message: (batch, index) => ({
    device_id: `sensor${index % 10}`,
    temperature: 45 + ((index * 7 + batch) % 47),
    humidity: (index * 13) % 99,
    timestamp: timeOf(batch, index),
    battery: 3.31,
  }),
  byHand: ({ device_id, temperature, humidity, timestamp }: SeedMessage) => ({
    row: {
      device_id,
      temperature,
      temperature_fahrenheit: rounded((temperature * 9) / 5 + 32),
      humidity,
      timestamp,
    },
    partitionKeys: partitionOf(timestamp),
  }),
};

interface MeterMessage {
  _id_?: number;
  sub_metering_1: number;
  sub_metering_2: number;
  sub_metering_3: number;
}

/** One formula and one removal into a datastore in JSON format. */
function meters(name: string, more: (index: number) => object): TransformCase {
  return {
    name,
    definition: {
      pipeline: {
        pipelineName: "meters",
        pipelineActivities: [
          { channel: { name: "from", channelName: "meters", next: "cost" } },
          {
            math: {
              name: "cost",
              attribute: "cost",
              math: "(sub_metering_1 + sub_metering_2 + sub_metering_3) * 1.5",
              next: "tidy",
            },
          },
          { removeAttributes: { name: "tidy", attributes: ["_id_"], next: "to" } },
          { datastore: { name: "to", datastoreName: "meters" } },
        ],
      },
      datastore: { datastoreName: "meters" },
    },
    message: (batch, index) => ({
      _id_: batch * 500 + index,
      date: timeOf(batch, index),
      sub_metering_1: index % 40,
      sub_metering_2: (index * 3) % 25,
      sub_metering_3: 17.25,
      ...more(index),
    }),
    byHand: (message: MeterMessage) => {
      const { _id_: removed, ...kept } = message;
      void removed;
      return {
        row: { ...kept, cost: (message.sub_metering_1 + message.sub_metering_2 + message.sub_metering_3) * 1.5 },
      };
    },
  };
}

interface MachineMessage {
  unit: { id: string; temp: number };
  rpm: number;
  ts: string;
}

/** Eight activities into Parquet, partitioned by time. */
function machines(name: string, more: (index: number) => object): TransformCase {
  const column = (called: string, type: string): object => ({ name: called, type });
  return {
    name,
    definition: {
      pipeline: {
        pipelineName: "machines",
        pipelineActivities: [
          { channel: { name: "from", channelName: "machines", next: "flat" } },
          {
            addAttributes: { name: "flat", attributes: { "unit.id": "machine", "unit.temp": "celsius" }, next: "sane" },
          },
          { filter: { name: "sane", filter: "celsius > -40 AND celsius < 130 AND machine <> 'm0'", next: "convert" } },
          { math: { name: "convert", attribute: "fahrenheit", math: "celsius * 1.8 + 32", next: "power" } },
          { math: { name: "power", attribute: "load", math: "trunc(sqrt(rpm) / 3, 2)", next: "tidy" } },
          { removeAttributes: { name: "tidy", attributes: ["unit"], next: "pick" } },
          {
            selectAttributes: {
              name: "pick",
              attributes: ["machine", "celsius", "fahrenheit", "load", "rpm", "ts"],
              next: "to",
            },
          },
          { datastore: { name: "to", datastoreName: "machines" } },
        ],
      },
      datastore: {
        datastoreName: "machines",
        fileFormatConfiguration: {
          parquetConfiguration: {
            schemaDefinition: {
              columns: [
                column("machine", "string"),
                column("celsius", "double"),
                column("fahrenheit", "double"),
                column("load", "double"),
                column("rpm", "int"),
                column("ts", "string"),
              ],
            },
          },
        },
        datastorePartitions: {
          partitions: [{ timestampPartition: { attributeName: "ts", timestampFormat: "yyyy-MM-dd HH:mm:ss" } }],
        },
      },
    },
    message: (batch, index) => ({
      unit: { id: `m${index % 10}`, temp: ((index * 7 + batch) % 470) / 4 },
      rpm: 900 + ((index * 13) % 600),
      ts: timeOf(batch, index),
      ok: true,
      seq: batch * 500 + index,
      battery: 3.31,
      hall: 3,
      ...more(index),
    }),
    byHand: ({ unit, rpm, ts }: MachineMessage) => {
      const { id: machine, temp: celsius } = unit;
      if (!(celsius > -40 && celsius < 130 && machine !== "m0")) return undefined;
      const load = Math.trunc((Math.sqrt(rpm) / 3) * 100) / 100;
      return {
        row: { machine, celsius, fahrenheit: celsius * 1.8 + 32, load, rpm, ts },
        partitionKeys: partitionOf(ts),
      };
    },
  };
}

export const CASES: readonly TransformCase[] = [
  seed,
  meters("one formula, one removal, JSON", () => ({})),
  meters("one formula, one removal, JSON, and a burden", burden),
  machines("eight activities, Parquet", () => ({})),
  machines("eight activities, Parquet, and a burden", burden),
];
