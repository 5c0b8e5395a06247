/** Alarms, what roles were refused and never used, and errors of the local cloud itself. */
import { get } from "./api.js";
import { empty, failure, h, replace, table } from "./dom.js";
import { count } from "./format.js";

export function healthView(_, state) {
  const element = h("section", { class: "health", "aria-label": "Alarms and roles" });
  let known = key(state);

  async function load() {
    try {
      replace(element, ...parts(await get("/api/health")));
    } catch (error) {
      replace(element, failure(error.message));
    }
  }

  load();
  return {
    element,
    update(next) {
      const now = key(next);
      if (now === known) return;
      known = now;
      load();
    },
  };
}

const key = (state) => JSON.stringify([state?.alarms, state?.iam, state?.defects, state?.failed]);

function parts({ alarms, iam, defects, blocked, refusedMessages, ruleNotFound }) {
  const counts = [
    ...Object.entries(refusedMessages).map(([reason, n]) => [reason, count(n)]),
    ...Object.entries(ruleNotFound).map(([name, n]) => [
      `basic ingest for the rule ${name}, which there is not or which is off`,
      count(n),
    ]),
  ];
  return [
    alarmsPanel(alarms),
    panel(
      "Calls refused",
      iam.refused.length === 0
        ? ok("No call was refused.")
        : table(
            "Calls refused",
            ["Who", "Action", "Resource", "Decided by", "Times"],
            iam.refused.map((one) => [
              short(one.principal),
              one.action,
              wide(one.resource),
              wide(one.decidedBy),
              count(one.count),
            ]),
            [false, false, false, false, true],
          ),
    ),
    panel(
      "Permissions never used",
      iam.unused.length === 0
        ? ok("Every permission that had an occasion was used.")
        : grants("Permissions never used", iam.unused),
      more("Without an occasion so far", iam.withoutOccasion),
      more("Required by AWS, not exercised here", iam.serviceRequired),
    ),
    counts.length > 0 &&
      panel(
        "Messages refused by the broker",
        table("Messages refused by the broker", ["Reason", "Times"], counts, [false, true]),
      ),
    Object.keys(blocked).length > 0 &&
      panel(
        "Cannot deliver",
        table(
          "Cannot deliver",
          ["Name", "Why"],
          Object.entries(blocked).map(([name, why]) => [name, wide(why)]),
        ),
      ),
    defects.length > 0 &&
      panel(
        "Unexpected errors of the local cloud",
        h("p", { class: "muted" }, "Each is a defect; the rest goes on."),
        table(
          "Unexpected errors",
          ["Where", "Message", "Times"],
          defects.map((one) => [one.place, wide(one.message), count(one.count)]),
          [false, false, true],
        ),
      ),
  ];
}

function alarmsPanel(alarms) {
  const all = Object.entries(alarms).map(([name, alarm]) => ({ name, ...alarm }));
  if (all.length === 0) return panel("Alarms", empty("The stack has no alarms."));
  const rank = { ALARM: 0, INSUFFICIENT_DATA: 2, OK: 1 };
  const raised = all
    .filter(({ times, state }) => times > 0 || state === "ALARM")
    .sort((a, b) => rank[a.state] - rank[b.state]);
  const quiet = all.filter((alarm) => !raised.includes(alarm));
  return panel(
    "Alarms",
    raised.length === 0
      ? ok(`None of ${count(all.length)} went off.`)
      : table(
          "Alarms that went off",
          ["Alarm", "Now", "Times", "Last (UTC)", "Why"],
          raised.map(({ name, state, times, raised: when, description }) => {
            const last = when.at(-1);
            return [
              h("span", { title: description }, name),
              h("span", { class: { ALARM: "trouble", OK: "good" }[state] }, WORDS[state]),
              count(times),
              last === undefined
                ? ""
                : `${stamp(last.at)}${last.until === null ? "" : ` to ${stamp(last.until).slice(11)}`}`,
              wide(last?.reason ?? ""),
            ];
          }),
          [false, false, true],
        ),
    quiet.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, `${count(quiet.length)} that did not go off`),
        table(
          "Alarms that did not go off",
          ["Alarm", "Metric", "Now"],
          quiet.map(({ name, metric, state }) => [name, metric, WORDS[state]]),
        ),
      ),
  );
}

const WORDS = { OK: "OK", ALARM: "in alarm", INSUFFICIENT_DATA: "no data" };

const panel = (title, ...content) => h("div", { class: "panel" }, h("h3", {}, title), ...content);
const ok = (text) => h("p", { class: "good" }, text);
const wide = (text) => h("span", { class: "reason" }, text);
const stamp = (iso) => iso.slice(0, 19).replace("T", " ");
/** the name in an ARN of a role */
const short = (principal) => principal.split("/").pop();

function more(title, list) {
  if (list.length === 0) return undefined;
  return h("details", {}, h("summary", {}, `${title} (${count(list.length)})`), grants(title, list));
}

function grants(name, list) {
  return table(
    name,
    ["Role", "Action", "Resource", ...(list[0].why === undefined ? [] : ["Why"])],
    list.map(({ role, action, resource, why }) => [
      role,
      action,
      wide(resource),
      ...(why === undefined ? [] : [wide(why)]),
    ]),
  );
}
