// The page gets JSON, whose shape the tests look at.
/* eslint-disable @typescript-eslint/no-explicit-any */
import * as http from "node:http";
import { Page } from "../../../cli/page/page";
import type { Deployed } from "../../../cli/start/deployed";
import type { Progress } from "../../../cli/start/report";
import { TransformLogStats } from "../../../cli/start/transform-log-stats";
import { stackOutputs } from "../../../local/stack-outputs";
import type { Resource } from "../../../local/core/model";
import { smallStack, TestCloud } from "../../local/stack";

/** What a request got. */
export interface Got {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

/** The page of a small stack that runs in a local cloud of its own. */
export class SmallPage {
  readonly test: TestCloud;
  readonly deployed: Deployed;
  readonly progress: Progress;
  readonly page: Page;
  address = "";

  constructor(resources: readonly Resource[] = smallStack()) {
    this.test = new TestCloud(resources);
    const evaluation = { stack: "test", region: "eu-central-1", resources: [...resources] };
    const { cloud, dataDir } = this.test;
    const outputs = stackOutputs({ outputs: {}, resources });
    this.deployed = { cloud, outputs, evaluation, folder: { path: dataDir } };
    this.progress = {
      startedAt: Date.now(),
      endpoints: { http: "http://127.0.0.1:1" },
      refusedMessages: new Map(),
      put: 0,
      transformLog: new TransformLogStats(this.deployed),
    };
    this.page = new Page({
      deployed: () => this.deployed,
      progress: () => this.progress,
      allowedHosts: ["lab.example.com"],
      defects: cloud.defects,
    });
  }

  async open(): Promise<this> {
    this.address = await this.page.listen(0);
    return this;
  }

  /** A request; with headers a client of node's own can set any. */
  request(method: string, path: string, headers: http.OutgoingHttpHeaders = {}, body?: string): Promise<Got> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.address);
      const request = http.request({ hostname, port, method, path, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => (text += piece));
        response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, text }));
      });
      request.on("error", reject);
      request.end(body);
    });
  }

  /** As the page calls: with its token. */
  async post(path: string, body: object): Promise<{ status: number; json: any }> {
    const headers = { "content-type": "application/json", "x-page-token": this.page.server.guard.token };
    const { status, text } = await this.request("POST", path, headers, JSON.stringify(body));
    return { status, json: JSON.parse(text) };
  }

  async get(path: string): Promise<any> {
    return JSON.parse((await this.request("GET", path)).text);
  }

  /** States that the page gets within this time, ms; one at least. */
  states(ms: number): Promise<any[]> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.address);
      const request = http.get({ hostname, port, path: "/api/events" }, (response) => {
        const began = performance.now();
        let text = "";
        response.setEncoding("utf8");
        const told = (): any[] => [...text.matchAll(/^data: (.*)\n/gm)].map(([, json]) => JSON.parse(json!));
        const end = (): void => {
          if (performance.now() - began < ms || told().length === 0) return;
          response.destroy();
          resolve(told());
        };
        response.on("data", (piece: string) => {
          text += piece;
          end();
        });
        setTimeout(end, ms + 1);
      });
      request.on("error", reject);
    });
  }

  /** Lets the clock pass until what was published is stored or failed. */
  async deliver(): Promise<void> {
    await this.test.cloud.drain();
  }

  async close(): Promise<void> {
    await this.page.close();
    await this.test.close();
  }
}
