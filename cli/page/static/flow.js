/** The way of the messages through the stack, drawn from its resources, with the figures of the report. */
import { h, replace, s, table } from "./dom.js";
import { bytes, count, short } from "./format.js";

const KINDS = ["source", "rule", "channel", "pipeline", "datastore", "dataset"];
const WORDS = {
  source: "Sources",
  rule: "Rules",
  channel: "Channels",
  pipeline: "Pipelines",
  datastore: "Datastores",
  dataset: "Datasets",
};
/** px */
const [CARD, LINE, HEAD, DETAIL, GAP_X, GAP_Y, TITLE] = [176, 20, 34, 16, 56, 22, 30];
/** below this width the flow runs from top to bottom; a little above it the drawing is scaled down */
const NARROW = 1080;
/** a name longer than this is cut, in characters */
const LONGEST = 20;

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
    if (drawing && state?.flow) show(drawing, state.flow);
    if (asTable.open && state?.flow) replace(rows, tableOf(stack.flow, state.flow));
  };
  let drawing;
  const draw = () => {
    const width = Math.floor(element.clientWidth);
    if (width === 0 || width === drawing?.width) return;
    drawing = { width, ...drawn(stack.flow, width) };
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

/** Each part's place, in columns from left to right, or where there is no room for them, in rows from top to bottom. */
function places(flow, width, lines) {
  const narrow = width < NARROW;
  const detailed = new Set(flow.nodes.filter(({ detail }) => detail).map(({ kind }) => kind));
  const head = ({ kind }) => HEAD + (detailed.has(kind) ? DETAIL : 0);
  const groups = KINDS.map((kind) => inOrder(flow, kind)).filter((nodes) => nodes.length > 0);
  const height = (node) => head(node) + lines(node) * LINE + 10;
  const at = new Map();
  if (!narrow) {
    const columns = groups.length;
    const gap = columns === 1 ? 0 : Math.min(140, Math.max(GAP_X, (width - columns * CARD) / (columns - 1)));
    const tall = Math.max(...groups.map((nodes) => nodes.reduce((sum, node) => sum + height(node) + GAP_Y, -GAP_Y)));
    groups.forEach((nodes, column) => {
      const own = nodes.reduce((sum, node) => sum + height(node) + GAP_Y, -GAP_Y);
      let y = TITLE + (tall - own) / 2;
      for (const node of nodes) {
        at.set(node.id, { x: column * (CARD + gap), y, height: height(node) });
        y += height(node) + GAP_Y;
      }
    });
    const titles = groups.map((nodes, column) => ({ kind: nodes[0].kind, x: column * (CARD + gap), y: 14 }));
    return { narrow, head, at, titles, width: columns * CARD + (columns - 1) * gap, height: TITLE + tall + 4 };
  }
  const widest = Math.max(...groups.map(({ length }) => length));
  const perRow = Math.min(widest, Math.max(1, Math.floor((width + 20) / (CARD + 20))));
  const card = Math.min(440, (width - (perRow - 1) * 20) / perRow);
  const titles = [];
  let y = 0;
  for (const nodes of groups) {
    titles.push({ kind: nodes[0].kind, x: 0, y: y + 14 });
    y += TITLE - 6;
    for (let first = 0; first < nodes.length; first += perRow) {
      const row = nodes.slice(first, first + perRow);
      row.forEach((node, i) => at.set(node.id, { x: i * (card + 20), y, height: height(node) }));
      y += Math.max(...row.map(height)) + GAP_Y;
    }
    y += 22;
  }
  return { narrow, head, at, titles, width, height: y - 22, card };
}

/** Of a kind, those first that what is before them leads to first: arrows cross less. */
function inOrder({ nodes, edges }, kind) {
  const index = new Map(nodes.map(({ id }, i) => [id, i]));
  const rank = ({ id }) => {
    const from = edges.filter(({ to }) => to === id).map((edge) => index.get(edge.from));
    return from.length === 0 ? index.get(id) : from.reduce((sum, i) => sum + i, 0) / from.length;
  };
  return nodes.filter((node) => node.kind === kind).sort((a, b) => rank(a) - rank(b));
}

const LINES = { source: 2, rule: 2, channel: 2, pipeline: 4, datastore: 3, dataset: 2 };

function drawn(flow, width) {
  const plan = places(flow, width, ({ kind }) => LINES[kind]);
  const card = plan.card ?? CARD;
  const room = Math.floor((LONGEST * (card - 24)) / (CARD - 24));
  const [figures, arrows] = [new Map(), new Map()];
  const svg = s("svg", {
    viewBox: `0 0 ${plan.width} ${plan.height}`,
    width: plan.width,
    height: plan.height,
    role: "img",
    "aria-label":
      "The parts of the stack and the counts of the messages between them; the table below has the same figures",
  });
  for (const { kind, x, y } of plan.titles) svg.append(s("text", { class: "kind", x, y }, WORDS[kind]));
  for (const { from, to } of flow.edges) {
    const [a, b] = [plan.at.get(from), plan.at.get(to)];
    const arrow = plan.narrow ? down(a, b, card) : across(a, b);
    const path = s("path", { class: "arrow", d: arrow.d });
    const label = s("text", { class: "along", x: arrow.x, y: arrow.y, "text-anchor": arrow.anchor ?? "middle" });
    svg.append(path, s("path", { class: "head", d: arrow.head }), label);
    arrows.set(`${from}>${to}`, { path, label, value: undefined });
  }
  for (const node of flow.nodes) {
    const { x, y, height } = plan.at.get(node.id);
    const group = s("g", { class: `card ${node.kind}`, transform: `translate(${x} ${y})` });
    group.append(
      s("rect", { width: card, height, rx: 8 }),
      s("text", { class: "name", x: 12, y: 23 }, s("title", {}, node.name), cut(node.name, room)),
      s("text", { class: "detail", x: 12, y: 41 }, s("title", {}, node.detail ?? ""), cut(node.detail ?? "", room + 3)),
    );
    const rows = Array.from({ length: LINES[node.kind] }, (_, i) => {
      const at = { y: plan.head(node) + 15 + i * LINE };
      const label = s("text", { class: "label", x: 12, ...at });
      const value = s("text", { class: "value", x: card - 12, "text-anchor": "end", ...at });
      group.append(label, value);
      return { label, value };
    });
    svg.append(group);
    figures.set(node.id, rows);
  }
  return { svg, figures, arrows };
}

function across(a, b) {
  const [x1, y1] = [a.x + CARD, a.y + a.height / 2];
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

const cut = (text, longest) => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);

function show({ figures, arrows }, { nodes, edges }) {
  for (const [id, rows] of figures)
    rows.forEach(({ label, value }, i) => {
      const figure = nodes[id]?.[i];
      if (figure === undefined) return;
      set(label, figure.label);
      set(value, figure.unit === "bytes" ? bytes(figure.value) : count(figure.value));
      const tone = figure.value > 0 ? figure.tone : undefined;
      label.setAttribute("class", `label ${tone ?? ""}`);
      value.setAttribute("class", `value ${tone ?? ""}`);
    });
  for (const [id, arrow] of arrows) {
    const value = edges[id];
    if (value === undefined || value === arrow.value) continue;
    set(arrow.label, short(value));
    // A class that is taken off and put on again starts its animation anew.
    arrow.path.classList.remove("moves");
    if (arrow.value !== undefined) requestAnimationFrame(() => arrow.path.classList.add("moves"));
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

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
