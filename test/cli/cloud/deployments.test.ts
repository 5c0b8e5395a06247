import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Deployments } from "../../../cli/cloud/deployments";
import { Page } from "../../../cli/page/page";
import { Defects } from "../../../local/core/defects";
import { TYPES, type Resource } from "../../../local/core/model";
import { Endpoints } from "../../../local/endpoints";
import type { LocalProvider } from "../../../local/provider";
import { LiveCloud } from "../../../local/provider/live";
import { smallStack } from "../../local/stack";

describe("what Pulumi's engine has deployed, on the page", function () {
  this.timeout(20_000);
  let folder: string, endpoints: Endpoints, live: LiveCloud, page: Page, address: string;
  let resources: Resource[] = [];
  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "deployments-"));
    endpoints = new Endpoints({ retainedFile: path.join(folder, "retained.ndjson") });
    live = new LiveCloud({
      resources: () => resources,
      region: "eu-central-1",
      dataDir: folder,
      endpoints,
      onError: (error) => assert.fail(String(error)),
    });
    // Of the provider the page sees what runs, and the folder.
    const local = { live, folder: { path: folder } } as unknown as LocalProvider;
    const place = { stack: "test", region: "eu-central-1" };
    const deployments = new Deployments(local, place, { http: "http://127.0.0.1:1" }, new Map());
    page = new Page({
      deployed: () => deployments.current(),
      progress: deployments.progress,
      allowedHosts: [],
      defects: new Defects(),
    });
    address = await page.listen(0);
    await live.start();
  });
  after(async () => {
    await page.close();
    await live.close();
    await endpoints.close();
    fs.rmSync(folder, { recursive: true });
  });

  const stack = async (): Promise<{ status: number; generation: number; kinds: string[] }> => {
    const response = await fetch(`${address}api/stack`);
    const { generation, flow } = (await response.json()) as {
      generation: number;
      flow?: { nodes: { kind: string }[] };
    };
    return { status: response.status, generation, kinds: flow?.nodes.map(({ kind }) => kind) ?? [] };
  };

  it("is another stack after each change, and none while nothing is deployed", async () => {
    assert.equal((await stack()).status, 503);
    await live.change(() => (resources = smallStack()));
    assert.equal((await stack()).status, 503);
    await live.start();
    const first = await stack();
    // The pipeline's delivery stream has no log stream to write to, so it does not run.
    assert.deepEqual(first.kinds, ["source", "rule", "channel", "datastore"]);
    assert.equal((await stack()).generation, first.generation);
    await live.change(() => (resources = resources.filter(({ type }) => type !== TYPES.topicRule)));
    await live.start();
    const second = await stack();
    assert.deepEqual(second.kinds, ["channel", "datastore"]);
    assert.equal(second.generation, first.generation + 1);
  });
});
