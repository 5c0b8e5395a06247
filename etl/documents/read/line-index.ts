/** Lines and columns of offsets in a file's bytes, for files with thousands of findings. */
import type { Position } from "../model/position";

const NEWLINE = 0x0a;
/** Bytes between two places whose units are known. */
const STRIDE = 1024;

/** Finds the line and column of offsets in one file. */
export class LineIndex {
  /** offsets at which lines begin */
  private readonly lines: number[] = [0];
  /** UTF-16 units before each multiple of the stride */
  private readonly units: number[] = [];

  constructor(private readonly bytes: Uint8Array) {
    let units = 0;
    for (let at = 0; at < bytes.length; at++) {
      if (at % STRIDE === 0) this.units.push(units);
      const byte = bytes[at] as number;
      units += unitsOf(byte);
      if (byte === NEWLINE) this.lines.push(at + 1);
    }
    this.units.push(units);
  }

  positionOf(offset: number): Position {
    const { lines } = this;
    let [low, high] = [0, lines.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lines[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: this.unitsBefore(offset) - this.unitsBefore(lines[low] as number) + 1 };
  }

  private unitsBefore(offset: number): number {
    const stride = Math.floor(offset / STRIDE);
    let units = this.units[stride] as number;
    for (let at = stride * STRIDE; at < offset; at++) units += unitsOf(this.bytes[at] as number);
    return units;
  }
}

/** UTF-16 units of the character that a byte of UTF-8 begins; 0 for one within a character. */
function unitsOf(byte: number): number {
  return byte < 0x80 ? 1 : byte < 0xc0 ? 0 : byte < 0xf0 ? 1 : 2;
}
