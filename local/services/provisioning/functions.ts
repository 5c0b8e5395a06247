import { isObject } from "../../core/data-file";
import type { Template } from "./template";

/** A value of a template that cannot be made from the parameters. */
export class ValueError extends Error {}

/**
 * A value of a template with its functions carried out. https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html#fleet-provision-template
 * @throws ValueError
 */
export function valueOf(value: unknown, parameters: Readonly<Record<string, string>>, template: Template): unknown {
  const inner = (item: unknown): unknown => valueOf(item, parameters, template);
  if (Array.isArray(value)) return value.map(inner);
  if (!isObject(value)) return value;
  const [[name, argument] = ["", undefined], ...more] = Object.entries(value);
  if (more.length === 0) {
    if (name === "Ref") return parameterOf(String(argument), parameters);
    const apply = FUNCTIONS[name];
    if (apply !== undefined) return apply(inner(argument), parameters, template);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item)]));
}

/** As `valueOf`, of a text. @throws ValueError for anything else */
export function textOf(
  value: unknown,
  what: string,
  parameters: Readonly<Record<string, string>>,
  template: Template,
): string {
  const found = valueOf(value, parameters, template);
  if (typeof found !== "string" || found === "") throw new ValueError(`${what} is no text`);
  return found;
}

type Apply = (argument: unknown, parameters: Readonly<Record<string, string>>, template: Template) => unknown;

const FUNCTIONS: Readonly<Record<string, Apply>> = {
  "Fn::Join": (argument) => {
    const [separator, items] = listOf(argument, "Fn::Join", 2);
    if (!Array.isArray(items)) throw new ValueError("Fn::Join wants a separator and a list");
    return items.map(String).join(String(separator));
  },
  "Fn::Select": (argument) => {
    const [index, items] = listOf(argument, "Fn::Select", 2);
    const item = Array.isArray(items) ? (items as unknown[])[Number(index)] : undefined;
    if (item === undefined) throw new ValueError("Fn::Select wants an index within a list");
    return item;
  },
  "Fn::Split": (argument) => {
    const [separator, text] = listOf(argument, "Fn::Split", 2);
    return String(text).split(String(separator));
  },
  "Fn::Sub": (argument, parameters) => {
    const [text, own] = Array.isArray(argument) ? (argument as unknown[]) : [argument, {}];
    const values = { ...parameters, ...(isObject(own) ? (own as Record<string, string>) : {}) };
    return String(text).replace(/\$\{([^}!]+)\}/g, (_, name: string) => parameterOf(name, values));
  },
  "Fn::FindInMap": (argument, _, { mappings }) => {
    const [map, top, second] = listOf(argument, "Fn::FindInMap", 3).map(String);
    const level = mappings[map!];
    const found = isObject(level) ? level[top!] : undefined;
    const value = isObject(found) ? found[second!] : undefined;
    if (value === undefined) throw new ValueError(`Fn::FindInMap finds no ${map}.${top}.${second}`);
    return value;
  },
};

function listOf(argument: unknown, name: string, length: number): unknown[] {
  if (!Array.isArray(argument) || argument.length !== length) throw new ValueError(`${name} wants a list of ${length}`);
  return argument;
}

function parameterOf(name: string, parameters: Readonly<Record<string, string>>): string {
  if (!Object.hasOwn(parameters, name)) throw new ValueError(`the parameter ${name} has no value`);
  return parameters[name]!;
}
