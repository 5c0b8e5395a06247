/** Datasets: when they run, their contents and rows. */
import { get, post } from "./api.js";
import { button, empty, failure, h, replace, table } from "./dom.js";
import { bytes, count, counted } from "./format.js";

/** ms between two looks while a content is being made */
const MAKING_MS = 1000;

export function datasetsView(_, state) {
  const element = h("section", { "aria-label": "Datasets" });
  let known = contentsOf(state);
  let timer;
  let open;

  async function load() {
    clearTimeout(timer);
    try {
      const { datasets, shown } = await get("/api/datasets");
      show(datasets, shown);
      if (datasets.some(({ contents }) => contents.some((one) => one.state === "CREATING")))
        timer = setTimeout(load, MAKING_MS);
    } catch (error) {
      replace(element, failure(error.message));
    }
  }

  function show(datasets, shown) {
    if (datasets.length === 0)
      return replace(element, empty("The stack has no datasets. A dataset document among its definitions makes one."));
    replace(element, ...datasets.map((dataset) => panel(dataset, shown)));
    if (open?.element)
      for (const place of element.querySelectorAll(`[data-rows="${CSS.escape(open.name)}"]`))
        replace(place, open.element);
  }

  function panel({ name, schedules, next, contents, kept, query }, shown) {
    const made = h("div", { "data-rows": name });
    const rows = contents.map((content) => [
      content.state === "SUCCEEDED" &&
        button("Rows", () => rowsOf(name, content.version, made), {
          "aria-label": `Rows of the content ${content.version} of ${name}`,
        }),
      h("span", { class: { FAILED: "trouble", SUCCEEDED: "good" }[content.state] }, content.state.toLowerCase()),
      stamp(content.created),
      stamp(content.scheduled) || h("span", { class: "muted" }, "by hand"),
      content.rows === null ? "" : count(content.rows),
      content.bytes === null ? "" : bytes(content.bytes),
      content.reason === null ? h("code", {}, content.version ?? "") : h("span", { class: "reason" }, content.reason),
    ]);
    const runs = schedules.length === 0 ? "Runs when a person runs it" : `Runs ${schedules.join(", ")}`;
    return h(
      "div",
      { class: "panel" },
      h(
        "div",
        { class: "bar spread" },
        h(
          "div",
          {},
          h("h3", {}, name),
          h(
            "p",
            { class: "muted" },
            `${runs}${next === null ? "" : `, next ${stamp(next)} UTC`}. ${counted(kept, "content")} kept.`,
          ),
        ),
        button("Make a content now", (event) => make(event.target, name)),
      ),
      contents.length === 0
        ? empty("No content yet.")
        : table(
            `Contents of ${name}`,
            ["", "State", "Made (UTC)", "Scheduled (UTC)", "Rows", "Size", "Version or reason"],
            rows,
            [false, false, false, false, true, true],
          ),
      kept > shown && h("p", { class: "muted" }, `The newest ${count(shown)} are listed.`),
      h("details", {}, h("summary", {}, "Query"), h("pre", { tabindex: "0" }, query)),
      made,
    );
  }

  async function make(pressed, name) {
    pressed.disabled = true;
    try {
      await post("/api/dataset/make", { name });
      await load();
    } catch (error) {
      pressed.after(failure(error.message));
    }
    pressed.disabled = false;
  }

  async function rowsOf(name, version, place) {
    open = { name };
    try {
      const { names, rows, more } = await post("/api/dataset/rows", { name, version });
      const note = `Content ${version}: ${more ? `the first ${count(rows.length)} rows` : counted(rows.length, "row")}`;
      open.element = h(
        "div",
        { class: "result rows" },
        h("p", { class: "muted" }, note),
        table(
          note,
          names,
          rows.map((row) => row.map((value) => (value === null ? h("span", { class: "muted" }, "null") : value))),
        ),
      );
    } catch (error) {
      open.element = failure(error.message);
    }
    replace(place, open.element);
  }

  load();
  return {
    element,
    update(next) {
      const now = contentsOf(next);
      if (now === known) return;
      known = now;
      load();
    },
    close: () => clearTimeout(timer),
  };
}

/** The figures of the datasets; when they change, there is a new content or a failure. */
function contentsOf(state) {
  if (!state?.flow) return "";
  return JSON.stringify(Object.entries(state.flow.nodes).filter(([id]) => id.startsWith("dataset:")));
}

const stamp = (iso) => (iso === null ? "" : iso.slice(0, 19).replace("T", " "));
