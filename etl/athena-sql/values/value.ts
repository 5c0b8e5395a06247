/**
 * Values as functions get and give them:
 *
 * | type | value |
 * |---|---|
 * | boolean | boolean |
 * | tinyint, smallint, integer, real, double | number |
 * | bigint | bigint |
 * | decimal(p,s) | bigint: the digits, without the point |
 * | varchar, char | string; char without the spaces at its end |
 * | json | string: the text of the document |
 * | varbinary | Uint8Array |
 * | date | number: days since 1970-01-01 |
 * | time | bigint: microseconds since midnight |
 * | timestamp | bigint: microseconds since 1970-01-01 00:00 |
 * | timestamp with time zone | ZonedValue |
 * | time with time zone | ZonedValue: microseconds since midnight of the zone's own clock, the zone as `+02:00` |
 * | interval day to second | bigint: milliseconds |
 * | interval year to month | number: months |
 * | array | array of values |
 * | map | MapValue: its entries in order |
 * | row | array of values |
 */
export type Value = null | boolean | number | bigint | string | Uint8Array | ZonedValue | MapValue | Value[];

/** An instant, microseconds since 1970-01-01 UTC, and the zone it is shown in, as Trino names it. */
export class ZonedValue {
  constructor(
    readonly instant: bigint,
    readonly zone: string,
  ) {}
}

/** A map, its entries in order. */
export class MapValue {
  constructor(readonly entries: readonly (readonly [key: Value, value: Value])[]) {}
}

/** The conversion of a value that is not NULL. */
// A cast knows what it gets by the type it was made for.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Cast = (value: any) => Value;
