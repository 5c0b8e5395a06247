/** Says why an expression gave no number, in terms of the message. */
import { nearest } from "../../aws/text/nearest";
import { attributePaths, formatPath, toJson, toNumber, typeOf, type Node, type PathStep } from "../expressions";
import type { Layout, Message } from "../json";

const SHOWN = 40;

/** One sentence that names the attributes that made an expression yield no number. */
export function explain(node: Node, message: Message, layout: Layout): string {
  const faults = attributePaths(node)
    .map((path) => fault(path, message, layout))
    .filter((found) => found !== undefined);
  return faults.length > 0 ? faults.join(", ") : "it divides by zero, or its result is not a number or too large";
}

function fault(path: readonly PathStep[], message: Message, layout: Layout): string | undefined {
  const [root, ...below] = path;
  const slot = layout.slot(String(root));
  const value = below.length === 0 ? message.value(slot) : message.valueAt(slot, below);
  const name = formatPath(path);
  switch (typeOf(value)) {
    case "Int":
    case "Decimal":
      return undefined;
    case "Undefined":
      return `${name} is missing${below.length === 0 ? similar(name, message) : ""}`;
    case "Null":
      return `${name} is null`;
    case "String": {
      const numeric = toNumber(value) !== undefined;
      return `${name} is the text ${shorten(toJson(value))}${numeric ? ", and + joins texts" : ""}`;
    }
    default:
      return `${name} is ${shorten(toJson(value))}`;
  }
}

/** Points at a name that was probably meant; blanks at its ends are the commonest mistake and cannot be seen. */
function similar(name: string, message: Message): string {
  const names = message.entries().map((entry) => entry.name);
  const near = names.find((other) => other.trim().toLowerCase() === name.toLowerCase()) ?? nearest(name, names);
  return near === undefined ? "" : ` (the message has ${JSON.stringify(near)})`;
}

function shorten(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}
