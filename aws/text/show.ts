/** How `show` writes a value that is not given. */
export const NOTHING = "nothing";

/** A value as a message shows it: as JSON, "nothing" if there is none, cut so that a document does not fill the screen. */
export function show(value: unknown): string {
  if (value === undefined) return NOTHING;
  const shown = JSON.stringify(value) ?? String(value);
  return shown.length > 120 ? `${shown.slice(0, 117)}...` : shown;
}
