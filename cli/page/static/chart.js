/** A numeric column by time and device, over any range. */
import uPlot from "/uplot.js";
import { get, post } from "./api.js";
import { button, empty, failure, field, h, replace, select, table } from "./dom.js";
import { count, counted, time } from "./format.js";

/** series that are drawn at first, and at most */
const [FIRST, MOST] = [6, 8];
/** devices that can be chosen; the others are found by their name */
const LISTED = 24;
const HEIGHT = 380;
const COLOURS = 8;
/** A source that takes longer to read than this, in ms, is read anew only when somebody asks. */
const QUICK = 800;

/** What is chosen stays while the page is open. */
const kept = { choice: undefined, shown: undefined, from: null, to: null };

export function chartView(_, state) {
  const form = h("div", { class: "bar" });
  const plotted = h("div", {
    class: "plot",
    tabindex: "0",
    role: "group",
    "aria-label":
      "Chart. Arrow keys move the range, plus and minus zoom, 0 shows all. The table below has the figures.",
  });
  const range = h("div", { class: "bar after" });
  const devices = h("div", { class: "devices" });
  const about = h("div", { class: "muted about-chart", role: "status" });
  const figures = h("div", { class: "panel" });
  const element = h(
    "section",
    { class: "chart", "aria-label": "Chart" },
    form,
    plotted,
    range,
    about,
    devices,
    figures,
  );
  let plot;
  let last;
  let turn = 0;
  let wanted = "";
  let rows = rowsOf(state);
  /** ends the reading of a source that nobody wants any more */
  let reading = new AbortController();

  async function start() {
    const choices = await get("/api/chart/choices");
    if (choices.length === 0)
      return replace(element, empty("No datastore has a numeric column and a column with a time."));
    const known = choices.find(({ datastore }) => datastore === kept.choice?.datastore);
    if (known === undefined) choose({ ...choices[0] });
    showForm(choices);
    await draw(false);
  }

  function choose(choice) {
    reading.abort();
    reading = new AbortController();
    kept.choice = { group: "", ...choice };
    [kept.shown, kept.from, kept.to] = [undefined, null, null];
  }

  function showForm(choices) {
    const { choice } = kept;
    const all = choices.find(({ datastore }) => datastore === choice.datastore);
    const change = (name) => (value) => {
      const { from, to } = kept;
      choose(
        name === "datastore" ? choices.find(({ datastore }) => datastore === value) : { ...choice, [name]: value },
      );
      // Another column of the same rows is looked at in the same range.
      if (name === "value") [kept.from, kept.to] = [from, to];
      showForm(choices);
      draw(false);
    };
    replace(
      form,
      choices.length > 1 &&
        field(
          "Datastore",
          select(
            choices.map(({ datastore }) => datastore),
            choice.datastore,
            change("datastore"),
          ),
        ),
      field("Value", select(all.values, choice.value, change("value"))),
      field("By time in", select(all.times, choice.time, change("time"))),
      field("For each", select([["", "(all together)"], ...all.groups], choice.group, change("group"))),
    );
  }

  async function draw(fresh) {
    const own = ++turn;
    const { datastore, value, time: when, group } = kept.choice;
    const wait = setTimeout(() => say("Reading the rows …"), 250);
    try {
      const ask = {
        ...{ datastore, value, time: when, group, fresh },
        ...{ from: kept.from, to: kept.to, buckets: Math.max(100, Math.round(plotted.clientWidth || 800)) },
        groups: kept.shown ?? Array.from({ length: FIRST }, (_, i) => i),
      };
      const answer = await post("/api/chart", ask, reading.signal);
      if (own !== turn) return;
      last = answer;
      kept.shown ??= answer.groups.slice(0, FIRST).map((_, i) => i);
      show(answer);
    } catch (error) {
      if (own === turn) fail(error);
    } finally {
      clearTimeout(wait);
    }
  }

  function fail(error) {
    plot?.destroy();
    plot = undefined;
    replace(plotted, failure(error.message));
    for (const part of [range, devices, figures, about]) replace(part);
  }

  function show(answer) {
    if (answer.points === 0) {
      plot?.destroy();
      plot = undefined;
      replace(
        plotted,
        empty(
          answer.skipped === 0
            ? "The datastore has no rows yet."
            : `None of ${counted(answer.skipped, "row")} has a number and a time that can be read.`,
        ),
      );
      for (const part of [range, devices, figures]) replace(part);
      return say("");
    }
    const names = kept.shown.map((i) => nameOf(answer, i));
    const key = JSON.stringify([kept.choice, names]);
    const data = dataOf(answer);
    if (plot === undefined || key !== wanted) {
      plot?.destroy();
      replace(plotted);
      plot = new uPlot(optionsOf(names, plotted.clientWidth), data, plotted);
      wanted = key;
    } else plot.setData(data, false);
    plot.setScale("x", { min: answer.from, max: Math.max(answer.to, answer.from + 1) });
    showRange(answer);
    showDevices(answer);
    showFigures(answer, names);
    const each = answer.series.every(({ count: of }) => of.every((n) => n === 1));
    say(
      [
        counted(answer.points, "point"),
        each ? "each is drawn" : "drawn as the lowest and the highest value of each pixel",
        answer.skipped > 0 && `${counted(answer.skipped, "row")} without a number or a time`,
        `${count(answer.milliseconds)} ms`,
      ]
        .filter(Boolean)
        .join(" · "),
      !answer.current && button("Show the new rows", () => draw(true)),
    );
  }

  function say(...parts) {
    replace(about, ...parts);
  }

  /** Draws another range; without one all of it. */
  function look(from, to) {
    const [first, end] = [last.first, last.last];
    const all = from === undefined || (from <= first && to >= end);
    const width = Math.max(1000, Math.min(to - from, end - first));
    const start = Math.min(Math.max(from, first), Math.max(first, end - width));
    [kept.from, kept.to] = all ? [null, null] : [Math.round(start), Math.round(start + width)];
    draw(false);
  }

  function zoom(factor) {
    const [middle, half] = [(last.from + last.to) / 2, ((last.to - last.from) / 2) * factor];
    look(middle - half, middle + half);
  }

  function move(part) {
    const by = (last.to - last.from) * part;
    look(last.from + by, last.to + by);
  }

  function showRange({ from, to }) {
    const fields = [from, to].map((at) =>
      h("input", { type: "text", value: time(at), size: "19", spellcheck: "false" }),
    );
    const apply = () => {
      const [start, end] = fields.map(({ value }) => Date.parse(`${value.trim().replace(" ", "T")}Z`));
      fields.forEach((one, i) =>
        one.setAttribute("aria-invalid", String(Number.isNaN([start, end][i]) || start >= end)),
      );
      if (start < end) look(start, end);
    };
    for (const one of fields) one.addEventListener("change", apply);
    replace(
      range,
      field("From (UTC)", fields[0]),
      field("To (UTC)", fields[1]),
      button("◀", () => move(-0.5), { "aria-label": "Earlier" }),
      button("▶", () => move(0.5), { "aria-label": "Later" }),
      button("+", () => zoom(0.5), { "aria-label": "Zoom in" }),
      button("−", () => zoom(2), { "aria-label": "Zoom out" }),
      button("Whole range", () => look()),
    );
  }

  function showDevices(answer) {
    const { groups, groupCount } = answer;
    if (kept.choice.group === "" || groupCount < 2) return replace(devices);
    // The list stays as it is while somebody works in it.
    if (devices.contains(document.activeElement)) return;
    const list = h("div", { class: "list" });
    const find = h("input", {
      type: "search",
      placeholder: `Find among ${count(groupCount)}`,
      "aria-label": `Find a ${kept.choice.group}`,
    });
    const tell = () => {
      const text = find.value.trim().toLowerCase();
      const found = groups.map(({ name }, i) => ({ name, i })).filter(({ name }) => name.toLowerCase().includes(text));
      const listed = [...new Set([...found.filter(({ i }) => kept.shown.includes(i)), ...found])].slice(0, LISTED);
      replace(
        list,
        ...listed.map(({ i }) => {
          const box = h("input", { type: "checkbox" });
          box.checked = kept.shown.includes(i);
          box.disabled = !box.checked && kept.shown.length >= MOST;
          box.addEventListener("change", () => {
            kept.shown = box.checked ? [...kept.shown, i] : kept.shown.filter((each) => each !== i);
            tell();
            draw(false);
          });
          return h("label", {}, box, nameOf(answer, i));
        }),
        found.length > listed.length && h("span", { class: "muted" }, `${count(found.length - listed.length)} more`),
      );
    };
    find.addEventListener("input", tell);
    tell();
    replace(
      devices,
      h(
        "div",
        { class: "bar" },
        h("p", { class: "muted" }, `${kept.choice.group}: at most ${MOST} are drawn`),
        groupCount > LISTED && find,
      ),
      list,
    );
  }

  function showFigures({ series }, names) {
    const lines = series.map(({ min, max, count: of }, i) => {
      const points = of.reduce((sum, n) => sum + n, 0);
      const least = min.reduce((a, b) => Math.min(a, b), Infinity);
      const most = max.reduce((a, b) => Math.max(a, b), -Infinity);
      const name = h("span", { class: `key s${i % COLOURS}` }, names[i]);
      return points === 0 ? [name, "0", "", ""] : [name, count(points), number(least), number(most)];
    });
    replace(
      figures,
      h("h3", {}, "In this range"),
      table("Figures of the range", [kept.choice.group || "Series", "Points", "Lowest", "Highest"], lines, [
        false,
        true,
        true,
        true,
      ]),
    );
  }

  function optionsOf(names, width) {
    const style = getComputedStyle(element);
    const colour = (name) => style.getPropertyValue(name).trim();
    const space = 86;
    const axis = {
      stroke: colour("--muted"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { stroke: colour("--line"), width: 1 },
      font: `13px ${style.fontFamily}`,
    };
    return {
      width,
      height: HEIGHT,
      ms: 1,
      tzDate: (at) => uPlot.tzDate(new Date(at), "Etc/UTC"),
      legend: { live: true },
      cursor: { drag: { x: true, y: false, setScale: false } },
      scales: { x: { time: true, auto: false } },
      axes: [
        { ...axis, space, values: timesOf },
        { ...axis, size: 64, values: (_, values) => values.map(number) },
      ],
      series: [
        { value: (_, at) => (at === null ? "" : `${time(at)} UTC`) },
        ...names.map((label, i) => ({
          label,
          stroke: colour(`--s${i % COLOURS}`),
          width: 1.5,
          // Lines differ by more than their colour.
          dash: [undefined, [7, 3], [2, 3]][Math.floor(i / 3) % 3],
          value: (_, value) => (value === null || value === undefined ? "" : number(value)),
        })),
      ],
      hooks: {
        setSelect: [
          (own) => {
            const { left, width: wide } = own.select;
            if (wide > 3) look(own.posToVal(left, "x"), own.posToVal(left + wide, "x"));
            own.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
      },
    };
  }

  plotted.addEventListener("keydown", (event) => {
    if (last === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const actions = {
      ArrowLeft: () => move(-0.25),
      ArrowRight: () => move(0.25),
      "+": () => zoom(0.5),
      "=": () => zoom(0.5),
      "-": () => zoom(2),
      0: () => look(),
    };
    if (actions[event.key] === undefined) return;
    event.preventDefault();
    actions[event.key]();
  });
  plotted.addEventListener("dblclick", () => last && look());
  const observer = new ResizeObserver(() => {
    if (plot && plotted.clientWidth > 0 && plot.width !== plotted.clientWidth)
      plot.setSize({ width: plotted.clientWidth, height: HEIGHT });
  });
  observer.observe(plotted);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const repaint = () => {
    wanted = "";
    if (last) show(last);
  };
  scheme.addEventListener("change", repaint);
  // Its width is known once it is part of the page.
  requestAnimationFrame(() => start().catch(fail));

  return {
    element,
    update(next) {
      const now = rowsOf(next);
      if (now === rows || last === undefined) return;
      rows = now;
      draw(last.loadMilliseconds < QUICK);
    },
    close() {
      observer.disconnect();
      scheme.removeEventListener("change", repaint);
      plot?.destroy();
      turn++;
      reading.abort();
    },
  };
}

/** Times at the axis, as fine as its steps; the day below where it begins or changes. */
function timesOf(_, splits, __, ___, step) {
  let day = "";
  return splits.map((at) => {
    const [date, clock] = new Date(at).toISOString().split("T");
    const text = step >= 86_400_000 ? date : clock.slice(0, step >= 60_000 ? 5 : step >= 1000 ? 8 : 12);
    const below = step >= 86_400_000 || date === day ? "" : `\n${date}`;
    day = date;
    return text + below;
  });
}

/** Rows of the datastores, as the flow shows them: when they change, there is more to draw. */
function rowsOf(state) {
  if (!state?.flow) return "";
  return Object.entries(state.flow.nodes)
    .filter(([id]) => id.startsWith("datastore:"))
    .map(([, figures]) => figures[0].value)
    .join(" ");
}

/**
 * The least value at the beginning of a bucket and the greatest in its middle, for every series over the same times. `undefined` lets a line pass
 * where another series alone has a point.
 */
function dataOf({ from, width, series }) {
  const used = [...new Set(series.flatMap(({ at }) => at))].sort((a, b) => a - b);
  const place = new Map(used.map((at, i) => [at, i * 2]));
  const times = used.flatMap((at) => [from + at * width, from + at * width + width / 2]);
  const lines = series.map(({ at, min, max, count: of }) => {
    const line = new Array(times.length).fill(undefined);
    at.forEach((bucket, i) => {
      const first = place.get(bucket);
      line[first] = min[i];
      if (of[i] > 1) line[first + 1] = max[i];
    });
    return line;
  });
  return [times, ...lines];
}

function nameOf({ groups }, i) {
  return groups[i]?.name || (groups.length === 1 ? "all" : "(none)");
}

const number = (value) => value.toLocaleString("en-US", { maximumSignificantDigits: 7 });
