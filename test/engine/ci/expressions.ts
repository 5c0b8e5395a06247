/** Values by name, as GitHub's contexts hold them: `github`, `vars`, `matrix`, `inputs`, `needs`. */
export type Contexts = Record<string, unknown>;
type Value = string | boolean | null;

/**
 * What `${{ }}` gives, as far as our workflows use it: paths, texts, ==, !=, &&, ||, !, parentheses, the status functions and
 * `hashFiles` of one pattern, which `contexts.hashFiles` answers. Anything else is an error, so that no expression passes unread.
 */
export function evaluate(expression: string, contexts: Contexts, failed = false): Value {
  const tokens = [...expression.matchAll(/'((?:[^']|'')*)'|(==|!=|&&|\|\||[!()])|([A-Za-z_][\w.-]*)|(\S)/g)];
  let at = 0;
  const take = (symbol: string): boolean => tokens[at]?.[2] === symbol && at++ >= 0;
  const either = (): Value => {
    let left = both();
    while (take("||")) {
      const right = both();
      left = truthy(left) ? left : right;
    }
    return left;
  };
  const both = (): Value => {
    let left = compared();
    while (take("&&")) {
      const right = compared();
      left = truthy(left) ? right : left;
    }
    return left;
  };
  const compared = (): Value => {
    const left = single();
    if (take("==")) return same(left, single());
    if (take("!=")) return !same(left, single());
    return left;
  };
  const single = (): Value => {
    if (take("!")) return !truthy(single());
    if (take("(")) {
      const inner = either();
      if (!take(")")) throw new Error(`${expression}: a parenthesis is open`);
      return inner;
    }
    const [, text, , name] = tokens[at++] ?? [];
    if (text !== undefined) return text.replaceAll("''", "'");
    if (name === undefined) throw new Error(`${expression}: cannot be read`);
    if (take("(")) {
      if (name === "hashFiles") {
        const pattern = tokens[at++]?.[1];
        if (pattern === undefined || !take(")")) throw new Error(`${expression}: hashFiles takes a pattern`);
        return (contexts.hashFiles as (pattern: string) => string)(pattern);
      }
      if (!take(")")) throw new Error(`${expression}: ${name} takes nothing`);
      const status: Record<string, boolean> = { cancelled: false, failure: failed, success: !failed, always: true };
      if (status[name] === undefined) throw new Error(`${expression}: there is no function ${name}`);
      return status[name];
    }
    return valueAt(name, contexts, expression);
  };
  const value = either();
  if (at < tokens.length) throw new Error(`${expression}: ${tokens[at]![0]} is not expected`);
  return value;
}

/** A text with `${{ }}` in it. */
export function filled(text: unknown, contexts: Contexts): string {
  return String(text).replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    String(evaluate(expression, contexts) ?? ""),
  );
}

/** Whether a step or job with this `if` runs. Without a status function it does only if nothing failed. */
export function runs(condition: unknown, contexts: Contexts, failed: boolean): boolean {
  if (condition === undefined) return !failed;
  const expression = String(condition).replace(/^\s*\$\{\{(.*)\}\}\s*$/s, "$1");
  const status = /\b(cancelled|failure|success|always)\(\)/.test(expression);
  return (status || !failed) && truthy(evaluate(expression, contexts, failed));
}

/** A context has to be there; a member of it may be missing, as on GitHub, and is nothing. */
function valueAt(path: string, contexts: Contexts, expression: string): Value {
  const [first, ...rest] = path.split(".");
  if (!Object.hasOwn(contexts, first!)) throw new Error(`${expression}: the test has no context ${first}`);
  let value: unknown = contexts[first!];
  for (const name of rest) value = (value as Record<string, unknown> | undefined)?.[name];
  if (typeof value === "object" && value !== null) throw new Error(`${expression}: is no single value`);
  return value === undefined ? null : (value as Value);
}

function truthy(value: Value): boolean {
  return value !== null && value !== "" && value !== false;
}

function same(one: Value, other: Value): boolean {
  const plain = (value: Value): string => String(value ?? "").toLowerCase();
  return plain(one) === plain(other);
}
