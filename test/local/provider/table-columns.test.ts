import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { removeData } from "../../../local/state/removal";
import { TYPES, type Properties } from "../../../local/core/model";
import { Account } from "../../../local/provider/account";
import { Provider, Refusal } from "../../../local/provider/provider";
import { keptTable, TableVersion } from "../../../local/services/glue/table-version";

const REGION = "eu-central-1";
const CATALOG = "aws:glue/getCatalogTable:getCatalogTable";
const asked = (type: string, name: string, id = "") => ({
  urn: `urn:pulumi:dev::iot-telemetry-etl::${type}::${name}`,
  type,
  id,
});

/** What Pulumi's engine asks of the local cloud for a datastore in JSON format, whose columns arrive between deployments. */
describe("local/provider: a table whose columns arrive", () => {
  let folder: string;
  let provider: Provider;
  let account: Account;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "provider-"));
    account = new Account(path.join(folder, "account"), REGION);
    provider = new Provider({
      account,
      region: REGION,
      folder,
      holds: () => undefined,
      invokeDeclared: () => Promise.resolve(),
      change: (work) => Promise.resolve(work()),
      catalog: (database, table) => keptTable(path.join(folder, "glue"), account.resources, database, table),
      removeData: (resource) => removeData(resource, folder),
    });
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  /** As JsonDatastore declares it: with the columns that the catalog has. */
  const declaration = (more: Properties = {}): Properties => ({
    databaseName: "db",
    name: "readings",
    tableType: "EXTERNAL_TABLE",
    parameters: { classification: "json", ...(more.parameters as object) },
    storageDescriptor: {
      location: "s3://b/data/readings/",
      columns: declared(),
      inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
      outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
      serDeInfo: { serializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
    },
  });
  const declared = (): unknown[] => {
    try {
      const { storageDescriptors } = provider.invoke(CATALOG, { databaseName: "db", name: "readings" });
      return (storageDescriptors as { columns: unknown[] }[])[0]!.columns;
    } catch (error) {
      assert.ok(error instanceof Refusal);
      assert.match(error.message, /EntityNotFoundException: Table readings not found/);
      return [];
    }
  };
  const arrive = (...columns: { name: string; type: string }[]): void =>
    running().replace(columns, running().parameters);
  const running = (): TableVersion =>
    new TableVersion(path.join(folder, "glue"), account.resources.find(({ type }) => type === TYPES.table)!.inputs);
  const create = async (): Promise<string> => {
    await provider.create(asked(TYPES.database, "db"), { name: "db" }, false);
    const { id } = await provider.create(asked(TYPES.table, "readings"), declaration(), false);
    return id;
  };
  const A = { name: "a", type: "bigint" };
  const B = { name: "b", type: "string" };

  it("keeps them through a deployment that changes something else", async () => {
    const id = await create();
    assert.deepEqual(running().columns, []);
    arrive(A);
    assert.deepEqual(declared(), [A]);
    const changed = declaration({ parameters: { compressionType: "gzip" } });
    await provider.update(asked(TYPES.table, "readings", id), changed, false);
    assert.deepEqual(running().columns, [A]);
    arrive(A, B);
    await provider.update(asked(TYPES.table, "readings", id), declaration(), false);
    assert.deepEqual(running().columns, [A, B]);
  });

  it("shows them to a refresh, after which a deployment has nothing to change", async () => {
    const id = await create();
    arrive(A);
    const table = asked(TYPES.table, "readings", id);
    const { inputs, properties } = provider.read(table, declaration());
    assert.deepEqual(inputs?.storageDescriptor.columns, [A]);
    assert.deepEqual(properties?.storageDescriptor.columns, [A]);
    assert.deepEqual(provider.diff(table, inputs!, declaration()).changes, []);
  });

  it("forgets them with the table", async () => {
    const id = await create();
    arrive(A);
    await provider.delete(asked(TYPES.table, "readings", id));
    assert.deepEqual(declared(), []);
    await provider.create(asked(TYPES.table, "readings"), declaration(), false);
    assert.deepEqual(running().columns, []);
  });
});
