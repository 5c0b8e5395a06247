import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync, X509Certificate, type KeyObject } from "node:crypto";
import * as fc from "fast-check";
import { issue, nameOf, readRequest, RequestError, writeRequest } from "../../../aws/x509";
import { der, DerError, integer, oid, read } from "../../../aws/x509/der";

const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const spkiOf = (privateKey: KeyObject): Buffer => createPublicKey(privateKey).export({ type: "spki", format: "der" });
const openssl = (args: string[], input: string | Buffer): string => {
  const { status, stdout, stderr } = spawnSync("openssl", args, { input, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout + stderr;
};

describe("X.509", () => {
  before(function () {
    if (spawnSync("openssl", ["version"]).status !== 0) this.skip();
  });

  it("writes requests that OpenSSL verifies", () => {
    const text = openssl(["req", "-verify", "-noout", "-subject"], writeRequest({ CN: "pump-1", O: "Äcme" }, key));
    assert.match(text, /verify OK/);
    assert.match(text, /CN = pump-1/);
  });

  for (const [what, args] of [
    ["RSA of 2048 bits", ["-newkey", "rsa:2048"]],
    ["the curve P-256", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]],
    ["the curve P-384 with SHA-384", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-sha384"]],
  ] as const)
    it(`reads requests of OpenSSL with a key of ${what}`, () => {
      const made = openssl(
        ["req", "-new", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=pump-1/O=Acme", ...args],
        "",
      );
      const { subject, spki } = readRequest(/-----BEGIN[\s\S]*REQUEST-----/.exec(made)![0]);
      const pem = issue({
        ...{ subject, spki, issuer: nameOf({ CN: "ca" }), signer: key, use: "client" },
        ...{ from: Date.UTC(2026, 0), until: Date.UTC(2050, 0) },
      });
      const certificate = new X509Certificate(pem);
      assert.equal(certificate.subject, "CN=pump-1\nO=Acme");
      assert.equal(certificate.validTo, "Jan  1 00:00:00 2050 GMT");
      assert.ok(certificate.verify(createPublicKey(key)));
    });

  it("issues a chain that OpenSSL accepts for a server by name and address", () => {
    const name = nameOf({ CN: "ca" });
    const times = { from: Date.now() - 1000, until: Date.now() + 1e9 };
    const root = issue({ subject: name, issuer: name, spki: spkiOf(key), signer: key, use: "authority", ...times });
    const own = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const leaf = issue({
      ...{ subject: nameOf({ CN: "local" }), issuer: name, spki: spkiOf(own), signer: key, use: "server", ...times },
      hosts: ["localhost", "127.0.0.1"],
    });
    const certificate = new X509Certificate(leaf);
    assert.ok(certificate.checkIssued(new X509Certificate(root)));
    assert.equal(certificate.checkHost("localhost"), "localhost");
    assert.equal(certificate.checkIP("127.0.0.1"), "127.0.0.1");
    assert.equal(certificate.checkHost("example.com"), undefined);
    const text = openssl(["x509", "-noout", "-text"], leaf);
    assert.match(text, /TLS Web Server Authentication/);
    assert.match(openssl(["x509", "-noout", "-text"], root), /CA:TRUE[\s\S]*Certificate Sign, CRL Sign/);
  });

  it("refuses a request that was changed, and a key that AWS IoT does not take", () => {
    const good = Buffer.from(writeRequest({ CN: "pump-1" }, key).replace(/-----[^-]+-----|\s/g, ""), "base64");
    const pem = (bytes: Buffer): string =>
      `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
    readRequest(pem(good));
    const changed = Buffer.from(good);
    changed[good.indexOf("pump-1")] = "j".charCodeAt(0);
    assert.throws(() => readRequest(pem(changed)), /signature is wrong/);
    const small = openssl(
      ["req", "-new", "-nodes", "-newkey", "rsa:1024", "-keyout", "/dev/null", "-subj", "/CN=x"],
      "",
    );
    assert.throws(() => readRequest(small), /neither RSA of 2048 bits/);
    assert.throws(() => readRequest("CSR"), RequestError);
  });

  it("never raises anything but RequestError, whatever a request holds", () => {
    const good = Buffer.from(writeRequest({ CN: "pump-1" }, key).replace(/-----[^-]+-----|\s/g, ""), "base64");
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, end) => {
        const bytes = Buffer.from(good);
        bytes[at] = value;
        const text = bytes.subarray(0, end).toString("base64");
        try {
          readRequest(`-----BEGIN CERTIFICATE REQUEST-----\n${text}\n-----END CERTIFICATE REQUEST-----\n`);
        } catch (error) {
          assert.ok(error instanceof RequestError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("writes values of any length that it reads again, and numbers as OpenSSL reads them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70_000 }), (body) => {
        const { tag, body: found, whole } = read(Buffer.concat([der(0x04, Buffer.from(body)), Buffer.from([1, 2])]));
        assert.deepEqual([tag, [...found], whole.length], [0x04, [...body], der(0x04, Buffer.from(body)).length]);
      }),
      { numRuns: 100 },
    );
    assert.match(openssl(["asn1parse", "-inform", "DER"], integer(Buffer.from("80ff", "hex"))), /INTEGER\s+:80FF/);
    assert.match(openssl(["asn1parse", "-inform", "DER"], oid("1.2.840.113549.1.1.11")), /sha256WithRSAEncryption/);
    assert.throws(() => read(Buffer.from([0x30])), DerError);
  });
});
