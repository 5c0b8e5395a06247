/** Calls of the page's server. */

const token = document.querySelector('meta[name="page-token"]').content;

/** An answer that is an error: its message, and of a statement `code`, `line` and `column`. */
export class ApiError extends Error {
  constructor({ message, code, line, column }) {
    super(message);
    Object.assign(this, { code, line, column });
  }
}

/** @returns what `path` has, from its JSON. @throws ApiError */
export async function get(path) {
  return answerOf(await reach(path, {}));
}

/** Asks for something with a body. @param {AbortSignal} [signal] cancels it. @throws ApiError */
export async function post(path, body, signal) {
  return answerOf(await reach(path, request(body, signal)));
}

/** Saves what `path` answers as a file of the browser's. @throws ApiError */
export async function save(path, body, name) {
  const response = await reach(path, request(body));
  if (!response.ok) await answerOf(response);
  const url = URL.createObjectURL(await response.blob());
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function request(body, signal) {
  const headers = { "content-type": "application/json", "x-page-token": token };
  return { method: "POST", headers, body: JSON.stringify(body), signal };
}

async function reach(path, init) {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError({ message: "The local cloud does not answer; it may have ended." });
  }
}

async function answerOf(response) {
  const value = await response.json();
  if (!response.ok) throw new ApiError(value.error);
  return value;
}
