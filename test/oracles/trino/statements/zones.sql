TIMESTAMP '2024-01-31 10:20:30' AT TIME ZONE «'UTC'¦'Europe/Berlin'¦'America/New_York'¦'+05:30'¦'Nowhere/X'¦INTERVAL '2' HOUR¦'Asia/Kolkata'»
TIMESTAMP '2024-07-31 10:20:30 UTC' AT TIME ZONE «'UTC'¦'Europe/Berlin'¦'America/New_York'¦'+05:30'¦'-08:00'»
TIMESTAMP '2024-01-31 10:20:30 Europe/Berlin' AT TIME ZONE 'America/New_York'
with_timezone(TIMESTAMP '2024-«01¦07»-31 10:20:30', '«UTC¦Europe/Berlin¦America/New_York¦+05:30¦x»')
at_timezone(TIMESTAMP '2024-01-31 10:20:30 UTC', '«Europe/Berlin¦+05:30¦x»')
TIMESTAMP '2024-01-31 10:20:30 UTC' + INTERVAL '1' «HOUR¦DAY¦MONTH»
TIMESTAMP '2024-03-30 12:00:00 Europe/Berlin' + INTERVAL «'1' DAY¦'24' HOUR¦'1' MONTH»
date_add('«day¦hour¦month»', 1, TIMESTAMP '2024-03-30 12:00:00 Europe/Berlin')
date_trunc('«hour¦day¦week¦month¦year»', TIMESTAMP '2024-03-31 12:20:30 Europe/Berlin')
date_diff('«hour¦day»', TIMESTAMP '2024-03-30 12:00:00 Europe/Berlin', TIMESTAMP '2024-03-31 12:00:00 Europe/Berlin')
with_timezone(TIMESTAMP '2024-03-31 02:30:00', 'Europe/Berlin')
with_timezone(TIMESTAMP '2024-10-27 02:30:00', 'Europe/Berlin')
TIMESTAMP '2024-03-31 02:30:00 Europe/Berlin'
CAST(TIMESTAMP '2024-01-31 10:20:30 Europe/Berlin' AS «timestamp¦date¦varchar¦time»)
CAST(TIMESTAMP '2024-01-31 10:20:30' AS timestamp with time zone)
«year¦day¦hour¦minute¦day_of_week»(TIMESTAMP '2024-01-31 23:20:30 America/New_York')
hour(TIMESTAMP '2024-01-31 10:20:30 UTC' AT TIME ZONE 'Asia/Kolkata')
timezone_hour(TIMESTAMP '2024-01-31 10:20:30 UTC' AT TIME ZONE '«Asia/Kolkata¦America/St_Johns»')
timezone_minute(TIMESTAMP '2024-01-31 10:20:30 UTC' AT TIME ZONE '«Asia/Kolkata¦America/St_Johns»')
from_unixtime(1700000000) AT TIME ZONE 'Europe/Berlin'
date_format(from_unixtime(1700000000) AT TIME ZONE 'America/New_York', '%Y-%m-%d %H:%i')
format_datetime(from_unixtime(1700000000) AT TIME ZONE 'America/New_York', 'yyyy-MM-dd HH:mm ZZ')
from_iso8601_timestamp('2024-01-31T10:20:30+02:00') AT TIME ZONE 'UTC'
from_iso8601_timestamp('2024-01-31T10:20:30+02:00') = TIMESTAMP '2024-01-31 08:20:30 UTC'
date(from_iso8601_timestamp('2024-01-31T23:20:30-05:00'))
date(from_iso8601_timestamp('2024-01-31T23:20:30-05:00') AT TIME ZONE 'UTC')
to_unixtime(TIMESTAMP '2024-01-31 10:20:30 Europe/Berlin')
to_iso8601(TIMESTAMP '2024-01-31 10:20:30 UTC' AT TIME ZONE 'Europe/Berlin')
current_timestamp AT TIME ZONE 'America/New_York'
current_timezone()
SELECT count(*) FROM (VALUES TIMESTAMP '2026-03-15 12:00:00', TIMESTAMP '2026-03-15 08:00:00') t(at) WHERE at > CAST(current_timestamp - INTERVAL '1' HOUR AS timestamp)
SELECT count(*) FROM (VALUES TIMESTAMP '2026-03-15 08:00:00', TIMESTAMP '2026-03-15 12:00:00') t(at) WHERE at > CAST(current_timestamp AT TIME ZONE 'America/New_York' - INTERVAL '1' HOUR AS timestamp)
x FROM (VALUES TIMESTAMP '2024-01-31 10:20:30 UTC', TIMESTAMP '2024-01-31 10:20:30 Europe/Berlin') t(x) ORDER BY x
DISTINCT x FROM (VALUES TIMESTAMP '2024-01-31 10:20:30 UTC', TIMESTAMP '2024-01-31 11:20:30 Europe/Berlin') t(x)
max(x) FROM (VALUES TIMESTAMP '2024-01-31 10:20:30 UTC', TIMESTAMP '2024-01-31 10:20:30 Europe/Berlin') t(x)
TIMESTAMP '2024-01-31 10:20:30 UTC' - TIMESTAMP '2024-01-31 10:20:30 Europe/Berlin'
typeof(TIMESTAMP '2024-01-31 10:20:30' AT TIME ZONE 'UTC')
CAST('2024-01-31 10:20:30 Europe/Berlin' AS timestamp with time zone)
CAST('2024-01-31 10:20:30 Europe/Berlin' AS timestamp)
CAST(TIME '«12:34:56¦23:59:59.9999¦12:34:56.1234567»' AS TIMESTAMP«¦(0)¦(6)¦(9)» WITH TIME ZONE)
CAST(TIME '«12:34:56+08:35¦02:34:56.1234567+08:35¦01:00:00+14:00¦20:00:00.9999999-12:00¦00:00:00+00:00»' AS TIMESTAMP«¦(0)¦(9)»«¦ WITH TIME ZONE»)
TRY_CAST(TIME '12:34:56' AS TIMESTAMP WITH TIME ZONE)
