// What runs in the browser is not typed: the types of the DOM would make its globals known to the whole project.
/* eslint-disable @typescript-eslint/no-explicit-any */
import assert from "node:assert/strict";
import * as path from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { openPage, type OpenPage } from "./stack";
import { faintFields, faintTexts, nameless, overflow } from "./checks";

declare const document: any, window: any, getComputedStyle: any;

const VIEWS = ["flow", "failed", "chart", "sql", "datasets", "alarms"];
const FOLDER = process.env.PAGE_SCREENSHOTS;

describe("the page in a browser", () => {
  let browser: Browser;
  let small: OpenPage;
  let page: Page;
  /** what the browser reports: errors, and what the content security policy blocked */
  let reported: string[] = [];
  before(async () => {
    small = await openPage();
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM!,
      // A container has no user namespaces; the page is our own.
      args: ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"],
    });
  });
  after(async () => {
    await browser?.close();
    await small?.close();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    reported = [];
    page.on("pageerror", (error) => void reported.push(String(error)));
    page.on("console", (message) => {
      // The answer to a statement that is wrong has a status that browsers report.
      if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) reported.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(small.address)) reported.push(`loads ${request.url()}`);
    });
  });
  afterEach(async () => {
    await page.close();
    assert.deepEqual(reported, []);
  });

  const open = async (view: string, ready: string): Promise<void> => {
    await page.goto(`${small.address}#${view}`);
    await page.waitForSelector(ready);
  };
  const READY: Record<string, string> = {
    flow: ".value.good",
    failed: "button[data-id]",
    chart: ".plot canvas",
    sql: ".completing textarea",
    datasets: ".panel table",
    alarms: ".panel details",
  };
  const text = (selector: string): Promise<string> => page.$eval(selector, (element) => element.textContent ?? "");

  for (const [width, height] of [
    [1280, 860],
    [390, 844],
  ] as const)
    it(`is readable and fits, light and dark, ${width} px wide`, async () => {
      await page.setViewportSize({ width, height });
      for (const view of VIEWS) {
        await open(view, READY[view]!);
        if (view === "failed") {
          await page.click("button[data-id]");
          await page.click(".detail .main");
          await page.waitForSelector(".tried");
        }
        if (view === "sql") {
          await page.click("button.main");
          await page.waitForSelector(".result table");
        }
        await page.$$eval("details", (all) => all.forEach((one) => (one.open = true)));
        assert.deepEqual(await page.evaluate(nameless), [], view);
        assert.deepEqual(await page.evaluate(overflow), [], view);
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          if (FOLDER !== undefined) {
            const file = path.join(FOLDER, `${view}-${colorScheme}-${width}.png`);
            await page.screenshot({ path: file, fullPage: true });
          }
          assert.deepEqual(await page.evaluate(faintTexts), [], `${view}, ${colorScheme}`);
          assert.deepEqual(await page.evaluate(faintFields), [], `${view}, ${colorScheme}`);
        }
      }
    });

  it("counts live", async () => {
    await open("flow", READY.flow!);
    const published = async (): Promise<number> => Number((await text(".card.source .value")).replaceAll(",", ""));
    const before = await published();
    for (let i = 0; i < 7; i++) await small.publish();
    await page.waitForFunction(
      (expected) => document.querySelector(".card.source .value")?.textContent === expected,
      (before + 7).toLocaleString("en-US"),
      { timeout: 30_000 },
    );
  });

  it("shows what a message holds as text", async () => {
    await open("failed", READY.failed!);
    assert.match(await text(".preview"), /<img src=x onerror=/);
    await page.click("button[data-id]");
    await page.waitForSelector(".detail .main");
    await page.click(".detail .main");
    await page.waitForSelector(".tried");
    assert.match(await text(".outcome"), /fails again/);
    assert.equal(await page.$$eval("main img, main script", (all) => all.length), 0);
    assert.equal(await page.evaluate(() => "hacked" in window), false);
  });

  it("tries a changed message", async () => {
    await open("failed", READY.failed!);
    await page.click("button[data-id]");
    await page.waitForSelector(".detail textarea");
    await page.$eval(".detail textarea", (area) => (area.value = '{"device_id":"a","value":5}'));
    await page.click(".detail .main");
    await page.waitForSelector(".outcome.good");
    assert.match(await text(".tried"), /"twice":10/);
  });

  it("is used with the keyboard alone", async () => {
    await page.goto(small.address);
    await page.waitForSelector("nav a");
    const focused = (): Promise<string> =>
      page.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 20) ?? "");
    await page.keyboard.press("Tab");
    assert.match(await focused(), /^Skip to the content/);
    for (let i = 0; i < 4; i++) await page.keyboard.press("Tab");
    assert.equal(await focused(), "SQL");
    const ring = await page.$eval("nav a:focus", (link) => getComputedStyle(link).outlineStyle);
    assert.equal(ring, "solid");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".completing textarea");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), "TEXTAREA");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("SELECT dev");
    await page.waitForSelector(".proposals:not([hidden])");
    assert.match(await text("[aria-selected=true]"), /^device_id/);
    await page.keyboard.press("Tab");
    await page.keyboard.type(", count(*) AS n\nFROM readings GROUP BY 1 ORDER BY 1");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector(".result table");
    assert.deepEqual(
      await page.$$eval(".result tr:nth-child(1) td", (cells) => cells.map((cell) => cell.textContent)),
      ["a", "100"],
    );
  });

  it("marks the place of an error in a statement", async () => {
    await open("sql", READY.sql!);
    await page.$eval("textarea", (area) => (area.value = "SELECT device_id,\n  nothing FROM readings"));
    await page.click("button.main");
    await page.waitForSelector(".failure");
    assert.match(await text(".failure"), /Line 2, column 3.*Column 'nothing' cannot be resolved/s);
    assert.equal(await page.evaluate(() => document.getSelection()?.toString()), "nothing");
  });

  it("draws a chart, and another range of it by keys and by the mouse", async () => {
    await open("chart", READY.chart!);
    const range = (): Promise<string[]> =>
      page.$$eval(".chart input[type=text]", (all) => all.map((input) => input.value));
    const changed = async (action: () => Promise<void>): Promise<string[]> => {
      const before = JSON.stringify(await range());
      await action();
      await page.waitForFunction(
        (old) =>
          JSON.stringify([...document.querySelectorAll(".chart input[type=text]")].map((input) => input.value)) !== old,
        before,
        { timeout: 30_000 },
      );
      return range();
    };
    const inked = await page.$eval(".plot canvas", (canvas) => {
      const { width, height } = canvas as any;
      const { data } = (canvas as any).getContext("2d")!.getImageData(0, 0, width, height);
      return data.filter((value: number, i: number) => i % 4 === 3 && value > 0).length;
    });
    assert.ok(inked > 2000, `${inked} pixels are drawn`);
    const all = await range();
    assert.deepEqual(all, ["2026-01-15 12:00:00", "2026-01-15 13:39:00"]);
    await page.focus(".plot");
    const half = await changed(() => page.keyboard.press("+"));
    assert.ok(half[0]! > all[0]! && half[1]! < all[1]!);
    assert.ok((await changed(() => page.keyboard.press("ArrowRight")))[0]! > half[0]!);
    assert.deepEqual(await changed(() => page.keyboard.press("0")), all);
    const box = (await (await page.$(".u-over"))!.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.25, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 });
    const dragged = await changed(() => page.mouse.up());
    assert.ok(dragged[0]! > all[0]! && dragged[1]! < all[1]!);
  });

  it("says when the local cloud has ended", async () => {
    const other = await openPage();
    await page.goto(other.address);
    reported = [];
    await page.waitForSelector(".value.good");
    await other.close();
    await page.waitForSelector(".notice:not([hidden])");
    assert.match(await text(".notice"), /does not answer/);
    // Requests to it fail from now on.
    reported = [];
  });
});
