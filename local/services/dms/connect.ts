import type { Client } from "pg";

/** Where a PostgreSQL is, and who connects. */
export interface PostgresConnection {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** as an endpoint of DMS has it */
  sslMode: string;
  /** certificate of the authority, PEM */
  certificatePem: string | undefined;
}

/** Within one machine nothing is encrypted. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;
/** The forms in which values come as text. */
const OPTIONS = "-c DateStyle=ISO,MDY -c TimeZone=UTC -c IntervalStyle=postgres -c extra_float_digits=1";
const CONNECT_MS = 15_000;

/** Connects; values come as PostgreSQL writes them. @param replication whether it is for a replication stream */
export async function connect(to: PostgresConnection, replication = false): Promise<Client> {
  // Only a stack with a historian needs it.
  const { Client: PgClient } = (await import("pg")).default;
  const client = new PgClient({
    host: to.host,
    port: to.port,
    user: to.user,
    password: to.password,
    database: to.database,
    ssl: tlsOf(to),
    options: OPTIONS,
    application_name: "AWS DMS (local cloud)",
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    ...(replication ? { replication: "database" } : {}),
    types: { getTypeParser: () => (value: string | Buffer) => value },
  } as ConstructorParameters<typeof PgClient>[0]);
  // An error of a connection that nobody waits for is one of the next call.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Security.SSL.html */
function tlsOf({ host, sslMode, certificatePem }: PostgresConnection): false | object {
  if (sslMode === "none" || (LOOPBACK.test(host) && sslMode === "require")) return false;
  if (sslMode === "require") return { rejectUnauthorized: false };
  return {
    ca: certificatePem,
    rejectUnauthorized: true,
    ...(sslMode === "verify-ca" ? { checkServerIdentity: () => undefined } : {}),
  };
}

/** A name in SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
