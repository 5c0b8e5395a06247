import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import type { ApiError } from "../../../../../local/api";
import { decodeChunks, type ChunkSigning } from "../../../../../local/services/s3/api/chunks";
import { checksumOf } from "../../../../../local/services/s3/checksum";

/** Cuts text into pieces of a few bytes, as the network may. */
async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text, "latin1");
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function decode(
  text: string,
  size: number,
  signed: boolean,
  signing?: ChunkSigning,
): Promise<{ body: string; trailers: Map<string, string> }> {
  const trailers = new Map<string, string>();
  const found: Buffer[] = [];
  for await (const piece of decodeChunks(pieces(text, size), { signed, signing, trailers })) found.push(piece);
  return { body: Buffer.concat(found).toString("latin1"), trailers };
}

/** The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html */
const SCOPE = "20130524/us-east-1/s3/aws4_request";
const EXAMPLE: ChunkSigning = {
  key: SCOPE.split("/").reduce(
    (key, part) => createHmac("sha256", key).update(part).digest(),
    Buffer.from("AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
  ),
  scope: SCOPE,
  time: "20130524T000000Z",
  signature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
};
const BODY = [
  `10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n${"a".repeat(65536)}\r\n`,
  `400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n${"a".repeat(1024)}\r\n`,
  "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n",
].join("");

describe("local/services/s3/api/chunks", () => {
  it("verifies the signatures of AWS's example, and finds any byte that was changed", async () => {
    assert.equal((await decode(BODY, 4000, true, EXAMPLE)).body, "a".repeat(66560));
    const changed = `${BODY.slice(0, 66_000)}b${BODY.slice(66_001)}`;
    await assert.rejects(
      decode(changed, 4000, true, EXAMPLE),
      (error: ApiError) => error.code === "SignatureDoesNotMatch",
    );
  });

  it("reads chunks however they are cut, and headers after the last", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ minLength: 1, maxLength: 40, unit: "binary-ascii" }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 50 }),
        async (chunks, size) => {
          const text = [
            ...chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`),
            "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
          ].join("");
          const { body, trailers } = await decode(text, size, false);
          assert.equal(body, chunks.join(""));
          assert.equal(trailers.get("x-amz-checksum-crc32"), "AAAAAA==");
        },
      ),
    ));

  it("refuses what breaks off or is in another form", async () => {
    for (const text of [
      "",
      "5\r\nabc",
      "5\r\nabcde",
      "x\r\n",
      "5\r\nabcdeXX0\r\n\r\n",
      "-1\r\n",
      `${"1".repeat(9000)}\r\n`,
      "0\r\nnot a header\r\n\r\n",
    ])
      await assert.rejects(
        decode(text, 7, false),
        (error: ApiError) => error.code === "IncompleteBody",
        JSON.stringify(text),
      );
    await assert.rejects(decode("1\r\na\r\n0\r\n\r\n", 7, true), /has no signature/);
  });
});

describe("local/services/s3/checksum", () => {
  // The check values of https://reveng.sourceforge.io/crc-catalogue/all.htm (CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME).
  const CHECKS = { CRC32: "cbf43926", CRC32C: "e3069283", CRC64NVME: "ae8b14860a799888" } as const;
  for (const [algorithm, expected] of Object.entries(CHECKS))
    it(`${algorithm} has the catalogue's check value, however the bytes are cut`, () => {
      for (let cut = 0; cut <= 9; cut++) {
        const digest = checksumOf(algorithm as keyof typeof CHECKS);
        digest.update(Buffer.from("123456789").subarray(0, cut));
        digest.update(Buffer.from("123456789").subarray(cut));
        assert.equal(Buffer.from(digest.digest(), "base64").toString("hex"), expected);
      }
    });
});
