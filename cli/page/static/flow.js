/** The way of the messages through the stack, drawn from its resources, with the figures of the report. */
import { h, replace, s, table } from "./dom.js";
import { LINE, planOf } from "./flow-plan.js";
import { bytes, count, short } from "./format.js";

const WORDS = {
  source: "Sources",
  rule: "Rules",
  channel: "Channels",
  pipeline: "Pipelines",
  datastore: "Datastores",
  dataset: "Datasets",
};
/** figures that every part of a kind has */
const LINES = { source: 2, rule: 2, channel: 2, pipeline: 4, datastore: 3, dataset: 2 };

export function flowView(stack, state) {
  const element = h("section", { class: "flow", "aria-label": "Flow of the messages" });
  const rows = h("div");
  const asTable = h("details", {}, h("summary", {}, "The figures as a table"), rows);
  const { mqtt, http, mqtts } = stack.endpoints;
  const where = h(
    "dl",
    { class: "facts where" },
    ...Object.entries({ MQTT: mqtt, MQTTS: mqtts, "HTTP, AWS's APIs": http, "Data folder": stack.dataDir })
      .filter(([, value]) => value !== undefined)
      .flatMap(([term, value]) => [h("dt", {}, term), h("dd", {}, h("code", {}, value))]),
  );
  asTable.addEventListener("toggle", () => tell());
  const tell = () => {
    // A part may get a figure that it did not have.
    if (
      drawing &&
      Object.entries(state?.flow?.nodes ?? {}).some(([id, all]) => all.length > drawing.figures.get(id)?.length)
    ) {
      drawing = undefined;
      return draw();
    }
    if (drawing && state?.flow) show(drawing, state.flow);
    if (asTable.open && state?.flow) replace(rows, tableOf(stack.flow, state.flow));
  };
  let drawing;
  const draw = () => {
    const width = Math.floor(element.clientWidth);
    if (width === 0 || width === drawing?.width) return;
    drawing = { width, ...drawn(stack.flow, width, state?.flow?.nodes) };
    replace(element, drawing.svg, where, asTable);
    tell();
  };
  const observer = new ResizeObserver(draw);
  observer.observe(element);
  return {
    element,
    update(next) {
      state = next;
      tell();
    },
    close: () => observer.disconnect(),
  };
}

/** @param counted figures of each part by its id */
function drawn(flow, width, counted) {
  const plan = planOf(flow, width, ({ id, kind }) => Math.max(LINES[kind], counted?.[id]?.length ?? 0));
  const { card } = plan;
  const [figures, arrows] = [new Map(), new Map()];
  const fit = fitting(getComputedStyle(document.body).fontFamily, card - 20);
  const svg = s("svg", {
    viewBox: `0 0 ${plan.width} ${plan.height}`,
    width: plan.width,
    height: plan.height,
    role: "img",
    "aria-label":
      "The parts of the stack and the counts of the messages between them; the table below has the same figures",
  });
  for (const { kind, x, y } of plan.titles) svg.append(s("text", { class: "kind", x, y }, WORDS[kind]));
  const labels = [];
  for (const { from, to } of plan.listed ? [] : flow.edges) {
    const [a, b] = [plan.at.get(from), plan.at.get(to)];
    const arrow = plan.narrow ? down(a, b, card) : across(a, b, card);
    const path = s("path", { class: "arrow", d: arrow.d });
    const label = s("text", { class: "along", x: arrow.x, y: arrow.y, "text-anchor": arrow.anchor ?? "middle" });
    svg.append(path, s("path", { class: "head", d: arrow.head }));
    labels.push(label);
    arrows.set(`${from}>${to}`, { path, label, value: undefined });
  }
  svg.append(...labels);
  for (const node of flow.nodes) {
    const { x, y, height } = plan.at.get(node.id);
    const group = s("g", { class: `card ${node.kind}`, transform: `translate(${x} ${y})` });
    group.append(
      s("rect", { width: card, height, rx: 8 }),
      s("text", { class: "name", x: 10, y: 23 }, s("title", {}, node.name), fit(node.name, "600 13.5px")),
      s("text", { class: "detail", x: 10, y: 41 }, s("title", {}, node.detail ?? ""), fit(node.detail ?? "", "12.5px")),
    );
    const line = (i) => {
      const at = { y: plan.head(node) + 15 + i * LINE };
      const label = s("text", { class: "label", x: 10, ...at });
      const value = s("text", { class: "value", x: card - 10, "text-anchor": "end", ...at });
      group.append(label, value);
      return { label, value };
    };
    // Where arrows would go through other parts, each says what comes into it.
    const into = plan.into(node);
    into.forEach(({ from }, i) => {
      const { label, value } = line(i);
      label.textContent = fit(`← ${from.slice(from.indexOf(":") + 1)}`, "13.5px", card - 20 - 70);
      arrows.set(`${from}>${node.id}`, { label: value, value: undefined });
    });
    figures.set(
      node.id,
      Array.from({ length: plan.lines(node) }, (_, i) => line(into.length + i)),
    );
    svg.append(group);
  }
  return { svg, figures, arrows };
}

