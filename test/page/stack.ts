import { TYPES, type Properties } from "../../local/core/model";
import { SmallPage } from "../cli/page/small-page";
import { DEFINITION, FAILING_FUNCTION } from "../cli/page/pipeline";
import { scheduledStack } from "../local/stack";

/** The page of a stack that has something in every view. */
export interface OpenPage {
  address: string;
  publish(): Promise<void>;
  close(): Promise<void>;
}

/** A pipeline with failures, rows of a hundred minutes, a dataset, alarms. */
export async function openPage(): Promise<OpenPage> {
  const resources = scheduledStack();
  const transform = resources.find(({ name, type }) => name === "transform" && type === TYPES.function)!;
  transform.inputs.code = { files: { "index.js": FAILING_FUNCTION, "definition.json": JSON.stringify(DEFINITION) } };
  const table = resources.find(({ name }) => name === "readings")!;
  table.inputs.storageDescriptor.columns.push({ name: "sent_at", type: "string" });
  const add = (type: string, name: string, inputs: Properties): void =>
    void resources.push({
      urn: `urn:pulumi:test::test::${type}::${name}`,
      parent: "urn:pulumi:test::test::AnalyticsDataset::daily",
      ...{ type, name, custom: true, id: name, dependencies: [], inputs, outputs: inputs },
    });
  add(TYPES.bucket, "results", { bucket: "results" });
  add(TYPES.workgroup, "readers", {
    name: "readers",
    configuration: { resultConfiguration: { outputLocation: "s3://results/daily/" } },
  });
  const query = "SELECT device_id, count(*) AS n FROM readings GROUP BY 1";
  add(TYPES.namedQuery, "daily", { name: "daily", workgroup: "readers", database: "db", query });
  const small = new SmallPage(resources);
  Object.assign(small.progress.endpoints, await small.test.cloud.listen({ mqtt: 0, http: 0 }));
  await small.open();
  const publish = (device: string, value: unknown, minute: number): Promise<void> =>
    small.test.publish(
      `dt/${device}/aggregate`,
      JSON.stringify({
        device_id: device,
        value,
        sent_at: new Date(Date.UTC(2026, 0, 15, 12, minute)).toISOString(),
      }),
    );
  for (let minute = 0; minute < 100; minute++)
    for (const [i, device] of ["a", "b", "c"].entries())
      await publish(device, Math.round(100 * Math.sin(minute / 10 + i)), minute);
  await small.test.publish("dt/a/aggregate", '<img src=x onerror="window.hacked=1"> is no JSON');
  await small.deliver();
  await small.post("/api/dataset/make", { name: "daily" });
  return { address: small.address, publish: () => publish("a", 1, 0), close: () => small.close() };
}
