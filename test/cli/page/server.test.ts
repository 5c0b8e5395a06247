import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { SmallPage } from "./small-page";

const STATIC = path.resolve(__dirname, "../../../cli/page/static");
const JSON_TYPE = { "content-type": "application/json" };

describe("the page's server", function () {
  this.timeout(20_000);
  let small: SmallPage;
  before(async () => (small = await new SmallPage().open()));
  after(() => small.close());

  const status = async (...request: Parameters<SmallPage["request"]>): Promise<number> =>
    (await small.request(...request)).status;
  const own = (): string => new URL(small.address).host;
  const token = (): { "x-page-token": string } => ({ "x-page-token": small.page.server.guard.token });

  it("listens on the loopback interface", () => assert.match(small.address, /^http:\/\/127\.0\.0\.1:\d+\/$/));

  it("answers names of this machine, and names that were allowed", async () => {
    assert.equal(await status("GET", "/"), 200);
    assert.equal(await status("GET", "/", { host: "localhost:1" }), 200);
    assert.equal(await status("GET", "/", { host: "lab.example.com" }), 200);
    // DNS rebinding: a page's own name that points here.
    assert.equal(await status("GET", "/", { host: "evil.example.com" }), 403);
    assert.equal(await status("GET", "/api/events", { host: "127.0.0.1.evil.example.com" }), 403);
  });

  it("answers no page of another origin", async () => {
    assert.equal(await status("GET", "/api/stack", { origin: `http://${own()}` }), 200);
    for (const origin of ["http://evil.example.com", "null", "http://127.0.0.1:1"])
      assert.equal(await status("GET", "/api/stack", { origin }), 403, origin);
    assert.equal(await status("GET", "/api/stack", { "sec-fetch-site": "cross-site" }), 403);
    assert.equal(await status("GET", "/api/stack", { "sec-fetch-site": "same-site" }), 403);
    assert.equal(await status("GET", "/api/stack", { "sec-fetch-site": "same-origin" }), 200);
    // A link on another page may lead here.
    assert.equal(await status("GET", "/", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }), 200);
  });

  it("takes POST with its token only", async () => {
    assert.equal(await status("POST", "/api/stack", JSON_TYPE, "{}"), 403);
    assert.equal(await status("POST", "/api/stack", { ...JSON_TYPE, "x-page-token": "x" }, "{}"), 403);
    assert.equal(await status("POST", "/api/stack", { ...JSON_TYPE, ...token() }, "{}"), 404);
    assert.match((await small.request("GET", "/")).text, new RegExp(`content="${token()["x-page-token"]}"`));
    const other = await new SmallPage().open();
    assert.notEqual(other.page.server.guard.token, token()["x-page-token"]);
    await other.close();
  });

  it("serves the page's files and nothing else of the machine", async () => {
    for (const name of ["/", "/main.js", "/page.css", "/icon.svg", "/uplot.js", "/uplot.css"])
      assert.equal(await status("GET", name), 200, name);
    for (const name of [
      "/index.html",
      "/../page.ts",
      "/..%2fpage.ts",
      "/static/main.js",
      "/package.json",
      "//etc/passwd",
    ])
      assert.equal(await status("GET", name), 404, name);
    assert.equal(await status("DELETE", "/"), 405);
  });

  it("lets a browser load scripts and styles of this server alone, with every answer", async () => {
    for (const [method, name, headers] of [
      ["GET", "/", {}],
      ["GET", "/api/stack", {}],
      ["GET", "/nothing", {}],
      ["GET", "/", { host: "evil.example.com" }],
    ] as const) {
      const { headers: got } = await small.request(method, name, headers);
      const policy = new Map(
        String(got["content-security-policy"])
          .split("; ")
          .map((directive) => directive.split(/ (.*)/s) as [string, string]),
      );
      assert.equal(policy.get("default-src"), "'none'");
      for (const directive of ["script-src", "style-src", "connect-src", "img-src"])
        assert.equal(policy.get(directive), "'self'");
      for (const directive of ["frame-ancestors", "base-uri", "form-action"])
        assert.equal(policy.get(directive), "'none'");
      assert.equal(policy.get("require-trusted-types-for"), "'script'");
      assert.equal(got["x-content-type-options"], "nosniff");
      assert.equal(got["access-control-allow-origin"], undefined);
    }
  });

  it("says what is wrong with a request", async () => {
    const send = async (type: string, body: string): Promise<number> =>
      status("POST", "/api/sql", { "content-type": type, ...token() }, body);
    assert.equal(await send("text/plain", "{}"), 415);
    assert.equal(await send("application/json", "[]"), 400);
    assert.equal(await send("application/json", "{"), 400);
    assert.equal(await send("application/json", `{"sql":"${"x".repeat(1024 * 1024)}"}`), 413);
    assert.deepEqual(small.test.cloud.defects.list(), []);
  });
});

describe("the page's files", () => {
  const names = fs.readdirSync(STATIC);
  const text = (name: string): string => fs.readFileSync(path.join(STATIC, name), "utf8");

  it("have no script, style or handler inside the HTML, and load nothing from elsewhere", () => {
    const html = text("index.html");
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)/i);
    for (const name of names)
      assert.doesNotMatch(text(name).replaceAll("http://www.w3.org/2000/svg", ""), /https?:\/\/|@import|url\(/, name);
  });

  it("never read text as HTML or as code", () => {
    const scripts = names.filter((name) => name.endsWith(".js"));
    assert.ok(scripts.length > 4);
    for (const name of scripts)
      assert.doesNotMatch(
        text(name),
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\b|new Function|setAttribute\("style/,
        name,
      );
  });

  it("import files that are there", () => {
    for (const name of names.filter((each) => each.endsWith(".js")))
      for (const [, imported] of text(name).matchAll(/from "(.*?)"/g))
        assert.ok(imported === "/uplot.js" || names.includes(imported!.slice(2)), `${name}: ${imported}`);
  });
});