function across(a, b, card) {
  const [x1, y1] = [a.x + card, a.y + a.height / 2];
  const [x2, y2] = [b.x - 2, b.y + b.height / 2];
  const middle = (x1 + x2) / 2;
  return {
    d: `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2 - 5} ${y2}`,
    head: `M${x2} ${y2} l-8 -4.5 v9 z`,
    x: middle - 2,
    y: (y1 + y2) / 2 - 8,
  };
}

function down(a, b, card) {
  const [x1, y1] = [a.x + card * 0.6, a.y + a.height];
  const [x2, y2] = [b.x + card * 0.6, b.y - 2];
  const middle = (y1 + y2) / 2;
  return {
    d: `M${x1} ${y1} C${x1} ${middle} ${x2} ${middle} ${x2} ${y2 - 5}`,
    head: `M${x2} ${y2} l-4.5 -8 h9 z`,
    x: (x1 + x2) / 2 + 10,
    y: middle + 5,
    anchor: "start",
  };
}

/** Cuts texts to a width in px. */
function fitting(family, whole) {
  const context = document.createElement("canvas").getContext("2d");
  return (text, font, width = whole) => {
    context.font = `${font} ${family}`;
    if (context.measureText(text).width <= width) return text;
    let end = text.length;
    while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end--;
    return `${text.slice(0, end)}…`;
  };
}

function show({ figures, arrows }, { nodes, edges }) {
  for (const [id, rows] of figures)
    rows.forEach(({ label, value }, i) => {
      const figure = nodes[id]?.[i];
      if (figure === undefined) return;
      set(label, figure.label);
      set(value, figure.unit === "bytes" ? bytes(figure.value) : inCard(figure.value));
      const tone = figure.value > 0 ? figure.tone : undefined;
      label.setAttribute("class", `label ${tone ?? ""}`);
      value.setAttribute("class", `value ${tone ?? ""}`);
    });
  for (const [id, arrow] of arrows) {
    const value = edges[id];
    if (value === undefined || value === arrow.value) continue;
    set(arrow.label, short(value));
    // A class that is taken off and put on again starts its animation anew.
    arrow.path?.classList.remove("moves");
    if (arrow.value !== undefined) requestAnimationFrame(() => arrow.path?.classList.add("moves"));
    arrow.value = value;
  }
}

function tableOf({ nodes }, figures) {
  const rows = nodes.flatMap(({ id, kind, name }) =>
    (figures.nodes[id] ?? []).map(({ label, value, unit }) => [
      WORDS[kind].slice(0, -1).toLowerCase(),
      name,
      label,
      unit === "bytes" ? bytes(value) : count(value),
    ]),
  );
  return table("Figures of the flow", ["Kind", "Name", "Figure", "Value"], rows, [false, false, false, true]);
}

/** Seven digits have room beside their label. */
const inCard = (value) => (value < 10_000_000 ? count(value) : short(value));

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
