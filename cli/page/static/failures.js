/** Failed messages: why, their bytes, and what the pipeline makes of them now. */
import { get, post } from "./api.js";
import { button, empty, failure, field, h, replace, table } from "./dom.js";
import { bytes, count, counted, time } from "./format.js";

/** ms between two looks at a replay that runs */
const REPLAY_MS = 2000;

export function failuresView(_, state) {
  const list = h("div");
  const detail = h("div", { class: "detail", "aria-live": "polite" });
  const element = h("section", { class: "failures", "aria-label": "Failed messages" }, list, detail);
  let known = state?.failed;
  let open;
  let timer;

  async function load() {
    try {
      const found = await get("/api/failures");
      show(found);
      clearTimeout(timer);
      if (found.replays.some(({ status }) => status === "RUNNING")) timer = setTimeout(load, REPLAY_MS);
    } catch (error) {
      replace(list, failure(error.message));
    }
  }

  function show({ messages, more, shown, replays }) {
    if (messages.length === 0) {
      replace(list, empty("No message has failed. Those that fail are listed here, with their reason and bytes."));
      return replace(detail);
    }
    const rows = messages.map((message) => [
      button("Look", () => look(message), {
        "aria-label": `Look at the message of ${message.name}: ${message.reason}`,
        "aria-pressed": String(open === message.id),
        "data-id": message.id,
      }),
      message.arrived === null ? "" : time(message.arrived),
      `${message.kind} ${message.name}`,
      h("span", { class: "reason" }, message.reason),
      h("code", { class: "preview" }, message.preview),
    ]);
    replace(
      list,
      h(
        "div",
        { class: "bar spread" },
        h(
          "p",
          { class: "muted" },
          more ? `The newest ${counted(shown, "failed message")}` : counted(messages.length, "failed message"),
          ", with the reason that the pipeline gives now",
        ),
        button("Load again", load),
      ),
      ...replays.map(replayBar),
      table("Failed messages", ["", "Arrived (UTC)", "Failed in", "Reason", "Message"], rows),
    );
  }

  function replayBar({ pipeline, status, started, read, stored, failed }) {
    const running = status === "RUNNING";
    const last =
      status === null
        ? ""
        : `The last run, ${started.slice(0, 19).replace("T", " ")} UTC: ${status.toLowerCase()}${read === null ? "" : `, ${count(read)} read, ${count(stored)} stored, ${count(failed)} failed again`}.`;
    const start = button(running ? "Replay runs" : `Replay those of ${pipeline}`, async () => {
      try {
        await post("/api/replay", { pipeline });
        await load();
      } catch (error) {
        replace(list, failure(error.message));
      }
    });
    start.disabled = running;
    return h(
      "div",
      { class: "bar replay" },
      start,
      h("p", { class: "muted" }, `Stores what does not fail any more, each message once. ${last}`),
    );
  }

  async function look({ id, tryable }) {
    open = id;
    for (const each of list.querySelectorAll("button[data-id]"))
      each.setAttribute("aria-pressed", String(each.dataset.id === id));
    try {
      replace(detail, detailOf(await post("/api/failure", { id }), tryable));
      detail.scrollIntoView({ block: "nearest" });
    } catch (error) {
      replace(detail, failure(error.message));
    }
  }

  load();
  return {
    element,
    update({ failed }) {
      if (failed === known) return;
      known = failed;
      load();
    },
    close: () => clearTimeout(timer),
  };
}

function detailOf({ kind, name, step, reason, arrived, base64 }, tryable) {
  const raw = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const text = new TextDecoder().decode(raw);
  const result = h("div", { "aria-live": "polite" });
  const box = h("textarea", { rows: "3", spellcheck: "false", class: "code", readonly: !tryable }, text);
  box.value = text;
  const run = button("Try again", async () => {
    run.disabled = true;
    try {
      // What nobody has changed goes as it came, also where it is no text.
      const data = box.value === text ? base64 : base64Of(box.value);
      replace(result, triedOf(await post("/api/try", { kind, name, data })));
    } catch (error) {
      replace(result, failure(error.message));
    }
    run.disabled = false;
  });
  run.classList.add("main");
  return h(
    "div",
    { class: "panel" },
    h("h3", {}, `${kind} ${name}`),
    h(
      "dl",
      { class: "facts" },
      ...fact("Kept as", step),
      ...fact("Reason kept", reason),
      ...(arrived === null ? [] : fact("Arrived", `${time(arrived)} UTC`)),
      ...fact("Size", bytes(raw.length)),
    ),
    field(tryable ? "Message (change it to see what would pass)" : "Message", box),
    h("details", {}, h("summary", {}, "Bytes"), h("pre", { class: "hex", tabindex: "0" }, hexOf(raw))),
    tryable &&
      h(
        "div",
        { class: "bar after" },
        run,
        h("p", { class: "muted" }, "Runs the pipeline as it is deployed, step by step. Nothing is stored or counted."),
      ),
    tryable && result,
  );
}

const fact = (term, value) => (value ? [h("dt", {}, term), h("dd", {}, value)] : []);

function triedOf({ result, states, at, reason, rows }) {
  const tone = { stored: "good", filtered: "loss", failed: "trouble" }[result];
  const words = {
    stored: "It would be stored.",
    filtered: `The activity ${at} filters it out.`,
    failed: `It fails again, at ${at}: ${reason}`,
  };
  return h(
    "div",
    { class: "tried" },
    h("p", { class: `outcome ${tone}` }, words[result]),
    h(
      "ol",
      {},
      ...states.map(({ activity, message }) =>
        h(
          "li",
          {},
          h("span", { class: "muted" }, `after the activity ${activity}`),
          h("pre", { tabindex: "0" }, message),
        ),
      ),
      ...rows.map((row) => h("li", {}, h("span", { class: "muted" }, "row"), h("pre", { tabindex: "0" }, row))),
    ),
  );
}

function base64Of(text) {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Sixteen bytes a line: offset, hexadecimal, printable ASCII. */
function hexOf(raw) {
  const lines = [];
  const most = Math.min(raw.length, 64 * 1024);
  for (let at = 0; at < most; at += 16) {
    const part = [...raw.subarray(at, Math.min(at + 16, most))];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const ascii = part.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${hex.padEnd(47)}  ${ascii}`);
  }
  if (most < raw.length) lines.push(`… ${count(raw.length - most)} more bytes`);
  return lines.join("\n");
}
