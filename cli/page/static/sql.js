/** SQL over the datastores and datasets, as Athena has it. */
import { get, post, save } from "./api.js";
import { completing } from "./complete.js";
import { button, empty, failure, field, h, replace, select, table } from "./dom.js";
import { bytes, cell, count, counted } from "./format.js";

/** What was typed last stays while the page is open. */
const kept = { sql: "", rows: "1000" };

export function sqlView(stack) {
  const first = stack.flow.nodes.find(({ kind }) => kind === "datastore");
  kept.sql ||= first ? `SELECT *\nFROM ${first.name}\nLIMIT 100` : "SELECT 1";
  const area = h("textarea", { rows: "6", spellcheck: "false", autocapitalize: "off", class: "code sql", wrap: "off" });
  area.value = kept.sql;
  const result = h("div", { class: "result", "aria-live": "polite" });
  const holder = h("div", {}, area);
  const tables = h("div", { class: "tables" });
  let running;

  const stop = button("Cancel", () => running?.abort());
  const run = button("Run", go, { class: "main", title: "Ctrl+Enter" });
  const files = ["csv", "json"].map((format) =>
    button(`Save as ${format.toUpperCase()}`, async () => {
      try {
        await save("/api/sql/save", { sql: area.value, format }, `result.${format}`);
      } catch (error) {
        replace(result, failureOf(error, area));
      }
    }),
  );
  const rows = field(
    "Rows shown",
    select(
      [
        ["100", "100"],
        ["1000", "1,000"],
        ["10000", "10,000"],
      ],
      kept.rows,
      (value) => (kept.rows = value),
    ),
  );
  stop.disabled = true;

  async function go() {
    running?.abort();
    const own = (running = new AbortController());
    kept.sql = area.value;
    [run.disabled, stop.disabled] = [true, false];
    replace(result, h("p", { class: "muted" }, "The query runs …"));
    try {
      const answer = await post("/api/sql", { sql: area.value, rows: Number(kept.rows) }, own.signal);
      if (running === own) replace(result, ...resultOf(answer));
    } catch (error) {
      if (running === own)
        replace(
          result,
          error.name === "AbortError" ? h("p", { class: "muted" }, "Cancelled.") : failureOf(error, area),
        );
    }
    if (running === own) [run.disabled, stop.disabled] = [false, true];
  }

  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    go();
  });
  area.addEventListener("input", () => (kept.sql = area.value));

  get("/api/sql/words").then(
    (words) => {
      holder.replaceChildren(labelled("SQL", area, completing(area, words)));
      replace(tables, ...words.tables.map(tableOf));
    },
    (error) => replace(result, failure(error.message)),
  );

  const element = h(
    "section",
    { class: "sql-view", "aria-label": "SQL" },
    holder,
    h("div", { class: "bar after" }, run, stop, ...files, rows),
    result,
    h("details", {}, h("summary", {}, "Datastores and datasets"), tables),
  );
  replace(result, empty("Ctrl+Enter runs the statement, Ctrl+Space proposes tables, columns and functions."));
  return { element, close: () => running?.abort() };
}

function labelled(text, control, element) {
  control.id ||= "sql";
  return h("div", { class: "field" }, h("label", { for: control.id }, text), element);
}

function tableOf({ name, kind, columns, query }) {
  return h(
    "div",
    { class: "about" },
    h("h3", {}, name, h("span", { class: "muted" }, ` ${kind}`)),
    kind === "dataset"
      ? h("pre", { tabindex: "0" }, query)
      : h(
          "p",
          {},
          ...columns.flatMap((column, i) => [
            i > 0 && ", ",
            column.name,
            h("span", { class: "muted" }, ` ${column.type}`),
          ]),
        ),
  );
}

function resultOf({ columns, rows, more, milliseconds, reads }) {
  const numeric = columns.map(({ type }) => /^(tinyint|smallint|integer|bigint|real|double|decimal)/.test(type));
  const facts = [
    more ? `the first ${count(rows.length)} rows; a file has all` : counted(rows.length, "row"),
    `${count(milliseconds)} ms`,
    `${bytes(reads.scannedBytes)} read, ${count(reads.partitions.planned)} of ${counted(reads.partitions.total, "partition")}`,
    `on AWS ${reads.usd.toLocaleString("en-US", { maximumSignificantDigits: 2, maximumFractionDigits: 10 })} USD`,
  ];
  return [
    h("p", { class: "muted" }, facts.join(" · ")),
    rows.length === 0
      ? empty("No rows.")
      : table(
          "Result",
          columns.map(({ name, type }) => h("span", { title: type }, name)),
          rows.map((row) => row.map((value) => (value === null ? h("span", { class: "muted" }, "null") : cell(value)))),
          numeric,
        ),
  ];
}

/** The message, with the place in the statement marked and the caret put there. */
function failureOf({ message, line, column }, area) {
  const element = failure(message.replace(/^line \d+:\d+: /, ""));
  if (line === undefined) return element;
  const lines = area.value.split("\n");
  const at = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
  const length = /^[\w$]+|^./.exec(area.value.slice(at))?.[0].length ?? 0;
  area.focus();
  area.setSelectionRange(at, at + length);
  element.prepend(
    h("span", { class: "place" }, `Line ${line}, column ${column}`),
    h(
      "code",
      { class: "mark" },
      `${lines[line - 1] ?? ""}\n${" ".repeat(Math.max(0, column - 1))}${"^".repeat(Math.max(1, length))}\n`,
    ),
  );
  return element;
}
