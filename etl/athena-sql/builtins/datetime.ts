/** Functions of dates and times. https://trino.io/docs/current/functions/datetime.html */
import { SqlError } from "../error";
import { timestampTz, type TypeOf } from "../types/type";
import { parseZone } from "../values/zone";
import { ZonedValue } from "../values/value";
import { scalar } from "./registry";

function zoneOf(text: string): string {
  const zone = parseZone(text);
  if (zone === undefined) throw new SqlError("INVALID_FUNCTION_ARGUMENT", `'${text}' is not a valid time zone`);
  return zone;
}

scalar(
  "at_timezone(timestamp(p) with time zone, varchar(x)): timestamp(p) with time zone",
  ({ instant }: ZonedValue, zone: string) => new ZonedValue(instant, zoneOf(zone)),
  {
    result: ({ args }) => timestampTz((args[0] as TypeOf<"timestamp with time zone">).precision),
  },
);
