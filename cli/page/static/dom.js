/** Elements are made here and nowhere else. Text goes in as text: nothing that came from a message is read as HTML. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with properties and children. `class`, `aria-*`, `data-*`, `for`, `role` and the like become attributes, `on*` listeners.
 * @param {string} name
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string | number | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function h(name, properties = {}, ...children) {
  return fill(document.createElement(name), properties, children);
}

/** The same for a part of a drawing. */
export function s(name, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, name), properties, children);
}

/** Puts other children into an element. */
export function replace(element, ...children) {
  element.replaceChildren(...children.flat().filter(isThere).map(nodeOf));
  return element;
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (name === "value") element.value = value;
    else element.setAttribute(name, String(value));
  }
  element.append(...children.flat().filter(isThere).map(nodeOf));
  return element;
}

const isThere = (child) => child !== undefined && child !== null && child !== false;
const nodeOf = (child) => (child instanceof Node ? child : document.createTextNode(String(child)));

let ids = 0;

/** A label and its field; the field has the text as its name. */
export function field(text, control) {
  control.id ||= `field-${++ids}`;
  return h("div", { class: "field" }, h("label", { for: control.id }, text), control);
}

/** A choice among texts, or among `[value, text]`. */
export function select(values, chosen, onchange) {
  const options = values.map((one) => {
    const [value, text] = Array.isArray(one) ? one : [one, one];
    return h("option", { value, selected: value === chosen }, text);
  });
  return h("select", { onchange: (event) => onchange?.(event.target.value) }, ...options);
}

/** A button of a form of its own: never one that submits. */
export function button(text, onclick, properties = {}) {
  return h("button", { type: "button", onclick, ...properties }, text);
}

/**
 * A table that scrolls by itself where it is too wide. A keyboard reaches it for that.
 * @param {string} name what it holds, for those who do not see it
 */
export function table(name, heads, rows, numeric = []) {
  const align = (i) => (numeric[i] ? "number" : undefined);
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": name },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...heads.map((head, i) => h("th", { scope: "col", class: align(i) }, head)))),
      h(
        "tbody",
        {},
        ...rows.map((row) => h("tr", {}, ...row.map((cell, i) => h("td", { class: align(i) }, ...[cell].flat())))),
      ),
    ),
  );
}

/** What is said where there is nothing to show. */
export function empty(...text) {
  return h("p", { class: "empty" }, ...text);
}

/** What went wrong, read aloud. */
export function failure(message) {
  return h("p", { class: "failure", role: "alert" }, message);
}
