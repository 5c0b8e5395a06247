/**
 * Reads a message's bytes. Messages of a fleet resemble each other, so the reader expects the names of the one before,
 * in the same order, and only looks a name up when it meets another.
 */
import { isUtf8 } from "node:buffer";
import { decodeText } from "./decode";
import { SYSTEM_PREFIX, type Layout } from "./layout";
import { describeKind } from "./token-kinds";
import type { Message } from "./message";
import { DEFAULT_DEPTH, Scanner } from "./scanner";
import { replaceLoneSurrogates } from "./surrogates";

/** A name as it stands in the bytes, closing quote included, and where its value goes. */
interface Known {
  readonly bytes: Uint8Array;
  readonly slot: number;
  readonly system: boolean;
  /** whether a byte is beyond ASCII, so that the payload has to be checked as UTF-8 */
  readonly beyondAscii: boolean;
  /** whether it holds an escape of half a surrogate pair */
  readonly surrogates: boolean;
  /** the name, where the slot is for any spelling */
  readonly spelling: string | undefined;
}

/** How many spellings of names are remembered; a sender who invents names for ever must not fill the memory. */
const REMEMBERED = 1000;

/** Reads messages of one layout. */
export class MessageReader {
  private readonly scanner: Scanner;
  private readonly known = new Map<string, Known>();
  /** what the message before had in each place */
  private readonly expected: (Known | undefined)[] = [];

  constructor(
    private readonly layout: Layout,
    maxDepth: number = DEFAULT_DEPTH,
  ) {
    this.scanner = new Scanner(maxDepth);
  }

  /** Reads bytes [from, to) into the message. Returns what is wrong with them, in words; undefined when nothing is. */
  read(message: Message, bytes: Buffer, from: number, to: number): string | undefined {
    const { scanner } = this;
    scanner.bytes = bytes;
    scanner.end = to;
    scanner.beyondAscii = false;
    scanner.surrogates = false;
    message.reset(bytes, from, to);
    let at = scanner.skipBlanks(from);
    if (at >= to) return from === to ? "the payload is empty" : "the payload holds nothing but blanks";
    const isObject = bytes[at] === 0x7b;
    at = isObject ? this.members(message, at) : scanner.value(at, 0);
    if (at < 0) return this.failure(from, to);
    if (scanner.beyondAscii && !isUtf8(bytes.subarray(from, to))) return "the payload is not UTF-8";
    at = scanner.skipBlanks(at);
    if (at < to) {
      scanner.fail(at, "the end");
      return this.failure(from, to);
    }
    const replaced = scanner.surrogates ? replaceLoneSurrogates(bytes, from, to) : undefined;
    if (replaced !== undefined) return this.read(message, replaced, 0, replaced.length);
    return isObject ? undefined : `the payload is ${describeKind(scanner.kind)}, and not an object`;
  }

  private members(message: Message, open: number): number {
    const { scanner, expected } = this;
    const { bytes } = message;
    const { end } = scanner;
    let at = scanner.skipBlanks(open + 1);
    if (at < end && bytes[at] === 0x7d) return at + 1;
    for (let place = 0; ; place++) {
      if (at >= end || bytes[at] !== 0x22) return scanner.fail(at, "an attribute's name in double quotes");
      let known = expected[place];
      let behind = known === undefined ? -1 : matches(bytes, at + 1, end, known.bytes);
      if (behind < 0) {
        behind = scanner.text(at + 1);
        if (behind < 0) return -1;
        known = this.lookUp(bytes, at, behind, scanner.kind);
        expected[place] = known;
      } else {
        if (known?.beyondAscii === true) scanner.beyondAscii = true;
        if (known?.surrogates === true) scanner.surrogates = true;
      }
      let start = behind;
      // the usual way to write a member, without the calls
      if (start < end && bytes[start] === 0x3a) start++;
      else start = scanner.colon(behind);
      if (start < 0) return -1;
      if (start < end && (bytes[start] as number) <= 0x20) start = scanner.skipBlanks(start);
      const stop = scanner.value(start, 1);
      if (stop < 0) return -1;
      const { slot, system, spelling } = known as Known;
      if (slot >= 0) {
        message.setSpan(slot, scanner.kind, start, stop, scanner.number);
        message.spelling[slot] = spelling;
      } else {
        message.addOther(at, behind, start, stop, scanner.kind, system);
      }
      at = stop < end && (bytes[stop] as number) <= 0x20 ? scanner.skipBlanks(stop) : stop;
      const byte = at < end ? (bytes[at] as number) : 0;
      if (byte === 0x7d) return at + 1;
      if (byte !== 0x2c) return scanner.fail(at, '"," or "}"');
      at++;
      if (at < end && (bytes[at] as number) <= 0x20) at = scanner.skipBlanks(at);
    }
  }

  private lookUp(bytes: Buffer, quote: number, behind: number, kind: number): Known {
    const raw = bytes.toString("latin1", quote + 1, behind);
    const remembered = this.known.get(raw);
    if (remembered !== undefined) return remembered;
    const name = decodeText(bytes, kind, quote, behind);
    const slot = this.layout.find(name);
    const spelling = slot >= 0 && this.layout.names[slot] !== name ? name : undefined;
    const known = {
      bytes: Uint8Array.from(bytes.subarray(quote + 1, behind)),
      slot,
      system: name.startsWith(SYSTEM_PREFIX),
      // eslint-disable-next-line no-control-regex -- they are ASCII too
      beyondAscii: /[^\x00-\x7f]/.test(raw),
      surrogates: /\\u[dD][89a-fA-F]/.test(raw),
      spelling,
    };
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.set(raw, known);
    return known;
  }

  private failure(from: number, to: number): string {
    const { at, expected, bytes } = this.scanner;
    if (expected.startsWith("at most")) return `the payload is nested deeper than ${this.scanner.maxDepth} levels`;
    return `the payload is not JSON: expected ${expected} at byte ${at - from}, found ${describeByte(bytes, at, to)}`;
  }
}

/** The offset behind `name` when the bytes at `from` are it; else -1. */
function matches(bytes: Uint8Array, from: number, end: number, name: Uint8Array): number {
  const { length } = name;
  if (from + length > end) return -1;
  for (let index = 0; index < length; index++) {
    if (bytes[from + index] !== name[index]) return -1;
  }
  return from + length;
}

function describeByte(bytes: Uint8Array, at: number, to: number): string {
  if (at >= to) return "the end";
  const byte = bytes[at] as number;
  if (byte > 0x20 && byte < 0x7f) return byte === 0x27 ? "a single quote" : `'${String.fromCharCode(byte)}'`;
  return `the byte 0x${byte.toString(16).padStart(2, "0")}`;
}
