import assert from "node:assert/strict";
import fc from "fast-check";
import { arnLikeMatcher, fitsTemplate, nameOf, overlap, parseArn, resourceMatcher } from "../../aws/arn";

const STREAM = "arn:aws:kinesis:eu-central-1:123456789012:stream/plant";

describe("resourceMatcher", () => {
  const MATCHES = [
    ["*", STREAM],
    ["arn:aws:kinesis:*", STREAM],
    ["arn:aws:kinesis:eu-central-1:*", STREAM],
    ["arn:aws:kinesis:*:stream/plant", STREAM],
    ["arn:*:kinesis:*:*:stream/*", STREAM],
    ["arn:aws:kinesis:eu-*-1:123456789012:stream/plant", STREAM],
    ["arn:aws:kinesis:eu-central-?:123456789012:stream/pl?nt", STREAM],
    ["arn:aws:logs:*:1:log-group:/a*:x", "arn:aws:logs:eu:1:log-group:/a:log-stream:x"],
    ["arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/raw/a:b.gz"],
  ] as const;
  for (const [pattern, arn] of MATCHES) it(`${pattern} matches ${arn}`, () => assert.ok(resourceMatcher(pattern)(arn)));

  const OTHERS = [
    ["arn:aws:kinesis:*", "arn:aws:firehose:eu-central-1:123456789012:deliverystream/plant"],
    ["arn:aws:kinesis:eu-central-1:*", "arn:aws:kinesis:eu-west-1:123456789012:stream/plant"],
    ["arn:aws:kinesis:eu*-1:stream/plant", STREAM],
    ["arn:aws:kinesis:eu-central-1?123456789012:stream/plant", STREAM],
    ["arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket"],
    ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/raw"],
  ] as const;
  for (const [pattern, arn] of OTHERS)
    it(`${pattern} does not match ${arn}`, () => assert.ok(!resourceMatcher(pattern)(arn)));

  it("matches as a regular expression does in which wildcards inside of a segment do not cross a colon", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "a", ":", ":", "*", "?"), maxLength: 14 });
    const texts = fc.string({ unit: fc.constantFrom("a", ":"), maxLength: 14 });
    fc.assert(
      fc.property(letters, texts, (pattern, text) => {
        const source = [...pattern].map((char, at) => {
          const inHead = pattern.slice(0, at).split(":").length < 6;
          const ends = at === pattern.length - 1 || pattern[at + 1] === ":";
          const any = inHead && !(char === "*" && ends) ? "[^:]" : "[^]";
          return char === "*" ? `${any}*` : char === "?" ? any : char;
        });
        assert.equal(resourceMatcher(pattern)(text), new RegExp(`^${source.join("")}$`).test(text));
      }),
      { numRuns: 5000 },
    );
  });
});

describe("arnLikeMatcher", () => {
  it("compares the six parts one by one", () => {
    assert.ok(arnLikeMatcher("arn:aws:iot:*:123456789012:rule/*")("arn:aws:iot:eu-central-1:123456789012:rule/a"));
    assert.ok(arnLikeMatcher("arn:aws:logs:*:1:log-group:/a:*")("arn:aws:logs:eu:1:log-group:/a:log-stream:x"));
    assert.ok(!arnLikeMatcher("arn:aws:kinesis:*")(STREAM));
    assert.ok(!arnLikeMatcher("arn:aws:kinesis:*:stream/plant")(STREAM));
  });
});

describe("overlap", () => {
  it("says whether two patterns can name one resource", () => {
    assert.ok(overlap("arn:aws:s3:::bucket/raw/*", "arn:*:s3:::*/raw/x"));
    assert.ok(overlap("arn:aws:kinesis:*", STREAM));
    assert.ok(!overlap("arn:aws:s3:::bucket/raw/*", "arn:aws:s3:::bucket/errors/*"));
    assert.ok(!overlap("arn:aws:kinesis:eu-west-1:*", STREAM));
  });
});

describe("ARNs", () => {
  it("fit the templates of the service authorization reference", () => {
    assert.ok(fitsTemplate("arn:aws:s3:::bucket/*", "arn:${Partition}:s3:::${BucketName}/${ObjectName}"));
    assert.ok(!fitsTemplate("arn:aws:s3:::bucket", "arn:${Partition}:s3:::${BucketName}/${ObjectName}"));
    assert.ok(!fitsTemplate(STREAM, "arn:${Partition}:firehose:${Region}:${Account}:deliverystream/${Name}"));
  });

  it("are taken apart, and give the name of what they stand for", () => {
    assert.deepEqual(parseArn(STREAM), {
      partition: "aws",
      service: "kinesis",
      region: "eu-central-1",
      account: "123456789012",
      resource: "stream/plant",
    });
    assert.equal(parseArn("plant"), undefined);
    assert.equal(nameOf(STREAM), "plant");
    assert.equal(nameOf("plant"), "plant");
    assert.equal(nameOf("arn:aws:logs:eu:1:log-group:/aws/lambda/x:*"), "/aws/lambda/x");
    assert.equal(nameOf("arn:aws:s3:::bucket/raw/x"), "bucket");
    assert.equal(nameOf("arn:aws:lambda:eu:1:function:transform:3"), "transform");
    assert.equal(nameOf("https://sqs.eu-central-1.amazonaws.com/1/failures"), "failures");
  });
});
