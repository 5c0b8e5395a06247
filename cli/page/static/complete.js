/** Completion of SQL in a text area: tables, columns of the tables that the statement names, functions and keywords. */
import { h, replace } from "./dom.js";

const KEYWORDS =
  "SELECT FROM WHERE GROUP BY ORDER BY LIMIT HAVING DISTINCT JOIN LEFT JOIN CROSS JOIN UNNEST ON USING AS AND OR NOT IN BETWEEN LIKE IS NULL CASE WHEN THEN ELSE END WITH UNION ALL ASC DESC OVER PARTITION BY INTERVAL TIMESTAMP DATE TRUE FALSE EXISTS OFFSET FETCH FILTER WINDOW".split(
    " ",
  );
/** proposals that are shown at a time */
const MOST = 10;
const WORD = /[A-Za-z_][\w$]*$/;

let ids = 0;

/**
 * Gives a text area a list of proposals. It opens while a word is typed and by Ctrl+Space. Arrows choose, Tab takes one, and so does Enter once
 * one was chosen; Escape closes.
 * @param {HTMLTextAreaElement} area
 * @param {{ tables: { name: string, columns?: { name: string, type: string }[] }[], functions: string[] }} words
 * @returns {HTMLElement} the area with its list
 */
export function completing(area, words) {
  const id = `proposals-${++ids}`;
  const list = h("ul", { id, role: "listbox", class: "proposals", "aria-label": "Proposals", hidden: true });
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", id);
  let found = [];
  let chosen = 0;
  /** whether Enter takes a proposal: only if the list was asked for, or somebody has chosen in it; else it begins a line */
  let entered = false;

  const close = () => {
    found = [];
    list.hidden = true;
    area.removeAttribute("aria-activedescendant");
  };
  const show = () => {
    replace(
      list,
      ...found.map(({ text, note }, i) =>
        h(
          "li",
          {
            id: `${id}-${i}`,
            role: "option",
            "aria-selected": String(i === chosen),
            onpointerdown: (event) => {
              event.preventDefault();
              take(i);
            },
          },
          h("span", {}, text),
          h("span", { class: "muted" }, note),
        ),
      ),
    );
    list.hidden = false;
    place(area, list);
    area.setAttribute("aria-activedescendant", `${id}-${chosen}`);
  };
  const look = (asked) => {
    const before = area.value.slice(0, area.selectionStart);
    const word = WORD.exec(before)?.[0] ?? "";
    if (word === "" && !asked) return close();
    found = proposals(words, area.value, word, before.slice(0, before.length - word.length)).slice(0, MOST);
    if (found.length === 0 || (!asked && found.length === 1 && found[0].text.toLowerCase() === word.toLowerCase()))
      return close();
    chosen = 0;
    entered = asked;
    show();
  };
  const take = (i) => {
    const { text, after = "" } = found[i];
    const word = WORD.exec(area.value.slice(0, area.selectionStart))?.[0] ?? "";
    area.setRangeText(text + after, area.selectionStart - word.length, area.selectionStart, "end");
    close();
    area.focus();
  };
  area.addEventListener("input", () => look(false));
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      return look(true);
    }
    if (list.hidden || event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      chosen = (chosen + step + found.length) % found.length;
      entered = true;
      show();
    } else if (event.key === "Enter" && !entered) {
      close();
    } else if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      take(chosen);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) close();
  });
  return h("div", { class: "completing" }, area, list);
}

/** What may come in the place of `word`, the likeliest first. */
export function proposals({ tables, functions }, sql, word, before) {
  const start = word.toLowerCase();
  const named = tables.filter(({ name }) => new RegExp(`\\b${name}\\b`, "i").test(sql));
  const columns = (named.length > 0 ? named : tables).flatMap(({ name, columns = [] }) =>
    columns.map((column) => ({ text: quotedName(column.name), note: `${column.type} of ${name}` })),
  );
  const all = [
    ...columns,
    ...tables.map(({ name, kind }) => ({ text: quotedName(name), note: kind })),
    ...[...new Set(KEYWORDS)].map((text) => ({ text, note: "keyword" })),
    ...functions.map((text) => ({ text, note: "function", after: "(" })),
  ];
  const afterFrom = /\b(from|join)\s+$/i.test(before);
  const rank = ({ note }) => (afterFrom === (note === "datastore" || note === "dataset") ? 0 : 1);
  const seen = new Set();
  return all
    .filter(({ text }) => text.toLowerCase().replace(/^"/, "").startsWith(start))
    .filter(({ text }) => !seen.has(text.toLowerCase()) && seen.add(text.toLowerCase()))
    .sort((a, b) => rank(a) - rank(b));
}

/** A name that is no plain word needs double quotes, and one that SQL takes for a type or keyword does as well. */
function quotedName(name) {
  const plain =
    /^[a-z][a-z0-9_]*$/.test(name) && !["timestamp", "date", "time", "order", "group", "end"].includes(name);
  return plain ? name : `"${name}"`;
}

/** Below the caret: the area does not wrap lines and its font has one width. */
function place(area, list) {
  const before = area.value.slice(0, area.selectionStart).split("\n");
  const style = getComputedStyle(area);
  const height = Number.parseFloat(style.lineHeight);
  const probe = document.createElement("canvas").getContext("2d");
  probe.font = `${style.fontSize} ${style.fontFamily}`;
  const width = probe.measureText("0").width;
  const word = WORD.exec(before.at(-1))?.[0].length ?? 0;
  const left = Number.parseFloat(style.paddingLeft) + (before.at(-1).length - word) * width - area.scrollLeft;
  const top = Number.parseFloat(style.paddingTop) + before.length * height - area.scrollTop + 2;
  list.style.left = `${Math.max(0, Math.min(left, area.clientWidth - 280))}px`;
  list.style.top = `${Math.min(top, area.clientHeight + 2)}px`;
}
