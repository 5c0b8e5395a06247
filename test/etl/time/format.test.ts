import assert from "node:assert/strict";
import fc from "fast-check";
import { parseTimestampFormat } from "../../../etl";

/** What Java's DateTimeFormatter makes of a text (SMART, Locale.ENGLISH, UTC where no zone is named); undefined: it refuses it. */
const CASES: [pattern: string, text: string, instant: string | undefined][] = [
  ["yyyy-MM-dd HH:mm:ss", "2024-03-05 07:08:09", "2024-03-05T07:08:09.000Z"],
  ["yyyy-MM-dd HH:mm:ss", "2024-3-5 7:8:9", undefined],
  ["yyyy-MM-dd HH:mm:ss", "2024-03-05 07:08:09Z", undefined],
  ["yyyy-MM-dd HH:mm:ss", " 2024-03-05 07:08:09", undefined],
  ["yyyy-MM-dd HH:mm:ss", "2024-02-30 07:08:09", "2024-02-29T07:08:09.000Z"],
  ["yyyy-MM-dd HH:mm:ss", "2023-02-29 07:08:09", "2023-02-28T07:08:09.000Z"],
  ["yyyy-MM-dd HH:mm:ss", "2024-02-32 07:08:09", undefined],
  ["yyyy-MM-dd HH:mm:ss", "2024-03-05 24:00:00", "2024-03-06T00:00:00.000Z"],
  ["yyyy-MM-dd HH:mm:ss", "2024-03-05 24:00:01", undefined],
  ["yyyy-MM-dd HH:mm:ss", "2024-03-05 07:60:00", undefined],
  ["yyyy-MM-dd", "2024-03-05", "2024-03-05T00:00:00.000Z"],
  ["yyyy-MM-dd'T'HH:mm:ss", "2024-03-05T07:08:09", "2024-03-05T07:08:09.000Z"],
  ["yyyy-MM-dd'T'HH:mm:ss'Z'", "2024-03-05T07:08:09Z", "2024-03-05T07:08:09.000Z"],
  ["yyyyMMddHHmmss", "20240305070809", "2024-03-05T07:08:09.000Z"],
  ["yyyy", "2024", "2024-01-01T00:00:00.000Z"],
  // year
  ["yy-MM-dd", "24-03-05", "2024-03-05T00:00:00.000Z"],
  ["yy-MM-dd", "99-03-05", "2099-03-05T00:00:00.000Z"],
  ["y-MM-dd", "2024-03-05", "2024-03-05T00:00:00.000Z"],
  ["uuuu-MM-dd", "2024-03-05", "2024-03-05T00:00:00.000Z"],
  ["uu-MM-dd", "24-03-05", "2024-03-05T00:00:00.000Z"],
  ["yyyy-MM-dd", "0000-03-05", undefined],
  // month
  ["yyyy-M-d", "2024-3-5", "2024-03-05T00:00:00.000Z"],
  ["yyyy-M-d", "2024-12-31", "2024-12-31T00:00:00.000Z"],
  ["yyyy-MM-dd", "2024-13-05", undefined],
  ["d MMM yyyy", "5 Mar 2024", "2024-03-05T00:00:00.000Z"],
  ["d MMM yyyy", "5 mar 2024", undefined],
  ["d MMM yyyy", "5 March 2024", undefined],
  ["d MMMM yyyy", "5 March 2024", "2024-03-05T00:00:00.000Z"],
  ["yyyy-LL-dd", "2024-03-05", "2024-03-05T00:00:00.000Z"],
  ["d LLL yyyy", "5 Mar 2024", "2024-03-05T00:00:00.000Z"],
  // day
  ["yyyy-DDD", "2024-366", "2024-12-31T00:00:00.000Z"],
  ["yyyy-DDD", "2023-366", undefined],
  ["yyyy-D", "2024-65", "2024-03-05T00:00:00.000Z"],
  ["EEE, d MMM yyyy", "Tue, 5 Mar 2024", "2024-03-05T00:00:00.000Z"],
  ["EEE, d MMM yyyy", "Wed, 5 Mar 2024", undefined],
  ["EEEE d MMMM yyyy", "Tuesday 5 March 2024", "2024-03-05T00:00:00.000Z"],
  // hour
  ["yyyy-MM-dd H", "2024-03-05 7", "2024-03-05T07:00:00.000Z"],
  ["yyyy-MM-dd hh:mm a", "2024-03-05 07:08 AM", "2024-03-05T07:08:00.000Z"],
  ["yyyy-MM-dd hh:mm a", "2024-03-05 07:08 PM", "2024-03-05T19:08:00.000Z"],
  ["yyyy-MM-dd hh:mm a", "2024-03-05 12:08 AM", "2024-03-05T00:08:00.000Z"],
  ["yyyy-MM-dd hh:mm a", "2024-03-05 13:08 PM", undefined],
  ["yyyy-MM-dd h a", "2024-03-05 7 PM", "2024-03-05T19:00:00.000Z"],
  ["yyyy-MM-dd kk", "2024-03-05 24", "2024-03-05T00:00:00.000Z"],
  // SMART takes 0 for the hour 24: test/oracles/joda
  ["yyyy-MM-dd kk", "2024-03-05 00", "2024-03-05T00:00:00.000Z"],
  ["yyyy-MM-dd KK a", "2024-03-05 00 PM", "2024-03-05T12:00:00.000Z"],
  ["yyyy-MM-dd KK a", "2024-03-05 12 PM", undefined],
  // parts of a second, and of a day
  ["yyyy-MM-dd HH:mm:ss.S", "2024-03-05 07:08:09.5", "2024-03-05T07:08:09.500Z"],
  ["yyyy-MM-dd HH:mm:ss.SSS", "2024-03-05 07:08:09.123", "2024-03-05T07:08:09.123Z"],
  ["yyyy-MM-dd HH:mm:ss.SSS", "2024-03-05 07:08:09.12", undefined],
  ["yyyy-MM-dd HH:mm:ss,SSSSSS", "2024-03-05 07:08:09,123456", "2024-03-05T07:08:09.123Z"],
  ["yyyy-MM-dd HH:mm:ss.SSSSSSSSS", "2024-03-05 07:08:09.123456789", "2024-03-05T07:08:09.123Z"],
  ["yyyy-MM-dd HH:mm:ss n", "2024-03-05 07:08:09 5000000", "2024-03-05T07:08:09.005Z"],
  ["yyyy-MM-dd N", "2024-03-05 3600000000000", "2024-03-05T01:00:00.000Z"],
  ["yyyy-MM-dd A", "2024-03-05 3600500", "2024-03-05T01:00:00.500Z"],
  // offsets
  ["yyyy-MM-dd HH:mmX", "2024-03-05 07:08Z", "2024-03-05T07:08:00.000Z"],
  ["yyyy-MM-dd HH:mmX", "2024-03-05 07:08+02", "2024-03-05T05:08:00.000Z"],
  ["yyyy-MM-dd HH:mmX", "2024-03-05 07:08-0330", "2024-03-05T10:38:00.000Z"],
  ["yyyy-MM-dd HH:mmXX", "2024-03-05 07:08+0200", "2024-03-05T05:08:00.000Z"],
  ["yyyy-MM-dd HH:mmXX", "2024-03-05 07:08+02:00", undefined],
  ["yyyy-MM-dd'T'HH:mm:ssXXX", "2024-03-05T07:08:09+02:00", "2024-03-05T05:08:09.000Z"],
  ["yyyy-MM-dd'T'HH:mm:ssXXX", "2024-03-05T07:08:09Z", "2024-03-05T07:08:09.000Z"],
  ["yyyy-MM-dd'T'HH:mm:ssxxx", "2024-03-05T07:08:09Z", undefined],
  ["yyyy-MM-dd'T'HH:mm:ssxxx", "2024-03-05T07:08:09+00:00", "2024-03-05T07:08:09.000Z"],
  ["yyyy-MM-dd HH:mm x", "2024-03-05 07:08 -05", "2024-03-05T12:08:00.000Z"],
  ["yyyy-MM-dd HH:mm xx", "2024-03-05 07:08 -0530", "2024-03-05T12:38:00.000Z"],
  ["yyyy-MM-dd HH:mm Z", "2024-03-05 07:08 +0200", "2024-03-05T05:08:00.000Z"],
  ["yyyy-MM-dd HH:mm ZZZ", "2024-03-05 07:08 +0200", "2024-03-05T05:08:00.000Z"],
  ["yyyy-MM-dd HH:mm ZZZZZ", "2024-03-05 07:08 +02:00", "2024-03-05T05:08:00.000Z"],
  ["yyyy-MM-dd HH:mm ZZZZZ", "2024-03-05 07:08 Z", "2024-03-05T07:08:00.000Z"],
  ["yyyy-MM-dd HH:mm ZZZZ", "2024-03-05 07:08 GMT+02:00", "2024-03-05T05:08:00.000Z"],
  ["yyyy-MM-dd HH:mm O", "2024-03-05 07:08 GMT+8", "2024-03-04T23:08:00.000Z"],
  ["yyyy-MM-dd HH:mm OOOO", "2024-03-05 07:08 GMT+08:00", "2024-03-04T23:08:00.000Z"],
  ["yyyy-MM-dd HH:mm O", "2024-03-05 07:08 GMT", "2024-03-05T07:08:00.000Z"],
  // zones
  ["yyyy-MM-dd HH:mm z", "2024-03-05 07:08 UTC", "2024-03-05T07:08:00.000Z"],
  ["yyyy-MM-dd HH:mm z", "2024-03-05 07:08 CET", "2024-03-05T06:08:00.000Z"],
  ["yyyy-MM-dd HH:mm z", "2024-07-05 07:08 PDT", "2024-07-05T14:08:00.000Z"],
  ["yyyy-MM-dd HH:mm VV", "2024-03-05 07:08 Europe/Berlin", "2024-03-05T06:08:00.000Z"],
  ["yyyy-MM-dd HH:mm VV", "2024-07-05 07:08 Europe/Berlin", "2024-07-05T05:08:00.000Z"],
  ["yyyy-MM-dd HH:mm VV", "2024-07-05 07:08 Mars/Base", undefined],
  // a zone's clock skips an hour, and repeats one
  ["yyyy-MM-dd HH:mm VV", "2024-03-31 02:30 Europe/Berlin", "2024-03-31T01:30:00.000Z"],
  ["yyyy-MM-dd HH:mm VV", "2024-10-27 02:30 Europe/Berlin", "2024-10-27T00:30:00.000Z"],
  // literals and optional sections
  ["'at' yyyy-MM-dd", "at 2024-03-05", "2024-03-05T00:00:00.000Z"],
  ["yyyy''MM''dd", "2024'03'05", "2024-03-05T00:00:00.000Z"],
  ["yyyy-MM-dd[ HH:mm[:ss]]", "2024-03-05", "2024-03-05T00:00:00.000Z"],
  ["yyyy-MM-dd[ HH:mm[:ss]]", "2024-03-05 07:08", "2024-03-05T07:08:00.000Z"],
  ["yyyy-MM-dd[ HH:mm[:ss]]", "2024-03-05 07:08:09", "2024-03-05T07:08:09.000Z"],
  ["yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]", "2024-03-05T07:08:09+01:00", "2024-03-05T06:08:09.000Z"],
  ["[yyyy-MM-dd][yyyyMMdd]", "20240305", "2024-03-05T00:00:00.000Z"],
  ["yyyyMMdd", "2024٠٣٠٥", undefined],
];

