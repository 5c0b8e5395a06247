import * as fs from "node:fs";

/** Copies bytes of a file to the end of another, piece by piece. */
export async function copyBytes(
  from: string,
  to: string,
  start: number,
  end: number,
  onPiece: (piece: Buffer) => void,
): Promise<void> {
  const handle = await fs.promises.open(to, "a");
  try {
    if (end === start) return;
    for await (const piece of fs.createReadStream(from, { start, end: end - 1, highWaterMark: 1024 * 1024 })) {
      onPiece(piece as Buffer);
      for (let at = 0; at < (piece as Buffer).length;) at += (await handle.write(piece as Buffer, at)).bytesWritten;
    }
  } finally {
    await handle.close();
  }
}
