import * as http from "node:http";
import type { AddressInfo } from "node:net";

type Json = Record<string, unknown>;

/** Stands for the REST APIs of GitHub and GitLab: what our commands write there, and nothing else. */
export class ForgeServer {
  readonly comments: Json[] = [];
  readonly issues: Json[] = [];
  /** open pull requests, as GitHub lists them */
  pulls: Json[] = [];
  /** `POST /repos/...`, without queries */
  readonly writes: string[] = [];
  private readonly server = http.createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const { status, body } = this.answer(request, text === "" ? {} : (JSON.parse(text) as Json));
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });

  /** @returns its address */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private answer({ method, url, headers }: http.IncomingMessage, given: Json): { status: number; body: unknown } {
    const { pathname, searchParams } = new URL(url!, "http://forge");
    const gitlab = pathname.startsWith("/api/v4/");
    const token = gitlab ? headers["private-token"] : headers.authorization?.replace("Bearer ", "");
    if (token !== "writes") return { status: 403, body: { message: "Resource not accessible by integration" } };
    if (method !== "GET") this.writes.push(`${method} ${pathname}`);
    const path = pathname.replace(/^\/(repos\/acme\/plant|api\/v4\/projects\/7)/, "");
    if (path === "/pulls")
      return { status: 200, body: this.pulls.filter(({ label }) => label === searchParams.get("head")) };
    const comment = /^\/(?:issues\/comments|merge_requests\/\d+\/notes)\/(\d+)$/.exec(path)?.[1];
    const [, kind, id, below] = /^\/(issues|merge_requests)(?:\/(\d+))?(\/comments|\/notes)?$/.exec(path) ?? [];
    if (comment !== undefined) return { status: 200, body: Object.assign(this.comments[Number(comment) - 1]!, given) };
    if (below !== undefined) return this.list(method!, this.comments, given);
    if (kind === "issues" && id !== undefined) {
      const issue = Object.assign(this.issues[Number(id) - 1]!, given);
      if (given.state_event === "close") issue.state = "closed";
      return { status: 200, body: issue };
    }
    if (kind === "issues") return this.list(method!, this.issues, given);
    return { status: 404, body: { message: `the test has no ${method} ${pathname}` } };
  }

  private list(method: string, items: Json[], given: Json): { status: number; body: unknown } {
    if (method === "GET") return { status: 200, body: items.filter(({ state }) => state !== "closed") };
    const id = items.length + 1;
    const item = {
      ...{ id, number: id, iid: id, html_url: `https://forge/${id}`, web_url: `https://forge/${id}`, state: "open" },
      ...{ user: { type: "Bot" }, author: { username: "project_7_bot" }, ...given },
    };
    items.push(item);
    return { status: 201, body: item };
  }
}
