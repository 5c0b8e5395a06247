import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Athena, type QueryReading } from "../../../../local/athena";
import { Clock } from "../../../../local/core/clock";
import { ACCOUNT, TYPES, type Resource } from "../../../../local/core/model";
import { LOCAL_ADMIN_ARN } from "../../../../local/core/principals";
import { Iam } from "../../../../local/iam";
import { Glue } from "../../../../local/services/glue/glue";
import { S3 } from "../../../../local/services/s3/s3";

function resource(type: string, inputs: object): Resource {
  return { urn: type, type, name: "x", custom: true, id: "x", dependencies: [], inputs, outputs: inputs };
}

const NOW = Date.UTC(2026, 5, 15, 12);

/** https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html; a request lists at most 1,000 keys (ListObjectsV2). */
describe("local/services/glue: what a query reads", () => {
  let folder: string;
  const athena = new Athena();
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "reading-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  after(() => athena.close());

  /** A table t with these keys, and objects of 10 bytes in its partitions: the keys' values to the number of objects. */
  function open(keys: readonly string[], parameters: Record<string, string>, objects: Record<string, number> = {}) {
    const place = keys.map((key) => `${key}=\${${key}}/`).join("");
    const resources = [
      resource(TYPES.bucket, { bucket: "b" }),
      resource(TYPES.table, {
        databaseName: "db",
        name: "t",
        parameters: { "storage.location.template": `s3://b/data/${place}`, ...parameters },
        partitionKeys: keys.map((name) => ({ name, type: "string" })),
        storageDescriptor: { location: "s3://b/data/", columns: [{ name: "v", type: "int" }] },
      }),
    ];
    const clock = new Clock(NOW);
    const s3 = new S3(resources, path.join(folder, "s3"), clock, new Iam(resources, ACCOUNT), "eu-central-1");
    s3.clean();
    const glue = new Glue(resources, s3, clock, path.join(folder, "glue"));
    for (const [values, count] of Object.entries(objects)) {
      const prefix = `data/${keys.map((key, i) => `${key}=${values.split("/")[i]}/`).join("")}`;
      for (let i = 0; i < count; i++) s3.put(LOCAL_ADMIN_ARN, "b", `${prefix}${i}`, Buffer.alloc(10));
      if (parameters["projection.enabled"] === undefined)
        glue.createPartitions("db", "t", [{ values: values.split("/"), location: `s3://b/${prefix}` }]);
    }
    return (where: string): QueryReading =>
      athena.explain(`SELECT * FROM t ${where}`, { database: "db", tables: glue.tables, now: NOW });
  }
  const figures = ({ partitions, requests, scannedBytes }: QueryReading) => [
    partitions.planned,
    partitions.total,
    requests.list,
    requests.get,
    scannedBytes,
  ];

  it("of registered partitions: those that the conditions leave, and their objects alone", () => {
    const read = open(["site", "day"], {}, { "n/1": 2, "n/2": 1, "s/1": 1001, "s/3": 0 });
    assert.deepEqual(figures(read("")), [4, 4, 5, 1004, 10_040]);
    assert.deepEqual(figures(read("WHERE site = 'n'")), [2, 4, 2, 3, 30]);
    assert.deepEqual(figures(read("WHERE CAST(day AS integer) > 1 OR v = 3 AND site = 's'")), [3, 4, 4, 1002, 10_020]);
    assert.deepEqual(figures(read("WHERE site = 's' AND day IN ('2', '3')")), [1, 4, 1, 0, 0]);
    assert.deepEqual(figures(read("WHERE site = 'w'")), [0, 4, 0, 0, 0]);
    assert.deepEqual(read("WHERE v = 1").tables[0]!.restricted, []);
    assert.deepEqual(read("WHERE v = 1 AND day < '2'").tables[0]!.restricted, ["day"]);
  });

  it("of a table that is named twice: twice", () => {
    const read = open(["site"], {}, { n: 1, s: 1 });
    assert.deepEqual(figures(read("a JOIN t b ON a.v = b.v AND a.site = 'n'")), [3, 4, 3, 3, 30]);
    assert.deepEqual(figures(read("JOIN t b USING (site) WHERE site = 'n'")), [2, 4, 2, 2, 20]);
  });

  it("of the projection of years, months, days and hours: each that the conditions leave, without an object, too", () => {
    const integer = (key: string, range: string, digits = "2") => ({
      [`projection.${key}.type`]: "integer",
      [`projection.${key}.range`]: range,
      [`projection.${key}.digits`]: digits,
    });
    const read = open(
      ["__year", "__month", "__day", "__hour"],
      {
        "projection.enabled": "true",
        ...integer("__year", "2010,2035", "4"),
        ...integer("__month", "1,12"),
        ...integer("__day", "1,31"),
        ...integer("__hour", "0,23"),
      },
      { "2026/01/02/03": 3, "2026/01/02/04": 1001 },
    );
    // 26 years of 12 months of 31 days of 24 hours
    assert.deepEqual(figures(read("")), [232_128, 232_128, 232_129, 1004, 10_040]);
    assert.deepEqual(figures(read("WHERE __year = '2026'")), [8928, 232_128, 8929, 1004, 10_040]);
    assert.deepEqual(
      figures(read("WHERE __year = '2026' AND __month = '01' AND __day IN ('01', '02')")),
      [48, 232_128, 49, 1004, 10_040],
    );
    assert.deepEqual(
      figures(read("WHERE (__year, __month, __day, __hour) IN (('2026', '01', '02', '03'))")),
      [1, 232_128, 1, 3, 30],
    );
    assert.deepEqual(figures(read("WHERE __year = '2036'")), [0, 232_128, 0, 0, 0]);
    const since = "date_parse(__year || __month || __day || __hour, '%Y%m%d%H') >= TIMESTAMP '2035-12-31 22:00:00'";
    assert.equal(figures(read(`WHERE __year = '2035' AND __month = '12' AND ${since}`))[0], 2);
  });

  it("of the projection of days until now: the days that a window leaves", () => {
    const read = open(["__dt"], {
      "projection.enabled": "true",
      "projection.__dt.type": "date",
      "projection.__dt.format": "yyyy-MM-dd",
      "projection.__dt.range": "2026-01-01,NOW",
    });
    // January to 15 June: 31 + 28 + 31 + 30 + 31 + 15
    assert.deepEqual(figures(read("")), [166, 166, 166, 0, 0]);
    assert.deepEqual(figures(read("WHERE __dt BETWEEN '2026-06-01' AND '2026-06-10'")), [10, 166, 10, 0, 0]);
    assert.deepEqual(figures(read("WHERE date(__dt) > current_date - INTERVAL '7' DAY")), [7, 166, 7, 0, 0]);
    assert.deepEqual(figures(read("WHERE __dt IN ('2026-01-01', '2025-12-31')")), [1, 166, 1, 0, 0]);
  });

  it("of other projections: steps of an interval, the values of an enum, and those that a query names", () => {
    const keys = {
      "projection.enabled": "true",
      "projection.hour.type": "date",
      "projection.hour.format": "yyyy-MM-dd-HH",
      "projection.hour.range": "NOW-1DAYS,NOW",
      "projection.hour.interval": "6",
      "projection.hour.interval.unit": "HOURS",
      "projection.site.type": "enum",
      "projection.site.values": "n,s,w",
      "projection.line.type": "injected",
    };
    const read = open(["hour", "site", "line"], keys);
    // 12:00 of the day before, 18:00, 00:00, 06:00, 12:00
    assert.deepEqual(figures(read("WHERE line = '7'")).slice(0, 3), [15, 15, 15]);
    assert.deepEqual(figures(read("WHERE line IN ('7', '8') AND site <> 's'")).slice(0, 3), [20, 30, 20]);
    assert.throws(() => read("WHERE site = 's'"), /CONSTRAINT_VIOLATION: .*injected projected partition column line/);
    const months = open(["month"], {
      "projection.enabled": "true",
      "projection.month.type": "date",
      "projection.month.format": "yyyy/MM",
      "projection.month.range": "2025/11,NOW",
    });
    assert.deepEqual(figures(months("WHERE month >= '2026/02'")).slice(0, 3), [5, 8, 5]);
  });

  it("of a key with more values than can be looked at: the named ones, or all", () => {
    const read = open(["k"], {
      "projection.enabled": "true",
      "projection.k.type": "integer",
      "projection.k.range": "0,99999999999",
    });
    assert.deepEqual(figures(read("WHERE k IN ('17', '99999999999', '-1')")).slice(0, 1), [2]);
  });

  it("of a table without keys: its objects, a request for each 1,000", () => {
    const read = open([], { "projection.enabled": "true" }, { "": 1 });
    assert.deepEqual(figures(read("")), [1, 1, 1, 1, 10]);
  });
});
