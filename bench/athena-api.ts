import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { ApiEndpoint } from "../local/api";
import { Athena } from "../local/athena";
import { Clock } from "../local/core/clock";
import { Credentials } from "../local/core/credentials";
import { Defects } from "../local/core/defects";
import { ACCOUNT, TYPES, type Resource } from "../local/core/model";
import { HttpServer } from "../local/http";
import { Iam } from "../local/iam";
import { athenaApi } from "../local/services/athena/api";
import { Workgroups } from "../local/services/athena/workgroups";
import { Glue } from "../local/services/glue/glue";
import { S3 } from "../local/services/s3/s3";

const REGION = "eu-central-1";
const NUMBERS = "UNNEST(sequence(1, 10000)) AS x(a), UNNEST(sequence(1, 100)) AS y(b)";
const QUERIES: [string, string][] = [
  ["one row", "SELECT 1 AS one"],
  ["an aggregate over 1,000,000 rows", `SELECT b, sum(a * b % 7) AS total FROM ${NUMBERS} GROUP BY b`],
  ["200,000 rows as a result", `SELECT a, b, CAST(a AS varchar) AS text FROM ${NUMBERS} WHERE b <= 20`],
];
const ROUNDS = 5;
/** ms between two looks at a query */
const POLL_MS = 20;
/** ms that looking and asking may take, whatever the query */
const ALLOWED_MS = 50;

/** Queries through Athena's API, from the start to the first page of the result, beside the same SQL in process, which writes the same CSV. */
export async function benchAthenaApi(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-athena-api-"));
  const clock = new Clock(Date.now());
  const resources = resourcesOf();
  const iam = new Iam(resources, ACCOUNT);
  const s3 = new S3(resources, path.join(folder, "s3"), clock, iam, REGION);
  s3.clean();
  const glue = new Glue(resources, s3, clock, path.join(folder, "glue"));
  const athena = new Athena();
  const own = { clock, defects: new Defects(), folder: path.join(folder, "athena"), region: REGION };
  const workgroups = new Workgroups(resources, { athena, glue, s3, iam, ...own });
  const apis = [athenaApi({ workgroups, glue, s3, region: REGION })];
  const api = new ApiEndpoint({ credentials: new Credentials(), backend: () => ({ iam, apis }) });
  const server = new HttpServer({ api });
  try {
    const client = new AthenaClient({
      endpoint: `http://127.0.0.1:${await server.listen(0)}`,
      region: REGION,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    for (const [name, sql] of QUERIES) {
      const [inProcess, throughApi] = await fastest(
        () =>
          athena.queryToCsv(sql, { database: "db", tables: glue.tables, maxRows: 100 }, path.join(folder, "result")),
        () => query(client, sql),
      );
      const ratio = Math.max(0, throughApi - ALLOWED_MS) / inProcess;
      process.stdout.write(
        `  ${name}: ${throughApi.toFixed(0)} ms through the API, ${inProcess.toFixed(0)} ms in process, ${ratio.toFixed(2)} x beyond ${ALLOWED_MS} ms\n`,
      );
    }
  } finally {
    await server.close();
    await workgroups.close();
    athena.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function resourcesOf(): Resource[] {
  const resource = (type: string, inputs: object): Resource => {
    return { urn: type, type, name: "x", custom: true, id: "x", dependencies: [], inputs, outputs: inputs };
  };
  const resultConfiguration = { outputLocation: "s3://results/" };
  return [
    resource(TYPES.bucket, { bucket: "results" }),
    resource(TYPES.database, { name: "db" }),
    resource(TYPES.workgroup, { name: "wg", configuration: { resultConfiguration } }),
  ];
}

async function query(client: AthenaClient, sql: string): Promise<void> {
  const start = new StartQueryExecutionCommand({ QueryString: sql, WorkGroup: "wg" });
  const { QueryExecutionId } = await client.send(start);
  for (;;) {
    const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const { State, StateChangeReason } = QueryExecution!.Status!;
    if (State === "SUCCEEDED") break;
    if (State !== "QUEUED" && State !== "RUNNING") throw new Error(`${State}: ${StateChangeReason}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  await client.send(new GetQueryResultsCommand({ QueryExecutionId }));
}

/** ms of the fastest of some rounds of each, one after the other, after a round that warms up */
async function fastest(one: () => Promise<unknown>, other: () => Promise<unknown>): Promise<[number, number]> {
  const least: [number, number] = [Infinity, Infinity];
  for (let round = 0; round <= ROUNDS; round++)
    for (const [place, work] of [one, other].entries()) {
      const begun = performance.now();
      await work();
      if (round > 0) least[place] = Math.min(least[place]!, performance.now() - begun);
    }
  return least;
}
