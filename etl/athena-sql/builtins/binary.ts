/** Functions of bytes. https://trino.io/docs/current/functions/binary.html */
import { createHash, createHmac } from "node:crypto";
import { crc32 } from "node:zlib";
import { SqlError } from "../syntax/error";
import { xxhash64 } from "../values/xxhash64";
import { scalar } from "./registry";

const invalid = (text: string): never => {
  throw new SqlError("INVALID_FUNCTION_ARGUMENT", text);
};
const bytesOf = (buffer: Buffer): Uint8Array => new Uint8Array(buffer);

for (const name of ["md5", "sha1", "sha256", "sha512"]) {
  scalar(`${name}(varbinary): varbinary`, (bytes: Uint8Array) => bytesOf(createHash(name).update(bytes).digest()));
  scalar(`hmac_${name}(varbinary, varbinary): varbinary`, (bytes: Uint8Array, key: Uint8Array) =>
    key.length === 0 ? invalid("Empty key") : bytesOf(createHmac(name, key).update(bytes).digest()),
  );
}
scalar("xxhash64(varbinary): varbinary", (bytes: Uint8Array) => bigEndian(xxhash64(bytes), 8));
scalar("crc32(varbinary): bigint", (bytes: Uint8Array) => BigInt(crc32(bytes)));

scalar("to_utf8(varchar(x)): varbinary", (text: string) => bytesOf(Buffer.from(text)));
const decode = (bytes: Uint8Array, by: string): string => {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return by === "\ufffd" ? text : text.replaceAll("\ufffd", by);
};
scalar("from_utf8(varbinary): varchar", (bytes: Uint8Array) => decode(bytes, "\ufffd"));
scalar("from_utf8(varbinary, varchar(x)): varchar", (bytes: Uint8Array, by: string) => {
  if ([...by].length > 1) invalid("Replacement character string must empty or a single character");
  return decode(bytes, by);
});
scalar("from_utf8(varbinary, bigint): varchar", (bytes: Uint8Array, code: bigint) => {
  if (code < 0n || code > 0x10ffffn || (code >= 0xd800n && code <= 0xdfffn)) invalid("Invalid replacement character");
  return decode(bytes, String.fromCodePoint(Number(code)));
});

scalar("to_hex(varbinary): varchar", (bytes: Uint8Array) => Buffer.from(bytes).toString("hex").toUpperCase());
scalar("to_base64(varbinary): varchar", (bytes: Uint8Array) => Buffer.from(bytes).toString("base64"));
scalar("to_base64url(varbinary): varchar", (bytes: Uint8Array) => {
  const text = Buffer.from(bytes).toString("base64url");
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
});
scalar("to_base32(varbinary): varchar", (bytes: Uint8Array) => toBase32(bytes));

const ALPHABET32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function toBase32(bytes: Uint8Array): string {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  const text = (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET32[parseInt(five.padEnd(5, "0"), 2)]).join("");
  return text.padEnd(Math.ceil(text.length / 8) * 8, "=");
}

function fromBase32(text: string): Uint8Array {
  const digits = text.replace(/=+$/, "");
  let bits = "";
  for (const digit of digits) {
    const value = ALPHABET32.indexOf(digit);
    if (value < 0) invalid(`Unrecognized character: ${digit}`);
    bits += value.toString(2).padStart(5, "0");
  }
  if ([1, 3, 6].includes(digits.length % 8)) invalid(`Invalid input length ${digits.length}`);
  return Uint8Array.from((bits.match(/.{8}/g) ?? []).map((eight) => parseInt(eight, 2)));
}

function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) invalid(`String input must have an even number of digits`);
  if (!/^[0-9a-f]*$/i.test(text)) invalid(`Invalid hex character`);
  return bytesOf(Buffer.from(text, "hex"));
}

function fromBase64(text: string, alphabet: RegExp): Uint8Array {
  const bare = text.replace(/=+$/, "");
  const padded = bare.length !== text.length;
  if (!alphabet.test(bare)) invalid(`Illegal base64 character`);
  if (bare.length % 4 === 1 || (padded && text.length % 4 !== 0))
    invalid("Input byte array has wrong 4-byte ending unit");
  return bytesOf(Buffer.from(bare, "base64"));
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
for (const [name, from] of [
  ["from_hex", fromHex],
  ["from_base64", (value: string) => fromBase64(value, /^[A-Za-z0-9+/]*$/)],
  ["from_base64url", (value: string) => fromBase64(value, /^[A-Za-z0-9_-]*$/)],
  ["from_base32", fromBase32],
] as const) {
  scalar(`${name}(varchar(x)): varbinary`, from);
  scalar(`${name}(varbinary): varbinary`, (bytes: Uint8Array) => from(text(bytes)));
}

function bigEndian(value: bigint, size: number): Uint8Array {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(BigInt.asUintN(64, value));
  return bytesOf(buffer.subarray(8 - size));
}

function view(bytes: Uint8Array, size: number, name: string): Buffer {
  if (bytes.length !== size) invalid(`expected ${size}-byte input, but got instead: ${bytes.length}${name}`);
  return Buffer.from(bytes);
}

scalar("to_big_endian_32(integer): varbinary", (value: number) => bigEndian(BigInt(value), 4));
scalar("to_big_endian_64(bigint): varbinary", (value: bigint) => bigEndian(value, 8));
scalar("from_big_endian_32(varbinary): integer", (bytes: Uint8Array) => view(bytes, 4, "").readInt32BE());
scalar("from_big_endian_64(varbinary): bigint", (bytes: Uint8Array) => view(bytes, 8, "").readBigInt64BE());
scalar("to_ieee754_32(real): varbinary", (value: number) => {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatBE(value);
  return bytesOf(buffer);
});
scalar("to_ieee754_64(double): varbinary", (value: number) => {
  const buffer = Buffer.alloc(8);
  buffer.writeDoubleBE(value);
  return bytesOf(buffer);
});
scalar("from_ieee754_32(varbinary): real", (bytes: Uint8Array) => view(bytes, 4, "").readFloatBE());
scalar("from_ieee754_64(varbinary): double", (bytes: Uint8Array) => view(bytes, 8, "").readDoubleBE());
