/** How `show` writes a value that is not given. */
export const NOTHING = "nothing";

/** A value as a message shows it: as JSON, "nothing" if there is none, cut so that a document does not fill the screen. */
export function show(value: unknown): string {
  if (value === undefined) return NOTHING;
  const shown = inJson(value);
  return shown.length > 120 ? `${shown.slice(0, 117)}...` : shown;
}

/** Programs can give what JSON does not have: big integers, functions, objects that contain themselves. */
function inJson(value: unknown): string {
  try {
    const text = JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? `${each}n` : each));
    return text ?? String(value);
  } catch {
    return "a value that JSON cannot show";
  }
}
