/** Begins the base64 of a file that is not UTF-8 text; no text begins so. */
const BINARY = "\u0000base64:";
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A file of an archive as a string: its text, or its bytes in base64 behind a mark if they are not UTF-8. */
export function textOfBytes(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return BINARY + bytes.toString("base64");
  }
}

/** The bytes behind a text that `textOfBytes` made. */
export function bytesOfText(text: string): Buffer {
  return text.startsWith(BINARY) ? Buffer.from(text.slice(BINARY.length), "base64") : Buffer.from(text);
}