const REFUSED: [pattern: string, why: RegExp][] = [
  ["YYYY-MM-dd", /"YYYY" cannot be used: it is a week-based year; for the calendar year write y/],
  ["yyyy-MM-ddTHH", /"T" cannot be used: .*quotes/],
  ["yyyy-'W'ww", /"ww" cannot be used/],
  ["yyyy-QQQ", /"QQQ" cannot be used/],
  ["G yyyy", /"G" cannot be used/],
  ["yyyy e", /"e" cannot be used/],
  ["yyyy c", /"c" cannot be used/],
  ["yyyy F", /"F" cannot be used/],
  ["yyyy W", /"W" cannot be used/],
  ["ppyyyy", /"pp" cannot be used/],
  ["yyyy-MMMMM-dd", /ambiguous/],
  ["yyyy-MM-dd hh:mm", /AM or PM/],
  ["MM-dd", /no year/],
  ["yyyy-dd", /no month/],
  ["yyyy-MM-dd'T", /not closed/],
  ["yyyy]-MM", /closes nothing/],
  ["yyyy{MM}", /reserved/],
  ["yyyy-MM-dd HH:mm:ss.SSSSSSSSSS", /nine digits/],
  ["yyyy-MM-dd V", /twice/],
];

describe("etl/time: timestamp formats", () => {
  for (const [pattern, text, instant] of CASES)
    it(`${pattern} reads ${text} as ${instant ?? "no time"}`, () => {
      const read = parseTimestampFormat(pattern).parse(text);
      assert.equal(read === undefined ? undefined : new Date(read).toISOString(), instant);
    });

  for (const [pattern, why] of REFUSED)
    it(`refuses ${pattern}`, () => assert.throws(() => parseTimestampFormat(pattern), why));

  const instants = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 11, 31, 23, 59, 59, 999) });
  const PATTERNS = [
    "yyyy-MM-dd HH:mm:ss.SSS",
    "yy-M-d H:m:s.SSS",
    "uuuuMMddHHmmssSSS",
    "yyyy-DDD A",
    "yyyy-D N",
    "EEE, dd MMM yyyy hh:mm:ss.SSS a",
    "EEEE d MMMM yyyy KK:mm:ss n a",
    "yyyy-MM-dd'T'kk:mm:ss.SSSX",
    "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "yyyy-MM-dd HH:mm:ss.SSS xx",
    "yyyy-MM-dd HH:mm:ss.SSS Z",
    "yyyy-MM-dd HH:mm:ss.SSS ZZZZ",
    "yyyy-MM-dd HH:mm:ss.SSS O",
    "yyyy-MM-dd HH:mm:ss.SSS z",
    "yyyy-MM-dd HH:mm:ss.SSS VV",
    "yyyy-LL-dd[ HH:mm:ss[.SSS]]",
  ];
  it("reads back what it writes", () => {
    for (const pattern of PATTERNS) {
      const format = parseTimestampFormat(pattern);
      fc.assert(
        fc.property(instants, (instant) => {
          const text = format.format(instant);
          assert.equal(format.parse(text), instant, `${pattern}: ${text}`);
        }),
        { numRuns: 60 },
      );
    }
  });

  it("never throws for any text", () => {
    const formats = PATTERNS.map((pattern) => parseTimestampFormat(pattern));
    fc.assert(
      fc.property(
        fc.constantFrom(...formats),
        instants,
        fc.nat(40),
        fc.string({ maxLength: 3 }),
        (format, instant, at, other) => {
          const text = format.format(instant);
          format.parse(text.slice(0, at) + other + text.slice(at + 1));
        },
      ),
      { numRuns: 500 },
    );
  });
});
