/** The page's frame: its views, the state that the server tells, and the clock. */
import { get } from "./api.js";
import { h, replace } from "./dom.js";
import { count, span, time } from "./format.js";
import { chartView } from "./chart.js";
import { datasetsView } from "./datasets.js";
import { failuresView } from "./failures.js";
import { flowView } from "./flow.js";
import { healthView } from "./health.js";
import { sqlView } from "./sql.js";

/** By the address's hash. A view is made when it is opened: `element`, `update(state)`, `close()`. */
const VIEWS = {
  flow: { title: "Flow", open: flowView },
  failed: { title: "Failed messages", open: failuresView },
  chart: { title: "Chart", open: chartView },
  sql: { title: "SQL", open: sqlView },
  datasets: { title: "Datasets", open: datasetsView },
  alarms: { title: "Alarms and roles", open: healthView },
};

const find = (id) => document.getElementById(id);
const notice = find("notice");
let stack;
let state;
let view;
let before;

/** Figures of the last state that the pace is measured from, ms and messages. */
function tellClock({ times, published }) {
  find("clock-time").textContent = `${time(times.local)} UTC`;
  if (before === undefined || times.machine - before.machine > 900) {
    const passed = before === undefined ? 0 : times.machine - before.machine;
    const pace = passed === 0 ? undefined : (times.local - before.local) / passed;
    find("clock-pace").textContent = paceText(times, pace);
    if (passed > 0)
      find("rate").textContent = `${count(Math.round(((published - before.published) * 1000) / passed))} per s`;
    before = { machine: times.machine, local: times.local, published };
  }
}

function paceText({ running, local, began }, pace) {
  if (running) return "real time";
  if (pace === undefined) return `${span(local - began)} so far`;
  if (pace < 0.01) return `stands; ${span(local - began)} so far`;
  return `${pace < 10 ? pace.toFixed(1) : count(Math.round(pace))} × real time; ${span(local - began)} so far`;
}

/** The number beside a view's name: what wants to be looked at. */
const BADGES = {
  failed: ({ failed }) => failed,
  alarms: ({ alarms, iam, defects }) => alarms.length + iam.refused + iam.unused + defects,
};

function tellNav() {
  const open = current();
  replace(
    find("nav"),
    ...Object.entries(VIEWS).map(([name, { title }]) => {
      const badge = state?.times && BADGES[name]?.(state);
      return h(
        "li",
        {},
        h(
          "a",
          { href: `#${name}`, "aria-current": name === open ? "page" : undefined },
          title,
          badge > 0 && h("span", { class: "badge" }, count(badge), h("span", { class: "unseen" }, " to look at")),
        ),
      );
    }),
  );
}

const current = () => (location.hash.slice(1).split("/")[0] in VIEWS ? location.hash.slice(1).split("/")[0] : "flow");

function open() {
  if (location.hash === "#main") return;
  view?.close?.();
  const { title, open: make } = VIEWS[current()];
  document.title = `${title} · ${stack.stack} in the local cloud`;
  view = make(stack, state, location.hash.split("/").slice(1).map(decodeURIComponent));
  replace(find("main"), h("h2", { class: "unseen" }, title), view.element);
  navigated = JSON.stringify([current(), badges()]);
  tellNav();
}

let navigated;
const badges = () => (state?.times ? Object.values(BADGES).map((of) => of(state)) : []);

async function take(next) {
  if (next.idle) return say("Nothing is deployed at the moment.");
  state = next;
  if (state.generation !== stack?.generation) await load();
  say(
    Object.entries(state.blocked)
      .map(([name, why]) => `${name} cannot deliver: ${why}`)
      .join(" "),
  );
  tellClock(state);
  const shown = JSON.stringify([current(), badges()]);
  if (shown !== navigated) {
    navigated = shown;
    tellNav();
  }
  view?.update?.(state);
}

function say(text) {
  if (notice.textContent !== text) notice.textContent = text;
  notice.hidden = text === "";
}

/** Gets what is deployed, and opens the view on it. */
async function load() {
  stack = await get("/api/stack");
  before = undefined;
  find("stack").textContent = stack.stack;
  find("place").textContent = `in the local cloud, ${stack.region}`;
  open();
}

function start() {
  addEventListener("hashchange", () => {
    if (stack === undefined) return;
    open();
    find("main").focus({ preventScroll: true });
  });
  // One state after the other: the first of a new deployment waits for its picture.
  let turn = Promise.resolve();
  let events;
  const listen = () => {
    events = new EventSource("/api/events");
    events.onmessage = ({ data }) => {
      turn = turn.then(() => take(JSON.parse(data))).catch((error) => say(error.message));
    };
    events.onerror = () =>
      say("The local cloud does not answer; it may have ended. The figures are the last that it told.");
  };
  // A browser has six connections to a server; pages that nobody looks at need none.
  document.addEventListener("visibilitychange", () => {
    events.close();
    if (!document.hidden) listen();
  });
  listen();
}

start();
